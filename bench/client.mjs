#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * `cargo xtask bench client`: sealing and opening in Node and in Chromium beside the runtime's own AES-256-GCM and
 * beside other libraries; what a page downloads; the peak memory of streams. `client/rows.mjs` has the goals.
 *
 * `--only ROW...` measures some rows; `--rounds N` (default 5); `--aimed` leaves out contenders that nothing is aimed
 * at; `--large` adds a stream of 8 GiB to the memory; `--quick` only shows that it works. `--json` prints one object a
 * line, `--markdown` the table of README.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { withCleanup } from "../demo/lib/cleanup.mjs";
import { chromiumRunner } from "./client/chromium.mjs";
import { compare } from "./client/compare.mjs";
import { makePlainFile } from "./client/files.mjs";
import { memoryLines } from "./client/memory.mjs";
import { node20Path, nodeRunner } from "./client/node-farm.mjs";
import { pageLines } from "./client/page-size.mjs";
import { MIB } from "./client/plan.mjs";
import { asJson, asMarkdown, asText } from "./client/report.mjs";
import { ROWS } from "./client/rows.mjs";

/** Contenders that nothing is aimed at have fewer rounds: some are slow, and nothing hangs on their last digit. */
const BESIDE_ROUNDS = 2;
/**
 * Long enough for V8 to compile what is called often: a message runs through a hundred functions, of which some are
 * compiled after ten thousand calls, and a raw cipher has called its five often enough after some milliseconds.
 */
const TIMING = { message: { warmMs: 1200, sliceMs: 400 }, signed: { warmMs: 1200, sliceMs: 600 } };
const WHOLE = { warmMs: 200, sliceMs: 1 };
const QUICK_TIMING = { warmMs: 5, sliceMs: 5 };
const QUICK_BYTES = 8 * MIB;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "5" },
    aimed: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
  },
});
const { quick, large } = values;
const say = (text) => process.stderr.write(`[${Math.round(performance.now() / 1000)} s] ${text}\n`);
const rounds = quick ? 1 : wholeNumber(values.rounds);
const besideRounds = values.aimed ? 0 : Math.min(rounds, BESIDE_ROUNDS);
const rows = chosenRows([...values.only, ...positionals]);

function wholeNumber(text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--rounds takes a number of 1 or more, not ${text}`);
}

function chosenRows(ids) {
  const known = ROWS.map(({ id }) => id);
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) throw new Error(`--only takes ${known.join(", ")}; not ${unknown.join(", ")}`);
  return ids.length === 0 ? ROWS : ROWS.filter(({ id }) => ids.includes(id));
}

/** The row with its sizes cut down, for seeing that it works. */
function cut(row) {
  if (!quick || row.job === undefined) return row;
  return { ...row, job: { ...row.job, bytes: Math.min(row.job.bytes, QUICK_BYTES) } };
}

async function linesOf(row, { folder, runners, visit }) {
  if (row.where === "page") return pageLines(visit, folder);
  if (row.where === "memory") return memoryLines(visit, { quick, large, say });
  const { kind, bytes } = row.job;
  if (kind === "files") await makePlainFile(folder, bytes);
  const timing = quick ? QUICK_TIMING : (TIMING[kind] ?? WHOLE);
  const beside = besideRounds === 0 ? [] : row.beside;
  return compare({ ...row, beside, job: { ...row.job, folder } }, runners[row.where], { rounds, besideRounds, timing, say });
}

/** Where, when and how the figures came about. */
function made(chromiumVersion) {
  const processors = cpus();
  const beside = values.aimed ? "" : ` (of ${besideRounds} for those that nothing is aimed at)`;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors.length} processors, ${processors[0].model.trim()}, ${process.platform} ${process.arch}`,
    runtimes: [`Node ${process.versions.node}`, chromiumVersion].filter(Boolean).join(", "),
    rounds: `The middle of ${rounds} rounds${beside}, each turn in a fresh process`,
  };
}

await withCleanup(async (keep) => {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-bench-"));
  keep({ stop: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) });
  const { run: chromium, visit, version } = await chromiumRunner(keep, folder);
  const runners = { node: nodeRunner(), node20: nodeRunner(node20Path()), chromium };
  const lines = [];
  for (const row of rows) lines.push(...(await linesOf(cut(row), { folder, runners, visit })));
  if (values.json) console.log(asJson(lines));
  else console.log((values.markdown ? asMarkdown : asText)(lines, made(version())));
});
