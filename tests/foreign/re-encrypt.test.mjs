// SPDX-License-Identifier: Apache-2.0

/**
 * Ciphertexts that are moved from key to key, data keys that are exported, and pairs of keys, through
 * the official SDKs, unmodified; Node's own cryptography has the private keys and judges.
 */

import assert from "node:assert/strict";
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { encryptedByNode } from "../lib/asymmetric.mjs";
import { awsFails } from "../lib/aws-sdk.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { officialSdks, sdkFails as fails } from "../lib/official-sdks.mjs";
import { startWorker } from "../lib/worker.mjs";

const PLAINTEXT = patternedBytes(32);
const HASHES = { RSAES_OAEP_SHA_256: "sha256", RSAES_OAEP_SHA_1: "sha1" };

let worker;
/** @type {import("../lib/official-sdks.mjs").Sdk} */
let sdk;
/** @type {aws.KMSClient} */
let client;
before(async () => {
  worker = await startWorker();
  // By ACS3, in the query.
  sdk = officialSdks(worker)[1];
  client = awsSdkClient(worker);
});
after(() => worker?.stop());

const newKey = async (params = {}) => (await sdk.call("CreateKey", params)).KeyMetadata.KeyId;
const context = (pairs) => JSON.stringify(pairs);

describe("Alibaba's client", () => {
  test("moves a blob from one key and context to another, which alone opens it", async () => {
    const [from, to] = [await newKey(), await newKey()];
    const sealed = await sdk.call("Encrypt", {
      KeyId: from,
      Plaintext: toBase64(PLAINTEXT),
      EncryptionContext: context({ from: "1" }),
    });
    const asked = {
      CiphertextBlob: sealed.CiphertextBlob,
      DestinationKeyId: to,
      SourceEncryptionContext: context({ from: "1" }),
      DestinationEncryptionContext: context({ to: "2" }),
    };
    const moved = await sdk.call("ReEncrypt", asked);
    assert.equal(moved.KeyId, from);
    assert.equal(moved.KeyVersionId, sealed.KeyVersionId);
    const { CiphertextBlob } = moved;
    const opened = await sdk.call("Decrypt", { CiphertextBlob, EncryptionContext: context({ to: "2" }) });
    assert.equal(opened.KeyId, to);
    assert.equal(opened.Plaintext, toBase64(PLAINTEXT));
    await fails(sdk, "InvalidParameter", "Decrypt", { CiphertextBlob, EncryptionContext: context({ from: "1" }) });
    await fails(sdk, "InvalidParameter", "ReEncrypt", { ...asked, SourceEncryptionContext: context({ to: "2" }) });
  });

  test("moves what Node encrypted under a public key", async () => {
    const [from, to] = [await newKey({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT/DECRYPT" }), await newKey()];
    const { KeyVersions } = await sdk.call("ListKeyVersions", { KeyId: from });
    const [{ KeyVersionId }] = KeyVersions.KeyVersion;
    const { PublicKey } = await sdk.call("GetPublicKey", { KeyId: from, KeyVersionId });
    for (const algorithm of Object.keys(HASHES)) {
      const moved = await sdk.call("ReEncrypt", {
        CiphertextBlob: toBase64(encryptedByNode(createPublicKey(PublicKey), algorithm, PLAINTEXT)),
        SourceKeyId: from,
        SourceKeyVersionId: KeyVersionId,
        SourceEncryptionAlgorithm: algorithm,
        DestinationKeyId: to,
      });
      assert.equal(moved.KeyId, from);
      const opened = await sdk.call("Decrypt", { CiphertextBlob: moved.CiphertextBlob });
      assert.equal(opened.Plaintext, toBase64(PLAINTEXT));
    }
  });

  for (const [algorithm, oaepHash] of Object.entries(HASHES)) {
    test(`exports data keys that the private key opens, by ${algorithm}`, async () => {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const under = {
        PublicKeyBlob: toBase64(publicKey.export({ format: "der", type: "spki" })),
        WrappingKeySpec: "RSA_2048",
        WrappingAlgorithm: algorithm,
      };
      const open = (exported) =>
        toBase64(privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, fromBase64(exported)));
      const KeyId = await newKey();
      const made = await sdk.call("GenerateDataKey", { KeyId, NumberOfBytes: 190 });
      const exported = await sdk.call("ExportDataKey", { CiphertextBlob: made.CiphertextBlob, ...under });
      assert.equal(open(exported.ExportedDataKey), made.Plaintext);
      const both = await sdk.call("GenerateAndExportDataKey", { KeyId, KeySpec: "AES_256", ...under });
      assert.equal(both.Plaintext, undefined);
      const opened = await sdk.call("Decrypt", { CiphertextBlob: both.CiphertextBlob });
      assert.equal(open(both.ExportedDataKey), opened.Plaintext);
    });
  }

  test("exports nothing under a key that protects nothing or is another one", async () => {
    const KeyId = await newKey();
    for (const [modulusLength, publicExponent] of [[2048, 3], [1024, 65_537], [3072, 65_537]]) {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength, publicExponent });
      await fails(sdk, "InvalidParameter", "GenerateAndExportDataKey", {
        KeyId,
        PublicKeyBlob: toBase64(publicKey.export({ format: "der", type: "spki" })),
        WrappingKeySpec: "RSA_2048",
        WrappingAlgorithm: "RSAES_OAEP_SHA_256",
      });
    }
  });
});

