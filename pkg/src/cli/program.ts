// SPDX-License-Identifier: Apache-2.0
/** The table of commands as commander's: parsing, help and suggestions. A command is loaded when it is named. */

import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

import { Argument, Command as Parser, CommanderError, Help, Option } from "commander";

import { colorsFor } from "./colors.js";
import type { ArgumentRow, Command, Example, Given, Leaf, Row } from "./command.js";
import type { OptionRow } from "./option-row.js";
import { CliError, usage } from "./exit.js";
import { GLOBAL_OPTIONS, type GlobalOptions } from "./global-options.js";

/** What becomes of a line that was understood. */
export interface Called {
  readonly leaf: Leaf;
  readonly given: Given;
  readonly global: GlobalOptions;
  /** `edgekms keys list` */
  readonly name: string;
}

/** The program, of which nothing is loaded yet. `called` gets the one command that a line names. */
export function programOf(rows: readonly Row[], called: (call: Called) => void): Parser {
  const program = quiet(new Parser("edgekms"));
  program
    .description("Encrypts files and manages the keys of a KMS at the edge, or of any that speaks Alibaba's or AWS's protocol.")
    .usage("<command> [options]")
    .helpOption("-h, --help", "explain the command")
    .option("-V, --version", "print the version")
    .on("option:version", () => {
      process.stdout.write(`${version()}\n`);
      throw new CommanderError(0, "commander.version", "");
    });
  for (const row of GLOBAL_OPTIONS) program.addOption(optionOf(row));
  program.addHelpText("after", "\n`edgekms help <command>` shows options and examples; `edgekms help exit-codes` what codes mean.");
  attach(program, rows, called);
  return program;
}

/** The commands below one, each loaded before its part of the line is read. */
function attach(parent: Parser, rows: readonly Row[], called: (call: Called) => void): void {
  for (const { name, summary, group, hidden, isDefault } of rows) {
    const stub = parent.command(name, { hidden: hidden === true, isDefault: isDefault === true }).description(summary);
    if (group !== undefined) stub.helpGroup(`${group}:`);
  }
  parent.hook("preSubcommand", async (_, stub) => {
    const row = rows.find(({ name }) => name === stub.name());
    if (row !== undefined) define(stub, row, await row.load(), called);
  });
  parent.helpCommand(false);
}

/** Loads a command below a parser and defines it there: for help and completions of commands that were not called. */
export async function defined(parent: Parser, rows: readonly Row[], name: string): Promise<{ parser: Parser; command: Command } | undefined> {
  const row = rows.find((one) => one.name === name);
  const parser = parent.commands.find((one) => one.name() === name);
  if (row === undefined || parser === undefined) return undefined;
  const command = await row.load();
  define(parser, row, command, () => {});
  return { parser, command };
}

function define(parser: Parser, { summary }: Row, command: Command, called: (call: Called) => void): void {
  const about = command.about?.replaceAll(/(?<!\n)\n(?!\n)/g, " ");
  parser.description(about === undefined ? `${summary}.` : `${summary}.\n\n${about}`);
  if ("commands" in command) attach(parser, command.commands, called);
  else {
    for (const row of command.arguments ?? []) parser.addArgument(argumentOf(row));
    for (const row of command.options ?? []) parser.addOption(optionOf(row));
    parser.action(() => {
      const options = parser.opts();
      const global: Partial<GlobalOptions> = rootOf(parser).opts();
      called({
        leaf: command,
        given: { args: parser.args, options },
        global: { json: false, yes: false, verbose: false, color: true, ...global },
        name: nameOf(parser),
      });
    });
  }
  parser.addHelpText("after", () => examples(command.examples, parser));
}

function examples(rows: readonly Example[], parser: Parser): string {
  if (rows.length === 0) return "";
  const colors = colorsFor(process.stdout, rootOf(parser).opts()["color"] !== false);
  const lines = rows.map(({ what, line }) => `  ${colors.dim(`# ${what}`)}\n  ${line}\n`);
  return `\n${colors.bold("Examples:")}\n${lines.join("\n")}`;
}

function argumentOf({ name, about, required, many, choices }: ArgumentRow): Argument {
  const inner = many === true ? `${name}...` : name;
  const argument = new Argument(required === true ? `<${inner}>` : `[${inner}]`, about);
  return choices === undefined ? argument : argument.choices(choices);
}

function optionOf({ flags, about, many, choices, group, hidden, parse }: OptionRow): Option {
  const option = new Option(flags, about);
  if (group !== undefined) option.helpGroup(`${group}:`);
  if (hidden === true) option.hideHelp();
  if (choices !== undefined) {
    option.argChoices = [...choices];
  }
  if (!option.isBoolean()) option.argParser((text: string, previous: unknown) => {
    if (text === "") throw usage(`${option.long ?? flags} needs a value`);
    if (choices !== undefined && !choices.includes(text)) {
      throw usage(`${option.long ?? flags} must be one of ${choices.join(", ")}`);
    }
    const value = parse === undefined ? text : parse(text);
    if (many === true) return [...((previous as unknown[] | undefined) ?? []), value];
    if (previous !== undefined) throw usage(`${option.long ?? flags} was given twice`);
    return value;
  });
  return option;
}

/** Errors are thrown and nothing is printed but help: the frame says what is to be said. */
function quiet(program: Parser): Parser {
  const colors = () => colorsFor(process.stdout, program.opts()["color"] !== false);
  const hasColors = () => colors().isColorSupported;
  return program
    .exitOverride()
    .configureOutput({
      // A group of commands that is called by its name alone explains itself, which is no error.
      writeErr: (text) => process.stdout.write(text),
      outputError: () => {},
      getOutHasColors: hasColors,
      getErrHasColors: hasColors,
      getErrHelpWidth: () => process.stdout.columns ?? 80,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => colors().bold(title),
      formatHelp(parser, helper) {
        const help = Help.prototype.formatHelp.call(helper, parser, helper);
        return parser.parent === null ? optionsLast(help) : help;
      },
    });
}

/** Whoever asks for the program's help wants to see its commands first. */
function optionsLast(help: string): string {
  const sections = help.trimEnd().split("\n\n");
  const areOptions = (section: string) => stripVTControlCharacters(section).startsWith("Options:");
  return `${[...sections.filter((one) => !areOptions(one)), ...sections.filter(areOptions)].join("\n\n")}\n`;
}

/** Of this package. */
export function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** `edgekms keys list` */
export function nameOf(parser: Parser): string {
  return parser.parent === null ? parser.name() : `${nameOf(parser.parent)} ${parser.name()}`;
}

function rootOf(parser: Parser): Parser {
  return parser.parent === null ? parser : rootOf(parser.parent);
}

/** What commander refused, in our words; `undefined` where it only printed help. */
export function refusal(error: CommanderError): CliError | undefined {
  if (error.exitCode === 0 || error.code === "commander.help") return undefined;
  const [what = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const likely = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? "")?.[1];
  return usage(what, likely === undefined ? "--help explains the command." : `Did you mean ${likely}?`);
}
