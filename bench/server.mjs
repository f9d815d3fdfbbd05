#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * `cargo xtask bench server`: requests a second, p50 and p99 of GenerateDataKey, Decrypt and
 * Encrypt at 16 connections through the direct socket, beside a Rust worker that does nothing in
 * the same runtime, which gets the very same requests.
 *
 * `--json` prints one object a line; `--quick` only shows that it works.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { KmsClient } from "edgekms";

import { withCleanup } from "../demo/lib/cleanup.mjs";
import { startWorker } from "../demo/lib/worker.mjs";
import { median } from "./lib/measure.mjs";
import { print, row } from "./lib/table.mjs";
import { startNoopWorker } from "./server/noop.mjs";

const LOAD = fileURLToPath(new URL("./server/load.mjs", import.meta.url));
const CONNECTIONS = 16;
const BASELINE = "a Rust worker that does nothing";

const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const PLAN = quick
  ? { rounds: 1, milliseconds: 200, count: 2_000 }
  : { rounds: 5, milliseconds: 2_000, count: 30_000 };
const say = (text) => process.stderr.write(`${text}\n`);

/** The calls, with what each needs to exist first. */
async function prepareCalls({ address, region, credentials }) {
  const kms = new KmsClient({ endpoint: address, region, credentials });
  const { keyMetadata } = await kms.createKey({ description: "edgekms benchmark" });
  const KeyId = keyMetadata.keyId;
  const { ciphertextBlob: CiphertextBlob } = await kms.generateDataKey({ keyId: KeyId });
  const Plaintext = Buffer.alloc(1024, 7).toString("base64");
  return [
    { action: "GenerateDataKey", bytes: 32, parameters: { KeyId } },
    { action: "Decrypt", bytes: 32, parameters: { CiphertextBlob } },
    { action: "Encrypt", bytes: 1024, parameters: { KeyId, Plaintext } },
  ];
}

/** A load process that does one task at a time. */
function startLoad() {
  const child = fork(LOAD);
  return {
    async run(task) {
      child.send(task);
      const [answer] = await once(child, "message");
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    stop: async () => {
      child.kill();
    },
  };
}

/** Our worker and the one that does nothing, turn by turn, with the same requests. */
async function compare(load, call, targets) {
  const results = targets.map(() => []);
  for (let round = -1; round < PLAN.rounds; round += 1) {
    for (const [index, { address, credentials }] of targets.entries()) {
      const which = round < 0 ? "warming up" : `round ${round + 1} of ${PLAN.rounds}`;
      say(`${call.action}: ${index === 0 ? "edgekms" : "no-op"}, ${which}`);
      const { rounds, ...limits } = PLAN;
      const result = await load.run({ address, credentials, call, connections: CONNECTIONS, ...limits });
      if (round >= 0) results[index].push(result);
    }
  }
  return results.map((list) => ({
    rate: median(list.map(({ rate }) => rate)),
    p50: median(list.map(({ p50 }) => p50)),
    p99: median(list.map(({ p99 }) => p99)),
  }));
}

function rows(call, [ours, noop]) {
  const common = { runtime: "workerd", bytes: call.bytes, baseline: BASELINE };
  return [
    row({ case: call.action, ...common, value: ours.rate, unit: "requests/s", baselineValue: noop.rate }),
    row({ case: `${call.action} p50`, ...common, value: ours.p50, unit: "ms", baselineValue: noop.p50 }),
    row({ case: `${call.action} p99`, ...common, value: ours.p99, unit: "ms", baselineValue: noop.p99 }),
  ];
}

await withCleanup(async (keep) => {
  const worker = keep(await startWorker());
  const noop = keep(await startNoopWorker());
  const load = keep(startLoad());
  const targets = [worker, { address: noop.address, credentials: worker.credentials }];
  const results = [];
  for (const call of await prepareCalls(worker)) {
    results.push(...rows(call, await compare(load, call, targets)));
  }
  print(results, json);
});
