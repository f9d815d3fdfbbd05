// SPDX-License-Identifier: Apache-2.0

/**
 * An RSA key is made in several steps, of which the longest is outside of the keyring. Whenever the worker is
 * killed, each key that is there afterwards, acknowledged or not, is whole: it signs, and its public key
 * verifies what it signed.
 */

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eachOf, workerOnKeptState } from "../lib/kept-state.mjs";
import { eventsOfKeys, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";

const CALLS = 100;
/** When the kill comes: while what was made is being stored, and while most is still being made. */
const KILLS = [
  ["at the first answer", { answers: 1 }],
  ["after two seconds", { delayMs: 2_000 }],
];
const SETTINGS = { MAX_KEYS: "1000" };
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

  for (const [when, { answers, delayMs }] of KILLS) {
    test(`${when}: every key that is listed afterwards signs`, { timeout: 90_000 }, async (t) => {
      const earlier = acknowledged.length;
      let killed = delayMs && sleep(delayMs).then(() => worker.kill());
      const calls = Array.from({ length: CALLS }, async () => {
        // Ends by the error of the call that the kill cut off: an answer is followed by another call.
        for (;;) {
          sent += 1;
          const { status, json, text } = await worker.answer("CreateKey", RSA);
          // A hundred keys at once may take a busy machine longer than the worker waits for one.
          if (status === 503) continue;
          assert.equal(status, 200, text);
          acknowledged.push(json.KeyMetadata.KeyId);
          if (acknowledged.length === earlier + answers) killed = worker.kill();
        }
      });
      assert.equal(await worker.afterTheKill(calls), CALLS);
      await killed;

      await worker.start();
      const listed = await worker.listKeyIds();
      t.diagnostic(`of ${sent} calls in all, ${acknowledged.length} were acknowledged and ${listed.size} keys are there`);
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
