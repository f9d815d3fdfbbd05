// SPDX-License-Identifier: Apache-2.0

/**
 * Rates in the running worker: kept by isolates together without a trip a call, and off unless asked for.
 * What was called is counted once, whoever answered it.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";

/** So small that two isolates on a busy machine are asked for more. */
const RATE = 30;
const CALLERS = 4;
const SETTLED_MS = 4_000;
const MEASURED_MS = 6_000;

/** An isolate tells 25 s after the last cryptographic call at the latest; the rest is a busy machine's. */
const TOLD_MS = 45_000;

const newKey = async (worker) => (await worker.call("CreateKey")).KeyMetadata.KeyId;

/** Calls until `end` and counts what is answered from `start` on, by status. */
async function callOn(edge, KeyId, start, end) {
  const counts = {};
  while (Date.now() < end) {
    const { status } = await edge.send("GenerateDataKey", { KeyId });
    if (Date.now() >= start) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

test("two isolates together answer an account's rate, and ask the keyring once a second at the most", () =>
  withGatedWorker(
    async (worker) => {
      const KeyId = await newKey(worker);
      await Promise.all(worker.edges.map((edge) => edge.asked()));
      const start = Date.now() + SETTLED_MS;
      const end = start + MEASURED_MS;
      const callers = worker.edges.flatMap((edge) => Array.from({ length: CALLERS }, () => callOn(edge, KeyId, start, end)));
      const counts = await Promise.all(callers);
      const sum = (status) => counts.reduce((all, each) => all + (each[status] ?? 0), 0);
      const [answered, refused] = [sum(200), sum(429)];
      assert.deepEqual(new Set(counts.flatMap(Object.keys)), new Set(["200", "429"]));
      const most = (RATE * (MEASURED_MS + 1_000)) / 1_000;
      assert.ok(refused > answered, `${answered} answered, ${refused} refused: nobody was in a hurry`);
      assert.ok(answered <= most * 1.2, `${answered} of ${most}`);
      assert.ok(answered >= most * 0.6, `${answered} of ${most}`);
      const seconds = (SETTLED_MS + MEASURED_MS) / 1_000;
      for (const edge of worker.edges) {
        const { changes } = await edge.asked();
        assert.ok(changes <= seconds + 3, `${changes} questions in ${seconds} s`);
      }
      const { status, json } = await worker.send("GenerateDataKey", { KeyId });
      if (status === 429) assert.match(json.Message, /30 calls a second of symmetric cryptography.*SYMMETRIC_RATE/);
      // Refusals cost less than calls: the trail has one a second of them, of each isolate.
      const events = (await worker.trail()).filter(({ errorCode }) => errorCode === "Rejected.Throttling");
      assert.ok(events.length >= 2 && events.length <= 2 * (seconds + 2), `${events.length} events`);
    },
    { isolates: 2, set: ["THROTTLE=on", `SYMMETRIC_RATE=${RATE}`] },
  ));

test("nothing is throttled unless it is asked for, and what was called is counted once", () =>
  withGatedWorker(
    async (worker) => {
      const KeyId = await newKey(worker);
      const calls = Array.from({ length: 60 }, (_, index) => worker.edges[index % 2].call("GenerateDataKey", { KeyId }));
      await Promise.all(calls);
      const count = async () => {
        const { KeyUsages } = await worker.call("ListKeyUsage");
        const row = KeyUsages.KeyUsage.find(({ KeyId: id, Action }) => id === KeyId && Action === "GenerateDataKey");
        return row?.Calls ?? 0;
      };
      // Nobody calls for the key any more: both tell when they have wiped its material.
      await until("all calls are counted", async () => (await count()) === 60, TOLD_MS);
      await sleep(1_000);
      await worker.killObject();
      assert.equal(await count(), 60, "and kept");
    },
    { isolates: 2 },
  ));
