// SPDX-License-Identifier: Apache-2.0

/**
 * The worker is killed while it carries out deletions whose time has come. Whenever that is, the next life finishes
 * them: the material is gone from the keyring and from KV, each deletion is recorded once, no blob of a deleted key
 * opens, and no other key is touched.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { eachOf } from "../lib/kept-state.mjs";
import { storedEvents, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "../worker/lib/calls.mjs";
import { startGatedWorker } from "../worker/lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
const PLAINTEXT = base64("hello");
const KEYS = 40;
/** How long after the deletions' time workerd is killed: before the alarm, in the middle, and when KV is written. */
const KILL_AFTER_MS = [0, 15, 60, 150, 400];

/** A key with a blob. */
async function usedKey(worker) {
  const { KeyId, PrimaryKeyVersion } = (await worker.call("CreateKey")).KeyMetadata;
  const { CiphertextBlob } = await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT });
  return { KeyId, PrimaryKeyVersion, CiphertextBlob };
}

const usedKeys = (worker, count) => Promise.all(Array.from({ length: count }, () => usedKey(worker)));

/** Ends workerd at once, with no chance to finish anything, and starts it on what it left. */
async function killed(worker) {
  process.kill(worker.about.workerdPid, "SIGKILL");
  await worker.stop();
  return startGatedWorker({ state: worker.state });
}

test("the worker is killed while deletions are carried out: all come to an end", { timeout: 180_000 }, async (t) => {
  const state = await temporaryState();
  let worker = await startGatedWorker({ state });
  const foundInBetween = [];
  try {
    const kept = await usedKeys(worker, 5);
    const deleted = [];
    let days = 0;
    for (const wait of KILL_AFTER_MS) {
      const doomed = await usedKeys(worker, KEYS);
      await eachOf(doomed, ({ KeyId }) => worker.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "7" }));
      days += 8;
      await worker.moveClock(days * DAY_MS);
      await sleep(wait);
      worker = await killed(worker);
      foundInBetween.push((await worker.call("ListKeys")).TotalCount - kept.length);
      await worker.moveClock(days * DAY_MS);
      await until("all are gone", async () => (await worker.call("ListKeys")).TotalCount === kept.length, 30_000);
      deleted.push(...doomed);
      await eachOf(deleted, async ({ KeyId, CiphertextBlob }) => {
        assert.deepEqual(await worker.refused("DescribeKey", { KeyId }), [404, "Forbidden.KeyNotFound"]);
        assert.deepEqual(await worker.refused("Decrypt", { CiphertextBlob }), [400, "InvalidParameter"]);
      });
      for (const { CiphertextBlob } of kept) {
        assert.equal((await worker.call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
      }
    }
    t.diagnostic(`keys that the next life still found: ${foundInBetween.join(", ")} of ${KEYS} each`);
    const gone = async ({ PrimaryKeyVersion }) => !(await worker.published(`version/${PrimaryKeyVersion}`));
    await until("KV has none of their material", async () => (await Promise.all(deleted.map(gone))).every(Boolean), 30_000);

    await worker.stop();
    await withKeyringFile(state, (keyring) => {
      assert.deepEqual(storedKeyIds(keyring).toSorted(), kept.map(({ KeyId }) => KeyId).toSorted());
      const versions = keyring.prepare("SELECT version_id FROM versions").all().map(({ version_id }) => version_id);
      assert.deepEqual(versions.toSorted(), kept.map(({ PrimaryKeyVersion }) => PrimaryKeyVersion).toSorted());
      const events = storedEvents(keyring).filter(({ eventName }) => eventName === "DeleteKey");
      const ids = deleted.map(({ KeyId }) => KeyId);
      assert.deepEqual(events.map(({ keyId }) => keyId).toSorted(), ids.toSorted(), "each is recorded once");
    });
  } finally {
    await worker.stop();
    await removeState(state);
  }
});
