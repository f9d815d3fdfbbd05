// SPDX-License-Identifier: Apache-2.0

/** The commands in documents, and whether they are ones: each is held against the help of its program. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { parse } from "shell-quote";

import { ROOT } from "./documents.mjs";

const run = promisify(execFile);

/** The edgekms command of the package, once it has one. */
const CLI = JSON.parse(readFileSync(`${ROOT}pkg/package.json`, "utf8")).bin?.edgekms;

/** Programs whose commands are checked, by the words that begin one, and what prints the help of one. */
const PROGRAMS = {
  "cargo xtask": (words) => {
    const [program, ...first] = process.env.EDGEKMS_XTASK ? [process.env.EDGEKMS_XTASK] : ["cargo", "xtask"];
    return [program, [...first, ...words]];
  },
  // By a Node that is new enough for it, whichever runs the tests.
  wrangler: (words) => [`${ROOT}node_modules/.bin/node`, [`${ROOT}node_modules/wrangler/bin/wrangler.js`, ...words]],
  ...(CLI && { edgekms: (words) => [process.execPath, [`${ROOT}pkg/${CLI}`, ...words]] }),
};

/** Commands that compile for minutes before they tell their help. */
const SLOW = new Set(["cargo xtask simulate"]);

/** Programs of other people that documents may use as everybody knows them. */
const KNOWN = new Set(["cargo", "cat", "cd", "chmod", "cmp", "cp", "curl", "echo", "export", "head", "Invoke-Expression", "mkdir", "node", "npm", "openssl", "Out-String", "printf", "source", "tail", "unset"]);

/** @returns {string[][]} the words of each simple command */
export function commandsOf(text) {
  return text
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const commands = [[]];
      let names = false;
      for (const token of parse(line, (name) => `$${name}`)) {
        // What follows `>` is a file.
        const isFile = names;
        names = [">", ">>", "<"].includes(token.op);
        if (names || (isFile && typeof token === "string")) continue;
        if (typeof token === "string") commands.at(-1).push(token);
        else if ("comment" in token) break;
        else if (token.op === "glob") commands.at(-1).push(token.pattern);
        else commands.push([]);
      }
      return commands.map(withoutSettings).filter((words) => words.length > 0);
    });
}

/** `NAME=value` before a program. */
function withoutSettings(words) {
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}

/**
 * What is wrong with a command, if something is.
 *
 * @param {string[]} words
 */
export async function faultOf(words) {
  const all = words[0] === "npx" ? words.slice(words[1] === "--yes" ? 2 : 1) : words;
  const name = Object.keys(PROGRAMS).find((program) => `${all.join(" ")} `.startsWith(`${program} `));
  if (name !== undefined) return checked(name, all.slice(name.split(" ").length));
  // A substitution's word, or a path.
  const program = basename(all[0]);
  return KNOWN.has(program) || program.startsWith("$") ? undefined : `nobody here knows ${all[0]}`;
}

async function checked(program, given) {
  const words = given.filter((word) => !/^\.{2,}$/.test(word)).map((word) => word.replace(/\.\.\.$/, ""));
  // All at once, since each look at a help costs a start of the program.
  const path = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
  if (SLOW.has([program, path[0]].join(" "))) return undefined;
  let help = await helpOf(program, path);
  while (!help.isItsOwn && path.length > 0) {
    path.pop();
    help = await helpOf(program, path);
  }
  while (help.commands.includes(words[path.length])) {
    path.push(words[path.length]);
    help = await helpOf(program, path);
  }
  const [next] = words.slice(path.length);
  if (help.commands.length > 0 && help.positionals === 0 && next !== undefined && !next.startsWith("-")) {
    return `${program} ${path.join(" ")} has no command ${next}`;
  }
  return optionsFault(help, words.slice(path.length), [program, ...path].join(" "));
}

