// SPDX-License-Identifier: Apache-2.0
/** Folders for files that may be large. */
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Often `/tmp` is kept in memory, and a 4 GiB file in it would be memory. `/var/tmp` is on disk. */
const ROOT = process.env.TMPDIR || !existsSync("/var/tmp") ? tmpdir() : "/var/tmp";

/** @param {string} prefix @returns {Promise<string>} a new, empty folder. */
export function temporaryFolder(prefix) {
  return mkdtemp(join(ROOT, prefix));
}
