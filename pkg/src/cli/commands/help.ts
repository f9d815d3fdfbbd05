// SPDX-License-Identifier: Apache-2.0
/** `edgekms help`: commands, and what belongs to no one command. */

import { type Row, leaf } from "../command.js";
import { EXITS, usage } from "../exit.js";
import { nearest } from "../../kms/nearest.js";
import { table, text } from "../output.js";
import { defined, programOf } from "../program.js";
import type { View } from "../view.js";

interface Topic {
  readonly summary: string;
  readonly data: unknown;
  readonly views: readonly View[];
}

/** What can be asked besides commands. */
const TOPICS: Readonly<Record<string, Topic>> = {
  "exit-codes": {
    summary: "The codes that the program ends with",
    data: Object.values(EXITS),
    views: [table(["CODE", "MEANING"], Object.values(EXITS).map(({ code, meaning }) => [code, meaning]), "")],
  },
};

/** `edgekms help [topic...]` */
export const help = leaf<{ all?: boolean }>({
  about: `Topics besides the commands: ${Object.keys(TOPICS).join(", ")}.`,
  arguments: [{ name: "command", about: "a command, or a topic", many: true, likely: names }],
  options: [{ flags: "--all", about: "every command's help, one after the other" }],
  examples: [
    { what: "All commands", line: "edgekms help" },
    { what: "One of them", line: "edgekms help encrypt" },
    { what: "What a script may branch on", line: "edgekms help exit-codes --json" },
  ],
  async run({ output, commands }, { args, options }) {
    if (options.all === true) {
      if (args.length > 0) throw usage("--all means every command", "Name one without it.");
      const all = await helps(commands, [], commands);
      return output.result(all, text(all.map((one) => one.help).join(`\n${"-".repeat(80)}\n\n`)));
    }
    const topic = args.length === 1 ? TOPICS[args[0] as string] : undefined;
    if (topic !== undefined) return output.result(topic.data, ...topic.views);
    await output.result({ help: await helpOf(commands, args) }, text(await helpOf(commands, args)));
  },
});

function names(commands: readonly Row[]): string[] {
  return [...commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name), ...Object.keys(TOPICS)];
}

/** Of every command that is listed, groups before what is in them. */
async function helps(
  commands: readonly Row[],
  above: readonly string[],
  rows: readonly Row[],
): Promise<{ command: string; help: string }[]> {
  const own = { command: above.join(" "), help: await helpOf(commands, above) };
  const listed = rows.filter(({ hidden }) => hidden !== true);
  const below = [];
  for (const row of listed) {
    const command = await row.load();
    below.push(...(await helps(commands, [...above, row.name], "commands" in command ? command.commands : [])));
  }
  return [own, ...below];
}

async function helpOf(commands: readonly Row[], names: readonly string[]): Promise<string> {
  let parser = programOf(commands, () => {});
  let rows = commands;
  for (const [index, name] of names.entries()) {
    const found = await defined(parser, rows, name);
    if (found === undefined) {
      const known = rows.filter(({ hidden }) => hidden !== true).map((row) => row.name);
      const likely = nearest(name, index === 0 ? [...known, ...Object.keys(TOPICS)] : known);
      const remedy = likely === undefined ? "`edgekms help` lists the commands." : `Did you mean ${likely}?`;
      throw usage(`there is no command '${names.slice(0, index + 1).join(" ")}'`, remedy);
    }
    parser = found.parser;
    rows = "commands" in found.command ? found.command.commands : [];
  }
  let written = "";
  parser.configureOutput({ writeOut: (chunk) => (written += chunk) });
  parser.outputHelp();
  return written;
}
