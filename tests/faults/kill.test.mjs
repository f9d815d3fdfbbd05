// SPDX-License-Identifier: Apache-2.0

/**
 * Nothing that the worker acknowledged is ever lost: its whole process tree is killed in the
 * middle of 200 concurrent calls, ten times over, and after each restart on the same state every
 * acknowledged key exists and works, and every acknowledged blob decrypts. In the end each key, known or
 * not, has its one audit event.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eachOf, workerOnKeptState } from "../lib/kept-state.mjs";
import { eventsOfKeys, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";

const ROUNDS = 10;
const CALLS = 200;
/** How many answers arrive before the kill, by round: early, late and between. */
const KILL_AFTER = [1, 5, 10, 20, 30, 40, 60, 80, 100, 120];
/** The quota of 200 keys is not what is tested here. */
const SETTINGS = { MAX_KEYS: "5000" };

describe("the worker is killed in the middle of 200 calls, ten times", () => {
  /** Ids of every key that was acknowledged, in any round. @type {string[]} */
  const keys = [];
  /** @type {{ CiphertextBlob: string, Plaintext: string }[]} */
  const blobs = [];
  let worker;

  before(async () => {
    worker = await workerOnKeptState(SETTINGS);
  });
  after(() => worker?.remove());

  const call = (...request) => worker.call(...request);

  for (let round = 0; round < ROUNDS; round += 1) {
    test(`round ${round + 1}: killed after ${KILL_AFTER[round]} answers to ${CALLS} callers`, { timeout: 60_000 }, async () => {
      const { KeyMetadata } = await call("CreateKey", { Description: `round ${round}` });
      keys.push(KeyMetadata.KeyId);

      const { answered, cutOff } = await callUntilKilled(KeyMetadata.KeyId, KILL_AFTER[round]);
      assert.ok(answered >= KILL_AFTER[round], `only ${answered} were answered`);
      assert.ok(cutOff > 0, "every call was answered: the kill came too late to show anything");

      await worker.start();
      await assertNothingLost();
    });
  }

  test("every key has exactly one event, and no event is without its key", async () => {
    await worker.stop();
    await withKeyringFile(worker.state, (keyring) => {
      const keyIds = storedKeyIds(keyring);
      const stored = new Set(keyIds);
      assert.deepEqual(keys.filter((keyId) => !stored.has(keyId)), [], "acknowledged and lost");
      assert.deepEqual(eventsOfKeys(keyring, "CreateKey"), new Map(keyIds.map((keyId) => [keyId, 1])));
    });
  });

  /**
   * Keeps 200 calls under way, kills the worker at the given answer, and waits until each has ended.
   * A caller that is answered calls again: else a busy machine could see all answers before the kill.
   */
  async function callUntilKilled(keyId, killAfter) {
    let answered = 0;
    let killed;
    const calls = Array.from({ length: CALLS }, async (_, index) => {
      // Ends by the error of the call that the kill cut off.
      for (;;) {
        if (index % 2 === 0) {
          const { KeyMetadata } = await call("CreateKey", { Description: `call ${index}` });
          keys.push(KeyMetadata.KeyId);
        } else {
          blobs.push(await call("GenerateDataKey", { KeyId: keyId }));
        }
        answered += 1;
        if (answered === killAfter) killed = worker.kill();
      }
    });
    const cutOff = await worker.afterTheKill(calls);
    await killed;
    return { answered, cutOff };
  }

  /** Everything acknowledged in any round so far, read back and used. */
  async function assertNothingLost() {
    const listed = await worker.listKeyIds();
    await eachOf(keys, async (keyId) => {
      const { KeyMetadata } = await call("DescribeKey", { KeyId: keyId });
      assert.equal(KeyMetadata.KeyState, "Enabled");
      assert.ok(listed.has(keyId), `${keyId} is described but not listed`);
    });
    // What was never acknowledged may exist, but then it is a whole key. Of the acknowledged ones
    // the newest are used: the earlier rounds used theirs.
    const acknowledged = new Set(keys);
    const unacknowledged = [...listed].filter((keyId) => !acknowledged.has(keyId));
    await eachOf([...unacknowledged, ...keys.slice(-CALLS / 2)], async (keyId) => {
      const { CiphertextBlob } = await call("Encrypt", { KeyId: keyId, Plaintext: "aGVsbG8=" });
      assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, "aGVsbG8=");
    });
    await eachOf(blobs, async ({ CiphertextBlob, Plaintext }) => {
      assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, Plaintext);
    });
  }
});
