// SPDX-License-Identifier: Apache-2.0
/** `edgekms audit verify` */

import { createReadStream } from "node:fs";

import { type Finding, type Lines, sentence, type ShardReport, verify as verified, type Whole } from "../../audit/verify.js";
import { leaf } from "../../command.js";
import { CliError, usage } from "../../exit.js";
import { readSmall } from "../../files/small.js";
import { fileTrouble } from "../../files/places.js";
import { text } from "../../output.js";
import { type RootKeys, rootKeysOf, wipe } from "../../root-keys.js";

const MOST_BYTES = 64 * 1024;

interface Options {
  readonly rootKeys?: string;
  readonly checkpoints?: string;
}

/** The group's `verify`. */
export const verify = leaf<Options>({
  about:
    "Needs no service, and nothing but the files and the root keys: those of every version that has chained an event. " +
    "That the end was cut off shows only by checkpoints that were kept elsewhere: lines of the log with " +
    '"kind":"head". Ends with code 6 if something is not as it was recorded.',
  arguments: [{ name: "file", about: "an export, or several of its parts one below the other", required: true }],
  options: [
    { flags: "--root-keys <file>", about: "a file with ROOT_KEYS, or the recovery file of `edgekms deploy` (default: the variable ROOT_KEYS)" },
    { flags: "--checkpoints <file>", about: "checkpoints that were kept elsewhere, a line each" },
  ],
  examples: [
    { what: "With the keys of the deployment", line: "edgekms audit verify trail.jsonl --root-keys edgekms-recovery.json" },
    { what: "And against what the log has said since", line: "edgekms audit verify trail.jsonl --checkpoints heads.jsonl" },
  ],
  async run(context, { args: [file = ""], options: { rootKeys, checkpoints } }) {
    if (file === "-") throw usage("the export is read twice, and standard input is not", "Give a file.");
    const keys = await keysOf(rootKeys, context.signal);
    let reports: ShardReport[];
    try {
      reports = await verified(linesOf(file), checkpoints === undefined ? noLines : linesOf(checkpoints), keys);
    } finally {
      wipe(keys);
    }
    const isWhole = reports.length > 0 && reports.every(({ verdict }) => !("wrong" in verdict));
    await context.output.result({ Whole: isWhole, Shards: reports.map(told) }, text(reports.map(sentence).join("\n") || `${file} has no events`));
    if (!isWhole) throw new CliError("notAuthentic", `${file} is not what was recorded`, "Keep it as it is, and ask who could write to it.");
  },
});

async function keysOf(path: string | undefined, signal: AbortSignal): Promise<RootKeys> {
  const variable = process.env["ROOT_KEYS"];
  if (path === undefined) {
    if (!variable) throw usage("the root keys are missing", "Give --root-keys FILE, or set ROOT_KEYS as the worker has it.");
    return rootKeysOf(variable);
  }
  const bytes = await readSmall(path, MOST_BYTES, "the file of the root keys", signal);
  try {
    return rootKeysOf(secretIn(bytes.toString("utf8")));
  } finally {
    bytes.fill(0);
  }
}

/** The secret itself, or that of a recovery file. */
function secretIn(held: string): string {
  try {
    const { ROOT_KEYS } = JSON.parse(held) as { ROOT_KEYS?: unknown };
    return typeof ROOT_KEYS === "string" ? ROOT_KEYS : held;
  } catch {
    return held;
  }
}

function told({ account, region, shard, verdict }: ShardReport) {
  const place = { Account: account, Region: region, Shard: shard };
  return "wrong" in verdict ? { ...place, ...findingOf(verdict) } : { ...place, ...wholeOf(verdict) };
}

function findingOf({ seq, wrong, root }: Finding) {
  return { Whole: false, Event: seq, Wrong: wrong, ...(root !== undefined && { RootKeyVersion: root }) };
}

function wholeOf({ events, unchained, last }: Whole) {
  return { Whole: true, Events: events, Unchained: unchained, Last: last };
}

/** Lines as the service ends them. Node's own reader ends them at characters, too, that may stand in a text. */
function linesOf(path: string): Lines {
  return async function* () {
    let rest = "";
    const stream = createReadStream(path, { encoding: "utf8" });
    try {
      for await (const chunk of stream) {
        const lines = (rest + (chunk as string)).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
    } catch (cause) {
      fileTrouble("read", path, cause);
    }
    if (rest !== "") yield rest;
  };
}

async function* noLines(): AsyncGenerator<string> {}
