#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * `cargo xtask bench server`, in parts: requests a second, p50 and p99 of calls in both dialects at 16
 * connections through the direct socket, beside a Rust worker that does nothing in the same runtime, which
 * gets the very same requests; signatures and new keys of each kind beside the runtime's own; what requests
 * cost that nobody has signed; what a record of every call costs, beside OpenBao; and what calls cost as a
 * keyring grows.
 *
 * `--json` prints one object a line; `--quick` only shows that it works; `--only PART` leaves out the other parts.
 */
import { parseArgs } from "node:util";

import { withCleanup } from "../demo/lib/cleanup.mjs";
import { startWorker } from "../demo/lib/worker.mjs";
import { print } from "./lib/table.mjs";
import { asymmetricRows } from "./server/asymmetric.mjs";
import { auditedRows } from "./server/audited.mjs";
import { prepareCalls } from "./server/calls.mjs";
import { startNoopWorker } from "./server/noop.mjs";
import { refusalRows } from "./server/refusals.mjs";
import { scaleRows } from "./server/scale.mjs";
import { startLoad } from "./server/start-load.mjs";
import { startUsingWorker } from "./server/subtle-worker.mjs";
import { NOOP, throughputRows } from "./server/throughput.mjs";

/** Each part, of what it is given the results. */
const PARTS = { throughput, asymmetric, refusals, audited, scale };

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: Object.keys(PARTS) },
  },
});
const { json, quick, only } = values;
const unknown = only.filter((part) => !Object.hasOwn(PARTS, part));
if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(PARTS).join(", ")}, not ${unknown.join(", ")}`);
const say = (text) => process.stderr.write(`${text}\n`);
const common = { connections: 16, say };
const THROUGHPUT = quick
  ? { ...common, rounds: 1, milliseconds: 200, count: 2_000 }
  : { ...common, rounds: 5, milliseconds: 2_000, count: 30_000 };
// Processor time is told in steps of 10 ms, so a turn must be long enough for many of them.
const REFUSALS = quick
  ? { ...common, rounds: 1, milliseconds: 200, count: 500 }
  : { ...common, rounds: 3, milliseconds: 1_500, count: 20_000 };
const SCALE = quick
  ? { say, sizes: [200, 1_000], rounds: 1, calls: 10 }
  : { say, sizes: [200, 10_000, 100_000], rounds: 5, calls: 100 };
// Keys are made by the thousand, and some of a kind that is not audited. What is measured is the call itself.
const SETTINGS = { AUDIT: "off", MAX_KEYS: "100000", MAX_KEY_VERSIONS: "1000000", UNAUDITED_KEY_SPECS: "EC_SM2" };

async function throughput({ load, calls, worker, noop }) {
  const rows = [];
  for (const call of calls) {
    const other = call.operation && (await startUsingWorker(call.operation, call.kind));
    const others = [{ name: NOOP, address: noop.address }];
    if (other) others.push({ name: `a Rust worker that awaits one crypto.subtle.${call.operation}`, address: other.address });
    rows.push(...(await throughputRows(load, call, worker, others, THROUGHPUT)));
    await other?.stop();
  }
  return rows;
}

function asymmetric({ load, calls, worker, noop }) {
  return asymmetricRows(load, worker, noop, calls[0], THROUGHPUT);
}

function refusals({ load, calls, worker }) {
  return refusalRows(load, worker, calls, REFUSALS);
}

function audited({ keep, load, noop }) {
  return auditedRows({ keep, load, noop, ...THROUGHPUT });
}

function scale({ keep }) {
  return scaleRows(keep, SCALE);
}

await withCleanup(async (keep) => {
  const worker = keep(await startWorker(SETTINGS));
  const noop = keep(await startNoopWorker());
  const load = keep(startLoad());
  const calls = await prepareCalls(worker);
  const results = [];
  for (const part of only) results.push(...(await PARTS[part]({ keep, load, calls, worker, noop })));
  print(results, json);
});
