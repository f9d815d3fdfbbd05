// SPDX-License-Identifier: Apache-2.0
/** What every command takes, at any place of the line. */

import type { OptionRow } from "./option-row.js";

/** Where the service is and who asks, and how the program speaks. */
export interface GlobalOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly color: boolean;
  readonly verbose: boolean;
}

/** Their rows. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  { flags: "--endpoint <url>", about: "where the KMS is" },
  { flags: "--region <name>", about: "the region of its keys" },
  { flags: "--profile <name>", about: "a profile of the configuration" },
  { flags: "--json", about: "results, and errors, as JSON for programs" },
  { flags: "-y, --yes", about: "answer yes to what would be asked" },
  { flags: "--no-color", about: "no colours (also: NO_COLOR=1)" },
  { flags: "--verbose", about: "say more, and whence errors come" },
];
