// SPDX-License-Identifier: Apache-2.0

/** Every action in every state of its key, in the running worker: the table of the wire reference, cell by cell. */

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { wrappedByNode } from "../lib/import.mjs";
import { base64 } from "./lib/calls.mjs";
import { startGatedWorker } from "./lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
const { states, actions } = JSON.parse(await readFile(new URL("../vectors/states.json", import.meta.url), "utf8"));
const DIGEST = base64(new Uint8Array(32));
const PLAINTEXT = base64("hello");

const POLICY = JSON.stringify({
  Version: "1",
  Statement: { Effect: "Allow", Principal: { RAM: "acs:ram::1234567890123456:root" }, Action: "kms:*", Resource: "*" },
});

/** Actions of keys whose material is imported, whatever their state. */
const IMPORTS = ["GetParametersForImport", "ImportKeyMaterial", "DeleteKeyMaterial"];
const WRAPPING = { WrappingAlgorithm: "RSA_AES_KEY_WRAP_SHA_256", WrappingKeySpec: "RSA_2048" };

/** Kinds of key that actions need which do not go with AES. */
const KINDS = {
  AsymmetricSign: { KeySpec: "EC_P256" },
  AsymmetricVerify: { KeySpec: "EC_P256" },
  GetPublicKey: { KeySpec: "EC_P256" },
  CreateKeyVersion: { KeySpec: "EC_P256" },
  GenerateMac: { KeySpec: "HMAC_256" },
  VerifyMac: { KeySpec: "HMAC_256" },
};

let worker;
let wrappingKey;
let otherKeyId;
/** Days that the clock is ahead of. */
let days = 0;

before(async () => {
  worker = await startGatedWorker();
  otherKeyId = (await worker.call("CreateKey")).KeyMetadata.KeyId;
  const { KeyId } = (await worker.call("CreateKey", { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT/DECRYPT" })).KeyMetadata;
  const { PublicKey } = await worker.call("GetPublicKey", { KeyId, KeyVersionId: await versionOf(KeyId) });
  wrappingKey = PublicKey.replaceAll(/-----[A-Z ]+-----|\s/g, "");
});
after(() => worker?.stop());

async function versionOf(KeyId) {
  const { KeyVersions } = await worker.call("ListKeyVersions", { KeyId });
  return KeyVersions.KeyVersion[0].KeyVersionId;
}

/** Material of a kind of key. */
function material({ KeySpec }) {
  if (KeySpec !== "EC_P256") return randomBytes(32);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ format: "der", type: "pkcs8" });
}

/** Gives a key material of its own; what it was given with is good for a day. */
async function importMaterial(KeyId, kind) {
  const { ImportToken, PublicKey } = await worker.call("GetParametersForImport", { KeyId, ...WRAPPING });
  const wrapped = await wrappedByNode(WRAPPING.WrappingAlgorithm, Buffer.from(PublicKey, "base64"), material(kind));
  const given = { ImportToken, EncryptedKeyMaterial: wrapped.toString("base64"), KeyMaterialExpireUnix: "0" };
  await worker.call("ImportKeyMaterial", { KeyId, ...given });
  return given;
}

/** A key for an action, in a state, with what its call names. */
async function subject(action, state) {
  const kind = KINDS[action] ?? {};
  if (action === "CreateKeyVersion") {
    // Versions of asymmetric keys are a week apart.
    days += 8;
  }
  const isImported = state === "PendingImport" || IMPORTS.includes(action);
  const origin = isImported ? { Origin: "EXTERNAL" } : {};
  const { KeyId } = (await worker.call("CreateKey", { ...kind, ...origin })).KeyMetadata;
  await worker.moveClock(days * DAY_MS);
  const given = isImported ? await importMaterial(KeyId, kind) : {};
  const KeyVersionId = await versionOf(KeyId);
  const sealed = kind.KeySpec === undefined ? await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT }) : {};
  const AliasName = `alias/${action}-${state}`;
  if (["UpdateAlias", "DeleteAlias"].includes(action)) {
    await worker.call("CreateAlias", { KeyId: action === "UpdateAlias" ? otherKeyId : KeyId, AliasName });
  }
  if (state === "Disabled") await worker.call("DisableKey", { KeyId });
  if (state === "PendingDeletion") await worker.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "366" });
  if (state === "PendingImport") await worker.call("DeleteKeyMaterial", { KeyId });
  return { ...given, KeyId, KeyVersionId, AliasName, CiphertextBlob: sealed.CiphertextBlob ?? "AAAA" };
}

for (const [action, cells] of Object.entries(actions)) {
  describe(action, () => {
    for (const [index, state] of states.entries()) {
      const expected = cells[index];
      test(`${state}: ${expected}`, async () => {
        const named = await subject(action, state);
        const { status, json, text } = await worker.send(action, {
          ...named,
          DestinationKeyId: named.KeyId,
          PublicKeyBlob: wrappingKey,
          WrappingKeySpec: "RSA_2048",
          WrappingAlgorithm: "RSAES_OAEP_SHA_256",
          Plaintext: PLAINTEXT,
          Message: PLAINTEXT,
          Mac: "AAAA",
          Algorithm: action.endsWith("Mac") ? "HMAC_SHA_256" : "ECDSA_SHA_256",
          Digest: DIGEST,
          Value: "AAAA",
          Description: "d",
          PendingWindowInDays: "7",
          EnableAutomaticRotation: "true",
          RotationInterval: "365d",
          EnableDeletionProtection: "true",
          Tags: '[{"TagKey":"a"}]',
          TagKeys: '["a"]',
          ResourceType: "key",
          "ResourceId.1": named.KeyId,
          "Tag.1.Key": "a",
          "TagKey.1": "a",
          Policy: POLICY,
        });
        assert.equal(status === 200 ? "ok" : json.Code, expected, text);
        assert.equal(status, expected === "ok" ? 200 : 409, text);
      });
    }
  });
}
