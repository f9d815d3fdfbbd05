// SPDX-License-Identifier: Apache-2.0
/** The table of commands. A command is a row here and a file in `commands`. */

import type { Row } from "./command.js";

/** The headings of the list, in its order. */
const FILES = "Files";
const KEYS = "Keys and accounts";
const RUNNING = "Running a KMS";
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
    name: "keys",
    summary: "Make, use and delete keys",
    group: KEYS,
    load: async () => (await import("./commands/keys/index.js")).keys,
  },
  {
    name: "aliases",
    summary: "Names of keys",
    group: KEYS,
    load: async () => (await import("./commands/aliases.js")).aliases,
  },
  {
    name: "tags",
    summary: "Labels of keys",
    group: KEYS,
    load: async () => (await import("./commands/tags.js")).tags,
  },
  {
    name: "policies",
    summary: "Who may do what",
    group: KEYS,
    load: async () => (await import("./commands/ram/policies.js")).policies,
  },
  {
    name: "users",
    summary: "Who may act for the account",
    group: KEYS,
    load: async () => (await import("./commands/ram/users.js")).users,
  },
  {
    name: "roles",
    summary: "Permissions that others take on for a while",
    group: KEYS,
    load: async () => (await import("./commands/ram/roles.js")).roles,
  },
  {
    name: "audit",
    summary: "Who did what, and whether the record is whole",
    group: KEYS,
    load: async () => (await import("./commands/audit/index.js")).audit,
  },
  {
    name: "seed",
    summary: "Make what a file names and is not there yet",
    group: KEYS,
    load: async () => (await import("./commands/seed.js")).seed,
  },
  {
    name: "dev",
    summary: "Run a KMS on this machine",
    group: RUNNING,
    load: async () => (await import("./commands/dev.js")).dev,
  },
  {
    name: "deploy",
    summary: "Deploy a KMS of your own to Cloudflare",
    group: RUNNING,
    load: async () => (await import("./commands/deploy.js")).deploy,
  },
  {
    name: "doctor",
    summary: "Look for what is wrong between here and a KMS",
    group: RUNNING,
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    name: "accounts",
    summary: "Accounts of a deployment, for its operator",
    group: RUNNING,
    load: async () => (await import("./commands/ram/accounts.js")).accounts,
  },
  {
    name: "configure",
    summary: "Say where the KMS is and who asks",
    group: SHELL,
    load: async () => (await import("./commands/configure.js")).configure,
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
