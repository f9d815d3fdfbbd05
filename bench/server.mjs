#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * `cargo xtask bench server`: requests a second, p50 and p99 of GenerateDataKey, Decrypt and Encrypt in
 * both dialects at 16 connections through the direct socket, beside a Rust worker that does nothing in
 * the same runtime, which gets the very same requests; signatures and new keys of each kind beside the
 * runtime's own; and what requests cost that nobody has signed.
 *
 * `--json` prints one object a line; `--quick` only shows that it works.
 */
import { withCleanup } from "../demo/lib/cleanup.mjs";
import { startWorker } from "../demo/lib/worker.mjs";
import { print } from "./lib/table.mjs";
import { asymmetricRows } from "./server/asymmetric.mjs";
import { prepareCalls } from "./server/calls.mjs";
import { startNoopWorker } from "./server/noop.mjs";
import { refusalRows } from "./server/refusals.mjs";
import { startLoad } from "./server/start-load.mjs";
import { throughputRows } from "./server/throughput.mjs";

const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const say = (text) => process.stderr.write(`${text}\n`);
const common = { connections: 16, say };
const THROUGHPUT = quick
  ? { ...common, rounds: 1, milliseconds: 200, count: 2_000 }
  : { ...common, rounds: 5, milliseconds: 2_000, count: 30_000 };
// Processor time is told in steps of 10 ms, so a turn must be long enough for many of them.
const REFUSALS = quick
  ? { ...common, rounds: 1, milliseconds: 200, count: 500 }
  : { ...common, rounds: 3, milliseconds: 1_500, count: 20_000 };

await withCleanup(async (keep) => {
  // Keys are made by the thousand.
  const worker = keep(await startWorker({ MAX_KEYS: "100000" }));
  const noop = keep(await startNoopWorker());
  const load = keep(startLoad());
  const calls = await prepareCalls(worker);
  const results = [];
  for (const call of calls) results.push(...(await throughputRows(load, call, [worker, noop], THROUGHPUT)));
  results.push(...(await asymmetricRows(load, worker, calls[0], THROUGHPUT)));
  results.push(...(await refusalRows(load, worker, calls, REFUSALS)));
  print(results, json);
});
