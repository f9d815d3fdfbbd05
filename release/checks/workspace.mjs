// SPDX-License-Identifier: Apache-2.0
/** What cargo says of the checkout. */

import { runIn } from "../run.mjs";

/** By root: several items ask. */
const known = new Map();

/** @returns {Promise<{ packages: object[], target_directory: string }>} */
export function workspace(root) {
  if (!known.has(root)) known.set(root, runIn(root, "cargo", "metadata", "--no-deps", "--format-version", "1").then(JSON.parse));
  return known.get(root);
}
