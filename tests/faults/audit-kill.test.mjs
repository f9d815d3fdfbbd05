// SPDX-License-Identifier: Apache-2.0

/**
 * Nothing is answered unrecorded: the worker's whole process tree is killed in the middle of 100 concurrent
 * callers, ten times over. In the end every answered call is in the audit trail exactly once, whatever is there
 * besides is there once, and the chain over all of it verifies.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { workerOnKeptState } from "../lib/kept-state.mjs";
import { verifiedTrail } from "../lib/trail-file.mjs";

const ROUNDS = 10;
const CALLERS = 100;
/** How many answers arrive before the kill, by round: early, late and between. */
const KILL_AFTER = [1, 20, 50, 100, 150, 200, 300, 400, 600, 800];

describe("the worker is killed in the middle of 100 callers, ten times, with AUDIT=strict", () => {
  /** Ids of every request that was answered, refused ones too, in any round. @type {string[]} */
  const answered = [];
  let worker;

  before(async () => {
    worker = await workerOnKeptState({ AUDIT: "strict" });
  });
  after(() => worker?.remove());

  for (let round = 0; round < ROUNDS; round += 1) {
    test(`round ${round + 1}: killed after ${KILL_AFTER[round]} answers`, { timeout: 60_000 }, async () => {
      const { KeyMetadata } = await noted("CreateKey");
      const { CiphertextBlob } = await noted("GenerateDataKey", { KeyId: KeyMetadata.KeyId });
      const cutOff = await callUntilKilled(KeyMetadata.KeyId, CiphertextBlob, KILL_AFTER[round]);
      assert.ok(cutOff > 0, "every call was answered: the kill came too late to show anything");
      await worker.start();
    });
  }

  test("every answered call is in the trail exactly once, and the chain verifies", async () => {
    await worker.stop();
    const counts = new Map();
    for (const { eventId } of await verifiedTrail(worker.state)) counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
    assert.deepEqual(answered.filter((id) => counts.get(id) !== 1), [], "answered, and not in the trail once");
    assert.deepEqual([...counts].filter(([, count]) => count !== 1), [], "in the trail more than once");
    assert.ok(answered.length >= KILL_AFTER.reduce((sum, number) => sum + number, 0));
  });

  async function noted(action, params) {
    const { json, status, text } = await worker.answer(action, params);
    assert.ok(status === 200 || status === 400, text);
    answered.push(json.RequestId);
    return json;
  }

  /** A caller that is answered calls again, until the kill cuts it off. */
  async function callUntilKilled(KeyId, CiphertextBlob, killAfter) {
    let left = killAfter;
    let killed;
    const calls = Array.from({ length: CALLERS }, async (_, index) => {
      for (let turn = index; ; turn += 1) {
        if (turn % 4 === 0) await noted("Decrypt", { CiphertextBlob });
        else if (turn % 4 === 1) await noted("Decrypt", { CiphertextBlob: "AAAA" });
        else await noted("GenerateDataKey", { KeyId });
        left -= 1;
        if (left === 0) killed = worker.kill();
      }
    });
    const cutOff = await worker.afterTheKill(calls);
    await killed;
    return cutOff;
  }
});