/** Options that are there, with as many words as they take, and no more words than the command does. */
function optionsFault(help, words, command) {
  let positionals = 0;
  for (let at = 0; at < words.length; at += 1) {
    // What documents put into brackets may be left out.
    const word = words[at].replaceAll(/^\[|\]$/g, "");
    if (word === "--") return help.takesMore ? undefined : `${command} hands nothing on after --`;
    if (!word.startsWith("-")) {
      positionals += 1;
      continue;
    }
    const [name, value] = word.split("=");
    const takes = help.options.get(name);
    if (takes === undefined) return `${command} has no option ${name}`;
    if (takes === "many") return undefined;
    if (takes === "one" && value === undefined) at += 1;
  }
  return positionals > help.positionals ? `${command} does not take so many words` : undefined;
}

const helps = new Map();

/**
 * @typedef {object} Help what clap, yargs and commander tell alike
 * @property {boolean} isItsOwn whether it is the help of this command, and not of one above it
 * @property {string[]} commands
 * @property {Map<string, "none" | "one" | "many">} options
 * @property {number} positionals
 * @property {boolean} takesMore whether it hands on what follows `--`
 */

/** @returns {Promise<Help>} */
function helpOf(program, path) {
  const key = [program, ...path].join(" ");
  if (!helps.has(key)) helps.set(key, ask(program, path));
  return helps.get(key);
}

async function ask(program, path) {
  const [file, args] = PROGRAMS[program]([...path, "--help"]);
  const env = { ...process.env, NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", COLUMNS: "200" };
  const { stdout, stderr } = await run(file, args, { cwd: ROOT, timeout: 300_000, env }).catch((error) => error);
  return helpFrom(stdout || stderr || "", [program, ...path].join(" "));
}

/** @returns {Help} */
function helpFrom(text, command) {
  const lines = text.split("\n");
  const told = lines.map((line) => line.replace(/^usage: /i, "").trim()).find((line) => `${line} `.startsWith(`${command} `));
  const usage = told ?? command;
  const [before, more] = usage.slice(command.length).split(/\[?-- /);
  const positionals = (before.match(/[<[][^\]>]+[>\]](?:\.\.\.)?/g) ?? []).filter((word) => !/^.(?:options|commands?).$/i.test(word));
  return {
    isItsOwn: told !== undefined,
    commands: commandsIn(lines, command),
    options: new Map(lines.flatMap(optionsIn)),
    positionals: positionals.some((word) => word.includes("..")) ? Infinity : positionals.length,
    takesMore: more !== undefined,
  };
}

/** clap and commander list bare names under "Commands:", yargs all words of each, under headings of its own. */
function commandsIn(lines, command) {
  const found = [];
  let lists = false;
  for (const line of lines) {
    if (/^\S/.test(line)) lists = /^(?:Commands:|[A-Z][A-Z &]+)$/.test(line) && !/^(?:POSITIONALS|GLOBAL FLAGS|OPTIONS|EXAMPLES)$/.test(line);
    const own = line.trim().startsWith(`${command} `) ? line.trim().slice(command.length + 1) : line.trim();
    const [word] = (lists && /^ {2}\S/.test(line) && /^[a-z][\w-]*/.exec(own)) || [];
    if (word !== undefined && word !== "help") found.push(word);
  }
  return found;
}

function optionsIn(line) {
  const [names] = /^\s+-[\w-]*.*/.exec(line) ?? [];
  if (names === undefined) return [];
  const [, listed, value = ""] = /^\s+((?:-[\w-]+(?:, +)?)+)(?:[ =]([<[][^>\]]+[>\]](?:\.\.\.)?))?/.exec(names) ?? [];
  const takes = /\.\.\.|\[array\]/.test(value + names) ? "many" : value !== "" || /\[(?:string|number)\]/.test(names) ? "one" : "none";
  return (listed ?? "").split(/, +/).filter(Boolean).map((name) => [name, takes]);
}
