// SPDX-License-Identifier: Apache-2.0
/** What may come next on a line, from the table of commands. */

import type { ArgumentRow, Leaf, Row } from "../command.js";
import type { OptionRow } from "../option-row.js";
import { GLOBAL_OPTIONS } from "../global-options.js";

/** A word that fits, and what it is. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

/** What fits. */
export interface Answer {
  readonly words: readonly Word[];
  /** Whether names of files fit too: the shell knows them. */
  readonly files: boolean;
}

const HELP: OptionRow = { flags: "-h, --help", about: "explain the command" };
const VERSION: OptionRow = { flags: "-V, --version", about: "print the version" };
/** Options whose values are paths, by the word that stands for the value. */
const PATH = /<(path|file|folder)>/;

/** What may come after `before` and begin with `begun`. */
export async function answer(rows: readonly Row[], before: readonly string[], begun: string): Promise<Answer> {
  const { commands, leaf, rest } = await named(rows, before);
  const options = [...(leaf?.options ?? []), ...GLOBAL_OPTIONS, HELP, ...(before.length === 0 ? [VERSION] : [])];
  const [flag, value] = split(begun);
  if (value !== undefined) return prefixed(valuesOf(optionOf(options, flag)), value, `${flag}=`);
  const last = optionOf(options, before.at(-1) ?? "");
  if (last !== undefined && takesValue(last) && !before.includes("--")) return prefixed(valuesOf(last), begun, "");
  if (begun.startsWith("-") && !before.includes("--")) {
    const words = options.filter(({ hidden }) => hidden !== true).map((one) => ({ word: longOf(one), about: one.about }));
    return fitting({ words, files: false }, begun);
  }
  if (leaf === undefined) {
    const listed = commands.filter(({ hidden }) => hidden !== true);
    return fitting({ words: listed.map(({ name, summary }) => ({ word: name, about: summary })), files: false }, begun);
  }
  return fitting(argumentValues(leaf.arguments ?? [], placeOf(rest, options), rows), begun);
}

/** How far the words name commands. */
async function named(rows: readonly Row[], words: readonly string[]): Promise<{ commands: readonly Row[]; leaf?: Leaf; rest: readonly string[] }> {
  const at = words.findIndex((word, index) => !word.startsWith("-") && !isGlobalValue(words, index));
  const row = rows.find(({ name }) => name === words[at]);
  if (row === undefined) return { commands: rows, rest: words };
  const command = await row.load();
  const rest = words.slice(at + 1);
  if ("commands" in command) return named(command.commands, rest);
  return { commands: [], leaf: command, rest };
}

function isGlobalValue(words: readonly string[], index: number): boolean {
  const option = optionOf(GLOBAL_OPTIONS, words[index - 1] ?? "");
  return option !== undefined && takesValue(option);
}

/** How many arguments by their place there are already. */
function placeOf(words: readonly string[], options: readonly OptionRow[]): number {
  let place = 0;
  for (const [index, word] of words.entries()) {
    const before = optionOf(options, words[index - 1] ?? "");
    if (!word.startsWith("-") && !(before !== undefined && takesValue(before))) place += 1;
  }
  return place;
}

function argumentValues(wanted: readonly ArgumentRow[], place: number, rows: readonly Row[]): Answer {
  const row = wanted[place] ?? wanted.find(({ many }) => many === true);
  const choices = row?.choices ?? row?.likely?.(rows);
  if (choices !== undefined) return { words: choices.map((word) => ({ word, about: "" })), files: false };
  return { words: [], files: row?.name === "file" };
}

function valuesOf(option: OptionRow | undefined): Answer {
  if (option?.choices !== undefined) return { words: option.choices.map((word) => ({ word, about: "" })), files: false };
  return { words: [], files: option !== undefined && PATH.test(option.flags) };
}

function fitting({ words, files }: Answer, begun: string): Answer {
  return { words: words.filter(({ word }) => word.startsWith(begun)), files };
}

function prefixed(values: Answer, begun: string, prefix: string): Answer {
  const { words, files } = fitting(values, begun);
  return { words: words.map(({ word, about }) => ({ word: prefix + word, about })), files };
}

function split(word: string): [flag: string, value: string | undefined] {
  const [, flag = "", value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
  return [flag, value];
}

function optionOf(options: readonly OptionRow[], flag: string): OptionRow | undefined {
  return options.find(({ flags }) => flag.startsWith("-") && flags.split(/[ ,]+/).includes(flag));
}

function takesValue({ flags }: OptionRow): boolean {
  return flags.includes("<");
}

function longOf({ flags }: OptionRow): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}
