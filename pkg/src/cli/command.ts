// SPDX-License-Identifier: Apache-2.0
/**
 * What a command is, as data: help, completions, the reference page and the parser are made of it.
 *
 * A row is read at every start and says as little as a list needs; what it loads may import the world, but only inside
 * `run`: `edgekms help encrypt` loads the command and must not load the package.
 */

import type { KmsClient } from "../entrypoints/node.js";
import type { GlobalOptions } from "./global-options.js";
import type { OptionRow } from "./option-row.js";
import type { Output } from "./output.js";
import type { Prompt } from "./prompt.js";

/** A line of the list of commands. */
export interface Row {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** The heading under which it is listed. */
  readonly group?: string;
  /** It can be called and is not listed. */
  readonly hidden?: boolean;
  /** It is what its group does when no command of it is named. */
  readonly isDefault?: boolean;
  load(): Promise<Command>;
}

/** Something to do, or a group of such. */
export type Command = Leaf | Group;

/** What has commands of its own: `edgekms keys list`. */
export interface Group {
  /** What a person should know before the list. */
  readonly about?: string;
  readonly commands: readonly Row[];
  readonly examples: readonly Example[];
}

/** What does something. */
export interface Leaf {
  /** What a person should know before the options: paragraphs, an empty line between them; they are wrapped anew. */
  readonly about?: string;
  readonly arguments?: readonly ArgumentRow[];
  readonly options?: readonly OptionRow[];
  /** At least one: help without an example teaches nobody. */
  readonly examples: readonly Example[];
  /** It goes on until somebody ends it by a signal, which is then its good end. */
  readonly runsUntilEnded?: boolean;
  /** Does it. Whatever goes wrong is thrown; {@link Context.output} is the only way to say something. */
  run(context: Context, given: Given): Promise<void>;
}

/** What a command is given to work with. */
export interface Context {
  readonly global: GlobalOptions;
  readonly output: Output;
  readonly prompt: Prompt;
  /** The table of commands, for those that tell of it. */
  readonly commands: readonly Row[];
  /** Aborted by Ctrl-C; its reason is what to throw then. */
  readonly signal: AbortSignal;
  /** The KMS of the options, the configuration and the environment: made at the first use, which may fail. */
  kms(): Promise<KmsClient>;
}

/** What a command was called with: its arguments in their order, its options by name in camel case. */
export interface Given<O = Readonly<Record<string, unknown>>> {
  readonly args: readonly string[];
  readonly options: O;
}

/** A command with the type of its options named; the table above it makes them so. */
export function leaf<O>(
  command: Omit<Leaf, "run"> & { run(context: Context, given: Given<O>): Promise<void> },
): Leaf {
  return command as unknown as Leaf;
}

/** An argument by its place. */
export interface ArgumentRow {
  readonly name: string;
  readonly about: string;
  readonly required?: boolean;
  /** It takes all that are left. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  /** What shells complete, though other words may be right too. An argument called `file` is completed as one. */
  likely?(commands: readonly Row[]): readonly string[];
}

/** A line that a person can type, and what it is for. */
export interface Example {
  readonly what: string;
  readonly line: string;
}
