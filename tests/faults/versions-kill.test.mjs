// SPDX-License-Identifier: Apache-2.0

/**
 * The worker is killed while keys get new versions, while material is imported and deleted, and while deletions
 * are planned and taken back. Whenever that is, no acknowledged version is lost, what any version encrypted opens,
 * and no material whose deletion was acknowledged answers.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { wrappedByNode } from "../lib/import.mjs";
import { eachOf, workerOnKeptState } from "../lib/kept-state.mjs";

const ROUNDS = 3;
/** How long calls go on before each kill. */
const ROUND_MS = 1_500;
const CALLERS = 8;
const SETTINGS = { MAX_KEYS: "1000", MAX_KEY_VERSIONS: "100000" };
const PLAINTEXT = Buffer.from("sealed before the kill").toString("base64");

let worker;
before(async () => {
  worker = await workerOnKeptState(SETTINGS);
});
after(() => worker?.remove());

/** Has callers go on until the worker is killed under them; each turn ends by the error of the call cut off. */
async function untilKilled(turn) {
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (;;) await turn(caller);
  });
  const killed = sleep(ROUND_MS).then(() => worker.kill());
  assert.equal(await worker.afterTheKill(callers), CALLERS);
  await killed;
  await worker.start();
}

const seal = async (KeyId) => (await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT })).CiphertextBlob;
const newKey = async (kind = {}) => (await worker.call("CreateKey", kind)).KeyMetadata.KeyId;

async function assertOpens(CiphertextBlob) {
  const { Plaintext } = await worker.call("Decrypt", { CiphertextBlob });
  assert.equal(Plaintext, PLAINTEXT);
}

describe("the worker is killed", () => {
  test("while keys rotate: no version that was acknowledged is lost, and every blob opens", { timeout: 120_000 }, async (t) => {
    const keyIds = await Promise.all(Array.from({ length: CALLERS }, () => newKey()));
    const versions = keyIds.map(() => 1);
    const asked = keyIds.map(() => 1);
    const blobs = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilKilled(async (caller) => {
        const KeyId = keyIds[caller];
        blobs.push(await seal(KeyId));
        asked[caller] += 1;
        const { status, text } = await worker.awsAnswer("RotateKeyOnDemand", { KeyId });
        assert.equal(status, 200, text);
        versions[caller] += 1;
      });
      for (const [caller, KeyId] of keyIds.entries()) {
        const { TotalCount } = await worker.call("ListKeyVersions", { KeyId });
        assert.ok(TotalCount >= versions[caller], `${TotalCount} versions of ${versions[caller]} acknowledged`);
        assert.ok(TotalCount <= asked[caller], `${TotalCount} versions of ${asked[caller]} asked for`);
        // What was made and not acknowledged is there for good.
        versions[caller] = TotalCount;
        asked[caller] = TotalCount;
      }
      await eachOf(blobs, assertOpens);
    }
    t.diagnostic(`${versions.reduce((all, one) => all + one)} versions, ${blobs.length} blobs`);
  });

  test("while material is imported and deleted: each key has its material or waits for it", { timeout: 120_000 }, async () => {
    const subjects = [];
    for (let caller = 0; caller < CALLERS; caller += 1) {
      const KeyId = await newKey({ Origin: "EXTERNAL" });
      const algorithm = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
      const { ImportToken, PublicKey } = await worker.call("GetParametersForImport", { KeyId, ...algorithm });
      const wrapped = await wrappedByNode(algorithm.WrappingAlgorithm, Buffer.from(PublicKey, "base64"), randomBytes(32));
      const material = { KeyId, ImportToken, EncryptedKeyMaterial: wrapped.toString("base64"), KeyMaterialExpireUnix: "0" };
      subjects.push({ KeyId, material, state: "PendingImport", under: undefined, blob: undefined });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilKilled(async (caller) => {
        const subject = subjects[caller];
        const { KeyId, material } = subject;
        // Between sending and the answer either state may be.
        subject.under = "either";
        if (subject.state === "PendingImport") {
          await worker.call("ImportKeyMaterial", material);
          [subject.state, subject.under] = ["Enabled", undefined];
          subject.blob ??= await seal(KeyId);
        } else {
          await worker.call("DeleteKeyMaterial", { KeyId });
          [subject.state, subject.under] = ["PendingImport", undefined];
        }
      });
      for (const subject of subjects) {
        const { KeyState } = (await worker.call("DescribeKey", { KeyId: subject.KeyId })).KeyMetadata;
        if (subject.under === undefined) assert.equal(KeyState, subject.state);
        assert.ok(["Enabled", "PendingImport"].includes(KeyState), KeyState);
        [subject.state, subject.under] = [KeyState, undefined];
        if (subject.blob === undefined) continue;
        const opened = await worker.answer("Decrypt", { CiphertextBlob: subject.blob });
        if (KeyState === "Enabled") assert.equal(opened.json.Plaintext, PLAINTEXT, opened.text);
        else assert.deepEqual([opened.status, opened.json.Code], [409, "Rejected.PendingImport"]);
      }
    }
    // The same material comes back for each of them, and opens what it encrypted.
    for (const { KeyId, material, state, blob } of subjects) {
      if (state === "PendingImport") await worker.call("ImportKeyMaterial", { ...material, KeyId });
      if (blob !== undefined) await assertOpens(blob);
    }
  });

  test("while deletions are planned and taken back: what was acknowledged last is so", { timeout: 120_000 }, async () => {
    const subjects = await Promise.all(
      Array.from({ length: CALLERS }, async () => ({ KeyId: await newKey(), state: "Enabled", under: undefined })),
    );
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilKilled(async (caller) => {
        const subject = subjects[caller];
        const { KeyId } = subject;
        subject.under = "either";
        if (subject.state === "Enabled") {
          await worker.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "7" });
          subject.state = "PendingDeletion";
        } else {
          await worker.call("CancelKeyDeletion", { KeyId });
          subject.state = "Enabled";
        }
        subject.under = undefined;
      });
      for (const subject of subjects) {
        const { KeyState, DeleteDate } = (await worker.call("DescribeKey", { KeyId: subject.KeyId })).KeyMetadata;
        if (subject.under === undefined) assert.equal(KeyState, subject.state);
        assert.equal(DeleteDate !== "", KeyState === "PendingDeletion");
        [subject.state, subject.under] = [KeyState, undefined];
      }
    }
  });
});
