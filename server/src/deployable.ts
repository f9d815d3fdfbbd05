// SPDX-License-Identifier: Apache-2.0
/** The worker as `edgekms deploy` takes it to Cloudflare. */

import { join } from "node:path";

import { type About, BUILT, PACKED, readAbout, SOURCES } from "./runtime/modules.js";

/** The worker's files, and what Cloudflare must be told of it. */
export interface Deployable {
  /** Where they are. */
  folder: string;
  /** Their paths in there: the main module is the first. */
  files: string[];
  about: About;
}

/**
 * The worker that this package brings.
 *
 * @throws ServerError `WorkerMissing`.
 */
export function deployable(): Deployable {
  const files = [...SOURCES.map((name) => join("src", name)), ...BUILT.map((name) => join("build", name))];
  return { folder: PACKED, files, about: readAbout() };
}
