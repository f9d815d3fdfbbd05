// SPDX-License-Identifier: Apache-2.0
/** The README's hash of dist/edgekms.min.js. */

import { readme } from "../integrity.mjs";

export async function integrity() {
  const { text, wanted } = await readme();
  if (text !== wanted) return "pkg/README.md has another hash, or another version";
}
