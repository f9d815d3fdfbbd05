// SPDX-License-Identifier: Apache-2.0

/**
 * The deletion of a key: planned, taken back, and carried out when its time has come, although KV
 * refuses writes and nobody calls. What is left of the key is its record in the audit.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "../lib/eventually.mjs";
import { storedEvents, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { EVERY_VIEW, startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
const PLAINTEXT = base64("hello");
const PENDING = [409, "Rejected.PendingDeletion"];
const MODIFIED = [409, "Rejected.StateModifiedFailed"];
const NO_KEY = [404, "Forbidden.KeyNotFound"];
/** The one answer for every blob that does not open. */
const NO_BLOB = [400, "InvalidParameter"];

const schedule = (worker, KeyId) => worker.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "7" });
const stateOf = async (worker, KeyId) => (await worker.call("DescribeKey", { KeyId })).KeyMetadata.KeyState;

/** A key that both isolates have used, with a blob. */
async function usedKey(worker) {
  const { KeyId, PrimaryKeyVersion } = (await worker.call("CreateKey")).KeyMetadata;
  const { CiphertextBlob } = await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT });
  for (const edge of worker.edges) await edge.call("Decrypt", { CiphertextBlob });
  return { KeyId, PrimaryKeyVersion, CiphertextBlob };
}

test("ScheduleKeyDeletion stops every use, CancelKeyDeletion brings it back, and nothing is deleted later", () =>
  withGatedWorker(
    async (worker) => {
      const { KeyId, CiphertextBlob } = await usedKey(worker);
      assert.deepEqual(await worker.refused("CancelKeyDeletion", { KeyId }), MODIFIED);
      for (const PendingWindowInDays of ["6", "367", "x", ""]) {
        const [status] = await worker.refused("ScheduleKeyDeletion", { KeyId, PendingWindowInDays });
        assert.equal(status, 400, PendingWindowInDays);
      }
      await schedule(worker, KeyId);
      const { KeyMetadata } = await worker.call("DescribeKey", { KeyId });
      assert.equal(KeyMetadata.KeyState, "PendingDeletion");
      assert.ok(Math.abs(Date.parse(KeyMetadata.DeleteDate) - Date.now() - 7 * DAY_MS) < 60_000, KeyMetadata.DeleteDate);
      assert.deepEqual(await worker.refused("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "30" }), MODIFIED);
      await worker.moveClock(DAY_MS);
      for (const edge of worker.edges) {
        assert.deepEqual(await edge.refused("Decrypt", { CiphertextBlob }), PENDING);
        assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId }), PENDING);
      }

      await worker.call("CancelKeyDeletion", { KeyId });
      assert.deepEqual(await worker.refused("CancelKeyDeletion", { KeyId }), MODIFIED);
      for (const days of [2, 8, 400]) {
        await worker.moveClock(days * DAY_MS);
        assert.equal(await stateOf(worker, KeyId), "Enabled");
        for (const edge of worker.edges) assert.equal((await edge.call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
      }
    },
    { isolates: 2 },
  ));

describe("a deletion whose time has come", () => {
  test("is carried out while KV refuses writes, and the material is gone from keyring, isolates and KV", async () => {
    const state = await temporaryState();
    const worker = await startGatedWorker({ state, isolates: 2 });
    try {
      const kept = await usedKey(worker);
      const { KeyId, PrimaryKeyVersion, CiphertextBlob } = await usedKey(worker);
      await worker.call("CreateAlias", { KeyId, AliasName: "alias/doomed" });
      await until("all is published", async () => (await worker.publishedNames()).length === 5);
      await schedule(worker, KeyId);
      await worker.moveClock(7 * DAY_MS - 60_000);
      assert.equal(await stateOf(worker, KeyId), "PendingDeletion", "not before its time");

      await worker.faults({ refuse: EVERY_VIEW });
      await worker.moveClock(7 * DAY_MS + 1_000);
      const isGone = async () => (await worker.send("DescribeKey", { KeyId })).status === 404;
      await until("the key is gone", isGone);
      assert.equal(await worker.published(`version/${PrimaryKeyVersion}`), true, "KV still has its material");
      await worker.moveClock(7 * DAY_MS + 61_000);
      for (const edge of worker.edges) {
        assert.deepEqual(await edge.refused("Decrypt", { CiphertextBlob }), NO_BLOB);
        assert.deepEqual(await edge.refused("DescribeKey", { KeyId }), NO_KEY);
        assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId }), NO_KEY);
        assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId: "alias/doomed" }), NO_KEY);
      }

      await worker.faults({});
      await until("KV says so of its material", () => worker.tombstone(`version/${PrimaryKeyVersion}`));
      await until("and of the key", () => worker.tombstone(`key/${KeyId}`));
      // Another key is as it was, and takes over the alias.
      await worker.call("UpdateAlias", { KeyId: kept.KeyId, AliasName: "alias/doomed" });
      for (const edge of worker.edges) await edge.call("Decrypt", { CiphertextBlob: kept.CiphertextBlob });
      assert.equal((await worker.call("ListKeys")).TotalCount, 1);

      await worker.stop();
      await withKeyringFile(state, (keyring) => {
        assert.deepEqual(storedKeyIds(keyring), [kept.KeyId]);
        const versions = keyring.prepare("SELECT version_id FROM versions").all();
        assert.deepEqual(versions.map(({ version_id }) => version_id), [kept.PrimaryKeyVersion]);
        const [deleted, ...more] = storedEvents(keyring).filter(({ eventName }) => eventName === "DeleteKey");
        assert.deepEqual([deleted.keyId, deleted.userIdentity, more], [KeyId, { type: "system" }, []]);
      });
    } finally {
      await worker.stop();
      await removeState(state);
    }
  });

  test("is carried out although nobody calls", () =>
    withGatedWorker(async (worker) => {
      const { KeyId } = await usedKey(worker);
      await schedule(worker, KeyId);
      await until("its state is published", async () => (await worker.publishedState(KeyId)) === "PendingDeletion");
      await worker.killObject();
      await worker.moveClock(7 * DAY_MS + 1_000);
      await until("KV says that it is gone", () => worker.tombstone(`key/${KeyId}`));
      assert.deepEqual(await worker.refused("DescribeKey", { KeyId }), NO_KEY);
    }));
});