describe("Amazon's client", () => {
  test("moves a blob, and is told both keys", async () => {
    const made = [await client.send(new aws.CreateKeyCommand({})), await client.send(new aws.CreateKeyCommand({}))];
    const [from, to] = made.map(({ KeyMetadata }) => KeyMetadata);
    const { CiphertextBlob } = await client.send(new aws.EncryptCommand({ KeyId: from.KeyId, Plaintext: PLAINTEXT }));
    const asked = { CiphertextBlob, DestinationKeyId: to.Arn, DestinationEncryptionContext: { to: "2" } };
    const moved = await client.send(new aws.ReEncryptCommand({ ...asked, SourceKeyId: from.Arn }));
    assert.equal(moved.SourceKeyId, from.Arn);
    assert.equal(moved.KeyId, to.Arn);
    assert.equal(moved.SourceEncryptionAlgorithm, "SYMMETRIC_DEFAULT");
    assert.equal(moved.DestinationEncryptionAlgorithm, "SYMMETRIC_DEFAULT");
    const opened = await client.send(
      new aws.DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { to: "2" } }),
    );
    assert.deepEqual(Buffer.from(opened.Plaintext), Buffer.from(PLAINTEXT));
    await awsFails(client, "IncorrectKeyException", new aws.ReEncryptCommand({ ...asked, SourceKeyId: to.Arn }));
    const wrong = { ...asked, SourceEncryptionContext: { from: "1" } };
    await awsFails(client, "InvalidCiphertextException", new aws.ReEncryptCommand(wrong));
    await awsFails(client, "DryRunOperationException", new aws.ReEncryptCommand({ ...asked, DryRun: true }));
  });

  for (const [KeyPairSpec, type] of Object.entries({
    RSA_2048: "rsa",
    RSA_4096: "rsa",
    ECC_NIST_P256: "ec",
    ECC_NIST_P384: "ec",
  })) {
    test(`makes pairs of spec ${KeyPairSpec}, whose private key Decrypt gives`, async () => {
      const { KeyMetadata } = await client.send(new aws.CreateKeyCommand({}));
      const asked = { KeyId: KeyMetadata.KeyId, KeyPairSpec, EncryptionContext: { a: "1" } };
      const pair = await client.send(new aws.GenerateDataKeyPairCommand(asked));
      assert.equal(pair.KeyId, KeyMetadata.Arn);
      assert.equal(pair.KeyPairSpec, KeyPairSpec);
      const without = await client.send(new aws.GenerateDataKeyPairWithoutPlaintextCommand(asked));
      assert.equal(without.PrivateKeyPlaintext, undefined);
      for (const { PrivateKeyCiphertextBlob, PrivateKeyPlaintext, PublicKey } of [pair, without]) {
        const opened = await client.send(
          new aws.DecryptCommand({ CiphertextBlob: PrivateKeyCiphertextBlob, EncryptionContext: { a: "1" } }),
        );
        if (PrivateKeyPlaintext) assert.deepEqual(opened.Plaintext, PrivateKeyPlaintext);
        const key = createPrivateKey({ key: Buffer.from(opened.Plaintext), format: "der", type: "pkcs8" });
        assert.equal(key.asymmetricKeyType, type);
        const publicHalf = createPublicKey(key).export({ format: "der", type: "spki" });
        assert.deepEqual(publicHalf, Buffer.from(PublicKey));
      }
    });
  }
});
