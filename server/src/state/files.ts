// SPDX-License-Identifier: Apache-2.0
/** Files with secrets: whole or not there, and their owner's alone. */

import { renameSync, writeFileSync } from "node:fs";

/** Renamed into place: a kill in between leaves either what was there or all of it. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
