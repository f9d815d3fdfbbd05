// SPDX-License-Identifier: Apache-2.0
/** The table of commands. A command is a row here and a file in `commands`. */

import type { Row } from "./command.js";

/** The headings of the list, in its order. */
const SHELL = "This program";

/** All commands. */
export const COMMANDS: readonly Row[] = [
  {
    name: "help",
    summary: "Explain a command, or a topic such as exit-codes",
    group: SHELL,
    load: async () => (await import("./commands/help.js")).help,
  },
];
