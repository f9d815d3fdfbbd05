// SPDX-License-Identifier: Apache-2.0

/**
 * Requests of one isolate that wait for one message to the audit trail: what comes at once goes together, and
 * whoever hangs up, or is ended by the runtime, takes nobody along. The runtime ends a request's work when its
 * caller hangs up, unless `waitUntil` holds it; so a test takes `waitUntil` away.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { verifiedTrail } from "../lib/trail-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { MOMENT_MS, startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";

/** Who waits goes alone after 5 s. */
const ALONE_AFTER_MS = 5_000;
const OTHERS = 20;

/** Runs `use` with a worker, and gives every event of GenerateDataKey that is stored when it has ended. */
async function recorded(use) {
  const state = await temporaryState();
  try {
    const worker = await startGatedWorker({ state });
    try {
      const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
      await worker.call("DescribeKey", { KeyId });
      await worker.call("Encrypt", { KeyId, Plaintext: "aGVsbG8=" });
      await worker.appended();
      await use(worker, KeyId);
    } finally {
      await worker.stop();
    }
    const events = (await verifiedTrail(state)).filter(({ eventName }) => eventName === "GenerateDataKey");
    return events.map(({ eventId }) => eventId).sort();
  } finally {
    await removeState(state);
  }
}

const timed = async (promise) => {
  const began = performance.now();
  const answer = await promise;
  return { ...answer, millis: performance.now() - began };
};
const callsOf = (worker, KeyId, number) =>
  Array.from({ length: number }, () => timed(worker.call("GenerateDataKey", { KeyId })));

async function hangsUp(worker, KeyId, afterMs) {
  const signal = AbortSignal.timeout(afterMs);
  await assert.rejects(worker.send("GenerateDataKey", { KeyId }, { signal }));
}

const countStored = async (worker) => (await worker.trail()).filter(({ eventName }) => eventName === "GenerateDataKey").length;

test("what comes at once goes together, and each is there once", async () => {
  let answers;
  const events = await recorded(async (worker, KeyId) => {
    await worker.faults({ slowAudit: true });
    answers = await Promise.all(callsOf(worker, KeyId, OTHERS));
    assert.ok(answers.every(({ millis }) => millis < ALONE_AFTER_MS), "nobody had to go alone");
    const messages = await worker.appended();
    assert.ok(messages <= 3, `${messages} messages for ${OTHERS} calls`);
  });
  assert.deepEqual(events, answers.map(({ RequestId }) => RequestId).sort());
});

test("whoever sends for all may hang up: the others are answered in time, and all are recorded once", async () => {
  let answers;
  const events = await recorded(async (worker, KeyId) => {
    await worker.faults({ slowAudit: true });
    const gone = [hangsUp(worker, KeyId, MOMENT_MS / 2)];
    await sleep(MOMENT_MS / 5);
    // This one sends the second batch, and hangs up while it is under way.
    gone.push(hangsUp(worker, KeyId, MOMENT_MS * 1.2));
    await sleep(MOMENT_MS / 10);
    answers = await Promise.all(callsOf(worker, KeyId, OTHERS));
    await Promise.all(gone);
    assert.ok(answers.every(({ millis }) => millis < ALONE_AFTER_MS), "nobody had to go alone");
    await until("all are stored", async () => (await countStored(worker)) === OTHERS + 2);
  });
  for (const { RequestId } of answers) assert.ok(events.includes(RequestId));
  assert.equal(new Set(events).size, OTHERS + 2);
});

test("whoever sends for all may be ended by the runtime: the others go alone, and are recorded once", async () => {
  let answers;
  const events = await recorded(async (worker, KeyId) => {
    await worker.faults({ slowAudit: true, mortal: true });
    const first = timed(worker.call("GenerateDataKey", { KeyId }));
    await sleep(MOMENT_MS / 5);
    // It sends the second batch, and nothing holds it when its caller hangs up.
    const gone = hangsUp(worker, KeyId, MOMENT_MS * 1.2);
    await sleep(MOMENT_MS / 10);
    const others = callsOf(worker, KeyId, OTHERS);
    await gone;
    answers = await Promise.all([first, ...others]);
    assert.ok(answers.slice(1).every(({ millis }) => millis >= ALONE_AFTER_MS), "the sender was ended indeed");
    const next = await timed(worker.call("GenerateDataKey", { KeyId }));
    assert.ok(next.millis < ALONE_AFTER_MS, "it holds up nobody who comes later");
    answers.push(next);
  });
  for (const { RequestId } of answers) assert.ok(events.includes(RequestId));
  assert.equal(new Set(events).size, events.length);
  assert.ok(events.length <= OTHERS + 3);
});

/** How often each request is in the trail. */
async function countsOf(worker) {
  const counts = new Map();
  for (const { requestId } of await worker.trail()) counts.set(requestId, (counts.get(requestId) ?? 0) + 1);
  return counts;
}

for (const audit of ["strict", "async"]) {
  test(`AUDIT=${audit}: of two isolates, some of whose callers hang up, each answered call is recorded once`, () =>
    withGatedWorker(
      async (worker) => {
        const { edges } = worker;
        const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
        const answered = [];
        for (const slowAudit of [false, true, false, true]) {
          await edges[0].faults({ slowAudit });
          const calls = Array.from({ length: 40 }, async (_, index) => {
            const edge = edges[index % 2];
            if (index % 3 === 0) {
              // Some are answered before they hang up.
              const signal = AbortSignal.timeout(1 + (index % 12));
              await edge.send("GenerateDataKey", { KeyId }, { signal }).catch(() => {});
              return;
            }
            answered.push((await edge.call("GenerateDataKey", { KeyId })).RequestId);
          });
          await Promise.all(calls);
        }
        await until("all are recorded", async () => {
          const counts = await countsOf(worker);
          return answered.every((id) => counts.has(id));
        });
        assert.ok([...(await countsOf(worker)).values()].every((count) => count === 1));
      },
      { isolates: 2, set: [`AUDIT=${audit}`] },
    ));
}
