// SPDX-License-Identifier: Apache-2.0

/**
 * An RSA key is made in several steps, of which the longest is outside of the keyring. Whenever the worker is
 * killed, each key that is there afterwards, acknowledged or not, is whole: it signs, and its public key
 * verifies what it signed.
 */

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { eachOf, workerOnKeptState } from "../lib/kept-state.mjs";
import { eventsOfKeys, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";

const CALLS = 100;
/** How many answers arrive before the kill, by round. */
const KILL_AFTER = [3, 50];
const SETTINGS = { MAX_KEYS: "300" };
const RSA = { KeySpec: "RSA_2048", KeyUsage: "SIGN/VERIFY" };
const ALGORITHM = "RSA_PKCS1_SHA_256";
const MESSAGE = "signed after the kill";
const DIGEST = createHash("sha256").update(MESSAGE).digest("base64");

describe(`the worker is killed in the middle of ${CALLS} calls that make RSA keys`, () => {
  /** Ids of every key that was acknowledged, in any round. @type {string[]} */
  const acknowledged = [];
  let sent = 0;
  let worker;

  before(async () => {
    worker = await workerOnKeptState(SETTINGS);
  });
  after(() => worker?.remove());

  for (const [round, killAfter] of KILL_AFTER.entries()) {
    test(`round ${round + 1}, after ${killAfter} answers: every key that is listed signs`, { timeout: 60_000 }, async (t) => {
      const earlier = acknowledged.length;
      let killed;
      const calls = Array.from({ length: CALLS }, async () => {
        const { KeyMetadata } = await worker.call("CreateKey", RSA);
        acknowledged.push(KeyMetadata.KeyId);
        if (acknowledged.length === earlier + killAfter) killed = worker.kill();
      });
      sent += CALLS;
      const cutOff = await worker.afterTheKill(calls);
      await killed;
      assert.ok(cutOff > 0, "every call was answered: the kill came too late to show anything");

      await worker.start();
      const listed = await worker.listKeyIds();
      t.diagnostic(`${CALLS - cutOff} of ${CALLS} were acknowledged; ${listed.size} keys of ${sent} calls are there`);
      assert.deepEqual(acknowledged.filter((keyId) => !listed.has(keyId)), [], "acknowledged and lost");
      assert.ok(listed.size <= sent, `${listed.size} keys of ${sent} calls`);
      await eachOf([...listed], assertSigns);
    });
  }

  test("every key has exactly one event, and no event is without its key", async () => {
    await worker.stop();
    await withKeyringFile(worker.state, (keyring) => {
      const keyIds = storedKeyIds(keyring);
      assert.ok(keyIds.length >= acknowledged.length);
      assert.deepEqual(eventsOfKeys(keyring, "CreateKey"), new Map(keyIds.map((keyId) => [keyId, 1])));
    });
  });

  async function assertSigns(KeyId) {
    const { KeyVersions } = await worker.call("ListKeyVersions", { KeyId });
    assert.equal(KeyVersions.KeyVersion.length, 1);
    const [{ KeyVersionId }] = KeyVersions.KeyVersion;
    const { PublicKey } = await worker.call("GetPublicKey", { KeyId, KeyVersionId });
    const { Value } = await worker.call("AsymmetricSign", { KeyId, KeyVersionId, Algorithm: ALGORITHM, Digest: DIGEST });
    const isGood = verify("sha256", MESSAGE, createPublicKey(PublicKey), Buffer.from(Value, "base64"));
    assert.ok(isGood, `${KeyId} does not sign what its public key verifies`);
  }
});
