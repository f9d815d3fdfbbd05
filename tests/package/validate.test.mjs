// SPDX-License-Identifier: Apache-2.0

/** `validate: true` against the worker: what the client refuses, the worker refuses with the same words. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { KmsClient } from "edgekms";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const VERSION = "00000000-0000-4000-8000-000000000000";
const POLICY = JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow" }] });

/** Wrong requests of many actions, and what is wrong with each. */
const WRONG = {
  aliyun: [
    ["describeKey", {}],
    ["describeKey", { keyId: "" }],
    ["describeKey", { keyId: "alias/" }],
    ["createKey", { keySpec: "AES_512" }],
    ["createKey", { keyUsage: "SIGN/VERIFY" }],
    ["createKey", { description: "x".repeat(8193) }],
    ["createKey", { origin: "EXTERNAL", protectionLevel: "HSM" }],
    ["createKey", { dkmsInstanceId: "kst-1" }],
    ["listKeys", { pageSize: 0 }],
    ["listKeys", { pageSize: 101 }],
    ["listKeys", { pageSize: 1.5 }],
    ["listKeys", { filters: "{" }],
    ["updateKeyDescription", { keyId: "k" }],
    ["enableKey", { keyId: "alias/a" }],
    ["disableKey", { keyId: "acs:kms:cn-hangzhou:1234567890123456:key/k" }],
    ["scheduleKeyDeletion", { keyId: "k", pendingWindowInDays: 4000 }],
    ["scheduleKeyDeletion", { keyId: "k" }],
    ["setDeletionProtection", { protectedResourceArn: "k" }],
    ["updateRotationPolicy", { keyId: "k", enableAutomaticRotation: true }],
    ["updateRotationPolicy", { keyId: "k", enableAutomaticRotation: "perhaps" }],
    ["getParametersForImport", { keyId: "k", wrappingAlgorithm: "ROT13", wrappingKeySpec: "RSA_2048" }],
    ["importKeyMaterial", { keyId: "k", encryptedKeyMaterial: "not base64!", importToken: "AAAA" }],
    ["createAlias", { keyId: "k", aliasName: "photos" }],
    ["createAlias", { keyId: "k", aliasName: "alias/acs/mine" }],
    ["deleteAlias", {}],
    ["tagResource", { keyId: "k", tags: [{ tagKey: "aliyun-a", tagValue: "b" }] }],
    ["tagResource", { keyId: "k", tags: [{ tagValue: "b" }] }],
    ["tagResource", { keyId: "k", tags: [{ tagKey: undefined, tagValue: "b" }] }],
    ["tagResources", { resourceType: "shelf", resourceId: ["k"], tag: [{ key: "a" }] }],
    ["tagResources", { resourceType: "key", resourceId: [], tag: [{ key: "a" }] }],
    ["setKeyPolicy", { keyId: "k", policyName: "default", policy: POLICY }],
    ["setKeyPolicy", { keyId: "k", policyName: "default", policy: "{" }],
    ["generateDataKeyWithoutPlaintext", { keyId: "k", numberOfBytes: 1025 }],
    ["generateDataKeyWithoutPlaintext", { keyId: "k", keySpec: "AES_512" }],
    ["generateDataKeyWithoutPlaintext", { keyId: "k", encryptionContext: { album: "x".repeat(9000) } }],
    ["reEncrypt", { ciphertextBlob: "AAAA" }],
    [
      "reEncrypt",
      { ciphertextBlob: "AAAA", destinationKeyId: "k", sourceKeyId: "k", sourceEncryptionAlgorithm: "RSAES_OAEP_SHA_1" },
    ],
    ["generateMac", { keyId: "k", algorithm: "HMAC_MD5", message: new Uint8Array(1) }],
    ["asymmetricSign", { keyId: "k", keyVersionId: VERSION, algorithm: "RSA_PSS_SHA_256", digest: "AAAA" }],
    ["asymmetricSign", { keyId: "k", algorithm: "RSA_PSS_SHA_256", digest: "A".repeat(43) + "=" }],
    ["getPublicKey", { keyId: "k" }],
  ],
  aws: [
    ["describeKey", {}],
    ["describeKey", { keyId: "arn:aws:s3:::bucket" }],
    ["createKey", { keySpec: "AES_512" }],
    ["createKey", { keySpec: "RSA_2048", keyUsage: "GENERATE_VERIFY_MAC" }],
    ["createKey", { multiRegion: true }],
    ["createKey", { tags: "a" }],
    ["createKey", { tags: [{ tagKey: "aws:a", tagValue: "b" }] }],
    ["listKeys", { limit: 0 }],
    ["listKeys", { limit: "ten" }],
    ["listKeys", { limit: 2 ** 60 }],
    ["listKeys", { marker: "mine" }],
    ["enableKey", { keyId: "alias/a" }],
    ["scheduleKeyDeletion", { keyId: "k", pendingWindowInDays: 4000 }],
    ["enableKeyRotation", { keyId: "k", rotationPeriodInDays: 1 }],
    ["createAlias", { targetKeyId: "k", aliasName: "photos" }],
    ["setKeyPolicy", { keyId: "k", policy: "{" }],
    ["generateDataKeyWithoutPlaintext", { keyId: "k" }],
    ["generateDataKeyPairWithoutPlaintext", { keyId: "k", keyPairSpec: "SYMMETRIC_DEFAULT" }],
    ["generateRandom", { numberOfBytes: 1025 }],
    ["reEncrypt", { ciphertextBlob: "AAAA" }],
    ["asymmetricSign", { keyId: "k", message: new Uint8Array(32), signingAlgorithm: "RSA_MD5" }],
    ["asymmetricEncrypt", { keyId: "k", plaintext: new Uint8Array(0), encryptionAlgorithm: "RSAES_OAEP_SHA_256" }],
    ["generateMac", { keyId: "k", macAlgorithm: "HMAC_MD5", message: new Uint8Array(1) }],
  ],
};

