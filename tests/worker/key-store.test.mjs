// SPDX-License-Identifier: Apache-2.0

/**
 * Keys whose material stays in a store elsewhere, here another worker: what it makes is used through it and
 * destroyed with its key, whatever it made that no key is of is destroyed too, and when it is not well its
 * own keys wait and all others work.
 */

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { describe, test } from "node:test";
import { until } from "../lib/eventually.mjs";
import { withKeyringFile } from "../lib/keyring-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";
import { STORE_BUILD, withKeyStore } from "./lib/key-store.mjs";

const HSM = { ProtectionLevel: "HSM" };
const MESSAGE = "signed elsewhere";
const CONTEXT = { EncryptionContext: '{"album":"42"}' };
const WEEK_MS = 7 * 86_400_000;
/** How long material may wait for its key to be decided about. */
const RESERVED_MS = 600_000;
/** How long the store may take for an operation. */
const STORE_LIMIT_MS = 5_000;
const UNAVAILABLE = [503, "ServiceUnavailableTemporary"];
const UNOFFERED = [400, "Unsupported.ProtectionLevel"];

const newKey = async ({ call }, params = {}) => (await call("CreateKey", params)).KeyMetadata.KeyId;
const countKeys = async ({ call }) => (await call("ListKeys")).TotalCount;
const holds = ({ held }, names) => async () => (await held()).length === names;

async function sealsAndOpens({ call }, keyId) {
  const { CiphertextBlob, Plaintext } = await call("GenerateDataKey", { KeyId: keyId, ...CONTEXT });
  assert.equal((await call("Decrypt", { CiphertextBlob, ...CONTEXT })).Plaintext, Plaintext);
  return CiphertextBlob;
}

/** Hangs up while the store is at it. */
async function createAndHangUp({ send }) {
  const signal = AbortSignal.timeout(200);
  await assert.rejects(send("CreateKey", HSM, { signal }), (error) => signal.aborted || assert.fail(error));
}

describe("a key of ProtectionLevel HSM", () => {
  test("is made in the store, seals and opens there, and no material of it is in the keyring", async () => {
    const state = await temporaryState();
    try {
      await withKeyStore(async (worker) => {
        const { KeyMetadata } = await worker.call("CreateKey", HSM);
        assert.equal(KeyMetadata.ProtectionLevel, "HSM");
        assert.deepEqual(await worker.held(), [KeyMetadata.PrimaryKeyVersion]);
        const blob = await sealsAndOpens(worker, KeyMetadata.KeyId);
        const others = { CiphertextBlob: blob, EncryptionContext: '{"album":"43"}' };
        assert.deepEqual(await worker.refused("Decrypt", others), [400, "InvalidParameter"]);
        await newKey(worker);
        assert.equal((await worker.held()).length, 1, "a key of protection SOFTWARE is none of the store's");
      }, { state });
      const versions = await withKeyringFile(state, (keyring) => keyring.prepare("SELECT record, root FROM versions ORDER BY root").all());
      const materials = versions.map(({ record, root }) => [...Object.keys(JSON.parse(record).material), root]);
      assert.deepEqual(materials, [["held", ""], ["wrapped", "1"]]);
    } finally {
      await removeState(state);
    }
  });

  test("signs there, if it is EC_P256, and its public key verifies that anywhere", () =>
    withKeyStore(async (worker) => {
      const KeyId = await newKey(worker, { ...HSM, KeySpec: "EC_P256" });
      const { KeyVersionId } = (await worker.call("ListKeyVersions", { KeyId })).KeyVersions.KeyVersion[0];
      assert.deepEqual(await worker.held(), [KeyVersionId]);
      const Digest = createHash("sha256").update(MESSAGE).digest("base64");
      const asked = { KeyId, KeyVersionId, Algorithm: "ECDSA_SHA_256", Digest };
      const { Value } = await worker.call("AsymmetricSign", asked);
      const { PublicKey } = await worker.call("GetPublicKey", { KeyId, KeyVersionId });
      const signature = Buffer.from(Value, "base64");
      assert.ok(verify("sha256", MESSAGE, createPublicKey(PublicKey), signature));
      assert.equal((await worker.call("AsymmetricVerify", { ...asked, Value })).Value, true);
      const other = { ...asked, Digest: createHash("sha256").update("another").digest("base64"), Value };
      assert.equal((await worker.call("AsymmetricVerify", other)).Value, false);
    }));

  test("is not to be had of a spec that the store does not make", () =>
    withKeyStore(async (worker) => {
      for (const KeySpec of ["RSA_2048", "EC_P384"]) assert.deepEqual(await worker.refused("CreateKey", { ...HSM, KeySpec }), UNOFFERED);
      assert.deepEqual(await worker.held(), []);
    }));

  test("is destroyed in the store when its waiting time is over, and not before, however the store is", () =>
    withKeyStore(async (worker) => {
      const KeyId = await newKey(worker, HSM);
      await worker.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "7" });
      await worker.mood({ failing: true });
      await worker.moveClock(WEEK_MS + 1_000);
      await until("the key is deleted", () => worker.tombstone(`key/${KeyId}`));
      assert.equal((await worker.held()).length, 1, "the store was asked and failed");
      await worker.mood({});
      await worker.moveClock(WEEK_MS + 300_000);
      await until("its material is destroyed", holds(worker, 0));
    }));
});

