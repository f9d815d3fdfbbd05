// SPDX-License-Identifier: Apache-2.0
/** The table of commands. A command is a row here and a file in `commands`. */

import type { Row } from "./command.js";

/** The headings of the list, in its order. */
const FILES = "Files";
const MACHINE = "On this machine";
const SHELL = "This program";

/** All commands. */
export const COMMANDS: readonly Row[] = [
  {
    name: "encrypt",
    summary: "Encrypt files, folders and pipes",
    group: FILES,
    load: async () => (await import("./commands/encrypt.js")).encrypt,
  },
  {
    name: "decrypt",
    summary: "Decrypt them",
    group: FILES,
    load: async () => (await import("./commands/decrypt.js")).decrypt,
  },
  {
    name: "inspect",
    summary: "Show what a message says about itself",
    group: FILES,
    load: async () => (await import("./commands/inspect.js")).inspect,
  },
  {
    name: "rewrap",
    summary: "Change which keys open a message",
    group: FILES,
    load: async () => (await import("./commands/rewrap.js")).rewrap,
  },
  {
    name: "dev",
    summary: "Run a KMS on this machine",
    group: MACHINE,
    load: async () => (await import("./commands/dev.js")).dev,
  },
  {
    name: "completion",
    summary: "Print what lets a shell complete commands and options",
    group: SHELL,
    load: async () => (await import("./commands/completion.js")).completion,
  },
  {
    name: "complete",
    summary: "What the shells' completions ask",
    hidden: true,
    load: async () => (await import("./commands/completion.js")).complete,
  },
  {
    name: "help",
    summary: "Explain a command, or a topic such as exit-codes",
    group: SHELL,
    load: async () => (await import("./commands/help.js")).help,
  },
];
