// SPDX-License-Identifier: Apache-2.0

/**
 * Nothing that the worker acknowledged is ever lost: its whole process tree is killed in the
 * middle of 200 concurrent calls, ten times over, and after each restart on the same state every
 * acknowledged key exists and works, and every acknowledged blob decrypts.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connectionPool, acs3Request, send } from "../lib/signed-request.mjs";
import { removeState, startWorker, temporaryState } from "../lib/worker.mjs";

const ROUNDS = 10;
const CALLS = 200;
/** How many answers arrive before the kill, by round: early, late and between. */
const KILL_AFTER = [1, 5, 15, 30, 60, 90, 120, 150, 170, 190];
/** Reading everything back, so many calls at a time. */
const READERS = 16;
// A region holds 200 keys (wire reference, section 2.2), so each round works in a region of its own.
const REGIONS = Array.from({ length: ROUNDS }, (_, round) => `kill-${round}`);

/** @typedef {{ region: string, keyId: string }} AcknowledgedKey */
/** @typedef {{ region: string, blob: string, plaintext: string }} AcknowledgedBlob */

describe("the worker is killed in the middle of 200 calls, ten times", () => {
  /** @type {AcknowledgedKey[]} */
  const keys = [];
  /** @type {AcknowledgedBlob[]} */
  const blobs = [];
  let state;
  let worker;
  let pool;

  before(async () => {
    state = await temporaryState();
    await start();
  });
  after(async () => {
    pool?.destroy();
    await worker?.kill();
    await removeState(state);
  });

  async function start() {
    worker = await startWorker({ state, settings: { REGIONS: REGIONS.join(",") } });
    pool = connectionPool();
  }

  /** One signed call; anything but a good answer throws. */
  async function call(region, action, params = {}) {
    const pairs = Object.entries({ RegionId: region, ...params });
    const signed = acs3Request(worker.credentials, worker.host, action, pairs, { form: true });
    const { status, json, text } = await send(worker.address, signed, { agent: pool });
    assert.equal(status, 200, `${action}: ${text}`);
    return json;
  }

  for (let round = 0; round < ROUNDS; round += 1) {
    test(`round ${round + 1}: killed after ${KILL_AFTER[round]} of ${CALLS} answers`, { timeout: 60_000 }, async () => {
      const region = REGIONS[round];
      const { KeyMetadata } = await call(region, "CreateKey", { Description: `round ${round}` });
      keys.push({ region, keyId: KeyMetadata.KeyId });

      const outcome = await callUntilKilled(region, KeyMetadata.KeyId, KILL_AFTER[round]);
      assert.ok(outcome.answered >= KILL_AFTER[round], `only ${outcome.answered} were answered`);
      assert.ok(outcome.cutOff > 0, "every call was answered: the kill came too late to show anything");

      await start();
      await assertNothingLost();
    });
  }

  /** Starts all the calls, kills the worker at the given answer, and waits until each call has ended. */
  async function callUntilKilled(region, dataKeyId, killAfter) {
    let answered = 0;
    let killed;
    const acknowledge = () => {
      answered += 1;
      if (answered === killAfter) killed = worker.kill();
    };
    const calls = Array.from({ length: CALLS }, async (_, index) => {
      if (index % 2 === 0) {
        const { KeyMetadata } = await call(region, "CreateKey", { Description: `call ${index}` });
        keys.push({ region, keyId: KeyMetadata.KeyId });
      } else {
        const made = await call(region, "GenerateDataKey", { KeyId: dataKeyId });
        blobs.push({ region, blob: made.CiphertextBlob, plaintext: made.Plaintext });
      }
      acknowledge();
    });
    const results = await Promise.allSettled(calls);
    await killed;
    pool.destroy();
    const cutOff = results.filter(({ status }) => status === "rejected");
    for (const { reason } of cutOff) {
      // A refusal would be another fault: only the cut connection may end a call here.
      assert.ok(["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(reason.code), reason.stack);
    }
    return { answered, cutOff: cutOff.length };
  }

  /** Everything acknowledged in any round so far, read back and used. */
  async function assertNothingLost() {
    const listed = new Map();
    for (const region of new Set(keys.map((key) => key.region))) listed.set(region, await listKeyIds(region));

    await eachOf(keys, async ({ region, keyId }) => {
      const { KeyMetadata } = await call(region, "DescribeKey", { KeyId: keyId });
      assert.equal(KeyMetadata.KeyState, "Enabled");
      assert.ok(listed.get(region).has(keyId), `${keyId} is described but not listed`);
    });
    // What was never acknowledged may exist, but then it is a whole key.
    const acknowledged = new Set(keys.map((key) => key.keyId));
    const unacknowledged = [...listed].flatMap(([region, keyIds]) =>
      [...keyIds].filter((keyId) => !acknowledged.has(keyId)).map((keyId) => ({ region, keyId })),
    );
    const sample = [...unacknowledged, ...keys.slice(-20)];
    await eachOf(sample, async ({ region, keyId }) => {
      const { CiphertextBlob } = await call(region, "Encrypt", { KeyId: keyId, Plaintext: "aGVsbG8=" });
      assert.equal((await call(region, "Decrypt", { CiphertextBlob })).Plaintext, "aGVsbG8=");
    });
    await eachOf(blobs, async ({ region, blob, plaintext }) => {
      assert.equal((await call(region, "Decrypt", { CiphertextBlob: blob })).Plaintext, plaintext);
    });
  }

  async function listKeyIds(region) {
    const keyIds = new Set();
    for (let page = 1; ; page += 1) {
      const { Keys, TotalCount } = await call(region, "ListKeys", { PageNumber: String(page), PageSize: "100" });
      for (const { KeyId } of Keys.Key) keyIds.add(KeyId);
      if (page * 100 >= TotalCount) {
        assert.equal(keyIds.size, TotalCount);
        return keyIds;
      }
    }
  }
});

/** Runs `task` over all items, a few at a time. */
async function eachOf(items, task) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