describe("material that no key is of", () => {
  test("because the quota was reached is destroyed at once", () =>
    withKeyStore(async (worker) => {
      const KeyId = await newKey(worker, HSM);
      assert.deepEqual(await worker.refused("CreateKey", HSM), [400, "Rejected.LimitExceeded"]);
      await until("what was made is destroyed", holds(worker, 1));
      await sealsAndOpens(worker, KeyId);
    }, { set: ["MAX_KEYS=1"] }));

  test("because the store never said that it made it is destroyed when its time is over", () =>
    withKeyStore(async (worker) => {
      const KeyId = await newKey(worker, HSM);
      await worker.mood({ mute: true });
      await createAndHangUp(worker);
      await until("the store has made it", holds(worker, 2));
      await worker.mood({});
      await worker.moveClock(RESERVED_MS - 60_000);
      await sealsAndOpens(worker, KeyId);
      assert.equal((await worker.held()).length, 2, "its key may still come");
      await worker.moveClock(RESERVED_MS + 60_000);
      await until("it is destroyed", holds(worker, 1));
      await sealsAndOpens(worker, KeyId);
      assert.equal(await countKeys(worker), 1);
    }));

  test("is never left by a caller who hangs up: the key comes into being all the same", () =>
    withKeyStore(async (worker) => {
      await worker.mood({ slowMs: 600 });
      await createAndHangUp(worker);
      await until("the key is there", async () => (await countKeys(worker)) === 1);
      await worker.mood({});
      await worker.moveClock(RESERVED_MS + 60_000);
      const { Keys } = await worker.call("ListKeys");
      await sealsAndOpens(worker, Keys.Key[0].KeyId);
      assert.equal((await worker.held()).length, 1);
    }));
});

describe("a store that is not well", () => {
  for (const [what, mood] of [
    ["fails", { failing: true }],
    ["breaks the connection", { dead: true }],
  ]) {
    test(`and ${what} makes its own keys wait, and no other`, () =>
      withKeyStore(async (worker) => {
        const [elsewhere, here] = [await newKey(worker, HSM), await newKey(worker)];
        const CiphertextBlob = await sealsAndOpens(worker, elsewhere);
        await worker.mood(mood);
        assert.deepEqual(await worker.refused("GenerateDataKey", { KeyId: elsewhere }), UNAVAILABLE);
        assert.deepEqual(await worker.refused("Decrypt", { CiphertextBlob, ...CONTEXT }), UNAVAILABLE);
        assert.deepEqual(await worker.refused("CreateKey", HSM), UNAVAILABLE);
        await sealsAndOpens(worker, here);
        await newKey(worker);
        assert.equal(await countKeys(worker), 3);
        await worker.mood({});
        await worker.call("Decrypt", { CiphertextBlob, ...CONTEXT });
        await newKey(worker, HSM);
        assert.equal((await worker.held()).length, 2);
      }));
  }

  test("and does not answer is given up, and nothing else waits for it", () =>
    withKeyStore(async (worker) => {
      const [elsewhere, here] = [await newKey(worker, HSM), await newKey(worker)];
      await worker.mood({ mute: true });
      const begun = performance.now();
      const waiting = worker.refused("Encrypt", { KeyId: elsewhere, Plaintext: base64("hello") });
      const elapsed = () => performance.now() - begun;
      await sealsAndOpens(worker, here);
      await newKey(worker);
      assert.ok(elapsed() < STORE_LIMIT_MS, `others were answered after ${elapsed()} ms`);
      assert.deepEqual(await waiting, UNAVAILABLE);
      assert.ok(elapsed() >= STORE_LIMIT_MS, `it was given up after ${elapsed()} ms`);
      await worker.mood({});
      await sealsAndOpens(worker, elsewhere);
    }));
});

describe("a deployment without a key store", () => {
  test("refuses ProtectionLevel HSM", () =>
    withGatedWorker(async ({ call, refused }) => {
      assert.deepEqual(await refused("CreateKey", HSM), UNOFFERED);
      assert.equal((await call("ListKeys")).TotalCount, 0);
    }));

  test("that had one keeps the keys that were made there, which fail, and all others work", async () => {
    const state = await temporaryState();
    let elsewhere;
    let here;
    try {
      await withKeyStore(async (worker) => {
        [elsewhere, here] = [await newKey(worker, HSM), await newKey(worker)];
      }, { state });
      const worker = await startGatedWorker({ state, build: STORE_BUILD });
      try {
        assert.deepEqual(await worker.refused("GenerateDataKey", { KeyId: elsewhere }), [500, "InternalFailure"]);
        assert.match((await worker.lines()).join("\n"), /this deployment has no key store test-store/);
        assert.equal((await worker.call("DescribeKey", { KeyId: elsewhere })).KeyMetadata.KeyState, "Enabled");
        await sealsAndOpens(worker, here);
        await newKey(worker);
      } finally {
        await worker.stop();
      }
    } finally {
      await removeState(state);
    }
  });
});