/** What was sent, of a client that checks and of one that does not. */
function pair(worker, dialect) {
  const counted = { calls: 0 };
  const { address: endpoint, region, credentials } = worker;
  const fetch = (...call) => {
    counted.calls += 1;
    return globalThis.fetch(...call);
  };
  const reach = { endpoint, region, credentials, dialect };
  return { counted, checking: new KmsClient({ ...reach, fetch, validate: true }), plain: new KmsClient(reach) };
}

describe("validate", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  for (const dialect of ["aliyun", "aws"]) {
    test(`refuses without a call what the worker refuses, by the same code and text (${dialect})`, async () => {
      const { counted, checking, plain } = pair(worker, dialect);
      for (const [name, request] of WRONG[dialect]) {
        const what = `${name} ${JSON.stringify(request)}`;
        const answered = await plain[name](request).then(
          () => assert.fail(`${what}: the worker takes it`),
          (error) => error,
        );
        assert.ok(answered.status >= 400, `${what}: the worker answered ${answered.status}`);
        const refused = await rejectsWithCode(checking[name](request), answered.code, what);
        assert.equal(refused.status, undefined, what);
        // A server lists what it offers, and the client adds what it has asked about an alias.
        if (!/is not offered|the service said/i.test(answered.message)) {
          assert.equal(refused.message, answered.message, what);
        }
        assert.equal(counted.calls, 0, what);
      }
    });

    test(`names a field that the action does not have, which the worker passes over (${dialect})`, async () => {
      const { counted, checking, plain } = pair(worker, dialect);
      const { keyMetadata } = await plain.createKey();
      const request = { keyId: keyMetadata.keyId, keyIdd: "k" };
      await plain.describeKey(request);
      const error = await rejectsWithCode(checking.describeKey(request), "InvalidArgument");
      assert.match(error.message, /^DescribeKey has no field KeyIdd\. It has KeyId/);
      assert.equal(counted.calls, 0);
    });
  }

  test("lets pass what the worker takes (aliyun)", async () => {
    const { counted, checking: kms } = pair(worker, "aliyun");
    const { keyMetadata } = await kms.createKey({ description: "é", tags: [{ tagKey: "team", tagValue: "web" }] });
    const { keyId } = keyMetadata;
    await kms.createAlias({ keyId, aliasName: "alias/checked" });
    await kms.describeKey({ keyId: "alias/checked" });
    await kms.listKeys({ pageNumber: 1, pageSize: 100, filters: [{ key: "KeyState", values: ["Enabled"] }] });
    await kms.describeRegions();
    await kms.tagResources({ resourceType: "key", resourceId: [keyId], tag: [{ key: "a", value: "b" }] });
    await kms.untagResource({ keyId, tagKeys: ["team"] });
    const encryptionContext = { purpose: "test" };
    const { ciphertextBlob } = await kms.generateDataKeyWithoutPlaintext({ keyId, encryptionContext });
    await kms.reEncrypt({ ciphertextBlob, sourceEncryptionContext: encryptionContext, destinationKeyId: keyId });
    await kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    assert.equal(counted.calls, 10);
  });

  test("lets pass what the worker takes (aws)", async () => {
    const { counted, checking: kms } = pair(worker, "aws");
    const signing = { keySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" };
    const { keyMetadata } = await kms.createKey({ ...signing, tags: [{ tagKey: "team", tagValue: "web" }] });
    const { keyId } = keyMetadata;
    await kms.createAlias({ targetKeyId: keyId, aliasName: "alias/signing" });
    await kms.listAliases({ keyId, limit: 10 });
    await kms.sign("alias/signing", new Uint8Array(8), { algorithm: "ECDSA_SHA_256" });
    await kms.getPublicKey({ keyId });
    await kms.generateRandom({ numberOfBytes: 16 });
    await kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    assert.equal(counted.calls, 7);
  });

  test("knows which cloud has an action", async () => {
    for (const [dialect, name, code] of [
      ["aliyun", "generateRandom", "InvalidApi.NotFound"],
      ["aws", "openKmsService", "UnknownOperationException"],
    ]) {
      const { counted, checking, plain } = pair(worker, dialect);
      await rejectsWithCode(plain[name]({}), code);
      await rejectsWithCode(checking[name]({}), code);
      assert.equal(counted.calls, 0);
    }
  });

  test("refuses an answer that lacks a field or has one of another type, and takes what is new in it", async () => {
    const answered = (dialect, body) =>
      new KmsClient({
        endpoint: worker.address,
        region: worker.region,
        credentials: worker.credentials,
        dialect,
        validate: true,
        fetch: async () => Response.json(body),
      });
    const version = { KeyId: "k", KeyVersionId: VERSION, CreationDate: "2026-11-22T12:00:00Z" };
    const described = (KeyVersion) =>
      answered("aliyun", { KeyVersion, RequestId: "r" }).describeKeyVersion({ keyId: "k", keyVersionId: VERSION });
    const { KeyVersionId, ...lacking } = version;
    for (const [wrong, text] of [
      [lacking, "the answer of DescribeKeyVersion has no KeyVersion.KeyVersionId"],
      [{ ...version, KeyVersionId: 7 }, "KeyVersion.KeyVersionId in the answer of DescribeKeyVersion must be a string"],
      [undefined, "the answer of DescribeKeyVersion has no KeyVersion"],
    ]) {
      const { message } = await rejectsWithCode(described(wrong), "InvalidAnswer", text);
      assert.equal(message, text);
    }
    const later = { ...version, KeyVersionId: `v2:${KeyVersionId}`, CreationDate: "tomorrow", Attested: [{ By: 1 }] };
    const { keyVersion } = await described(later);
    assert.equal(keyVersion.creationDate, "tomorrow");
    assert.deepEqual(keyVersion.attested, [{ by: 1 }]);

    const mac = { Mac: "AAAA", MacAlgorithm: "HMAC_SHA3_256", KeyId: "k" };
    const asked = { keyId: "k", macAlgorithm: "HMAC_SHA_256", message: new Uint8Array(1) };
    assert.equal((await answered("aws", mac).generateMac(asked)).macAlgorithm, "HMAC_SHA3_256");
    const { message } = await rejectsWithCode(answered("aws", { Mac: "AAAA" }).generateMac(asked), "InvalidAnswer");
    assert.equal(message, "the answer of GenerateMac has no MacAlgorithm");
  });

  test("names a field that no action has, of every action with fields", async () => {
    const { METHODS } = await import("../../pkg/dist/generated/names.js");
    const { ACTIONS } = await import("../../pkg/dist/generated/table.js");
    for (const dialect of ["aliyun", "aws"]) {
      const { counted, checking } = pair(worker, dialect);
      let named = 0;
      for (const name of METHODS.split(" ")) {
        if (ACTIONS[name]?.bare || ["encrypt", "decrypt", "generateDataKey"].includes(name)) continue;
        const error = await rejectsWithCode(checking[name]({ noSuchField: "a" }), ["InvalidArgument", "InvalidApi.NotFound", "UnknownOperationException"], name);
        if (error.code === "InvalidArgument") {
          assert.match(error.message, / has no field NoSuchField[.:]/, name);
          named += 1;
        }
      }
      assert.ok(named >= (dialect === "aws" ? 35 : 45), `${dialect}: ${named}`);
      assert.equal(counted.calls, 0);
    }
  });

  test("refuses what cannot be a request", async () => {
    const { counted, checking } = pair(worker, "aliyun");
    let deep = "a";
    for (let level = 0; level < 200; level += 1) deep = [deep];
    await rejectsWithCode(checking.listKeys(7), "InvalidArgument");
    await rejectsWithCode(checking.createKey({ tags: deep }), "InvalidArgument");
    await rejectsWithCode(checking.describeKey({ keyId: { toString: () => "k" } }), "InvalidArgument");
    await rejectsWithCode(checking.tagResource({ keyId: "k", tags: [{ tagKey: "\ud800" }] }), "InvalidArgument");
    assert.equal(counted.calls, 0);
  });

  test("leaves what seals and opens messages to the server", async () => {
    const { counted, checking } = pair(worker, "aliyun");
    await rejectsWithCode(checking.encrypt({ keyId: "alias/", plaintext: new Uint8Array(1) }), "InvalidParameter");
    assert.equal(counted.calls, 1);
  });
});
