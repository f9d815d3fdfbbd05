// SPDX-License-Identifier: Apache-2.0
/** Options of every command that writes files. */

import type { WritableSuite } from "../../entrypoints/node.js";
import type { OptionRow } from "../option-row.js";

/** Their rows. */
export const FILE_OPTIONS: readonly OptionRow[] = [
  { flags: "-o, --out <path>", about: "where to write: a file, a folder, or - for standard output" },
  { flags: "-f, --force", about: "replace what is there" },
  { flags: "--keep-going", about: "of several files, go on after one that fails" },
];

/** Their values. */
export interface FileOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly keepGoing?: boolean;
}

/** What files of messages are called. */
export const SUFFIX = ".encrypted";

/** What is written, by the names that the command line has for it. */
export const SUITES = { "0x0478": 0x0478, "0x0578": 0x0578 } as const satisfies Record<string, WritableSuite>;
