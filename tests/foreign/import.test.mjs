// SPDX-License-Identifier: Apache-2.0

/**
 * Import of key material through Amazon's KMS client for JavaScript and the official Alibaba SDKs for Node,
 * unmodified, wrapped by Node's cryptography and by the `openssl` command; and through boto3.
 */

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails } from "../lib/aws-sdk.mjs";
import { fromBase64, toBase64, utf8 } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { wrappedByNode, wrappedByOpenssl } from "../lib/import.mjs";
import { SDK_NAMES, officialSdks, sdkFails } from "../lib/official-sdks.mjs";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

const OAEP = "RSAES_OAEP_SHA_256";
const KEY_WRAP = "RSA_AES_KEY_WRAP_SHA_256";
const WRAPPERS = { node: wrappedByNode, openssl: wrappedByOpenssl };
const PLAINTEXT = utf8("hello");

let worker;
/** @type {aws.KMSClient} */
let client;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;

before(async () => {
  worker = await startWorker();
  client = awsSdkClient(worker);
  sdks = officialSdks(worker);
});
after(() => worker?.stop());

const send = (name, input) => client.send(new aws[`${name}Command`](input));
const fails = (code, name, input) => awsFails(client, code, new aws[`${name}Command`](input));

async function externalKey(more = {}) {
  const { KeyMetadata } = await send("CreateKey", { Origin: "EXTERNAL", ...more });
  assert.equal(KeyMetadata.KeyState, "PendingImport");
  assert.equal(KeyMetadata.Enabled, false);
  return KeyMetadata.KeyId;
}

async function parameters(KeyId, WrappingAlgorithm = OAEP, WrappingKeySpec = "RSA_2048") {
  const told = await send("GetParametersForImport", { KeyId, WrappingAlgorithm, WrappingKeySpec });
  const hours = (told.ParametersValidTo.getTime() - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours <= 24.01, `${hours}`);
  const bits = Number(WrappingKeySpec.slice(4));
  const key = createPublicKey({ key: Buffer.from(told.PublicKey), format: "der", type: "spki" });
  assert.deepEqual([key.asymmetricKeyType, key.asymmetricKeyDetails.modulusLength], ["rsa", bits]);
  return told;
}

async function imports(KeyId, material, wrap = wrappedByNode, algorithm = OAEP, more = {}) {
  const { ImportToken, PublicKey } = await parameters(KeyId, algorithm);
  const EncryptedKeyMaterial = await wrap(algorithm, PublicKey, material);
  return { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE", ...more };
}

describe("Amazon's client", () => {
  for (const [name, wrap] of Object.entries(WRAPPERS)) {
    for (const algorithm of [OAEP, "RSAES_OAEP_SHA_1", KEY_WRAP, "RSA_AES_KEY_WRAP_SHA_1"]) {
      test(`material wrapped by ${name} with ${algorithm} opens what it sealed before it was deleted`, async () => {
        const [KeyId, material] = [await externalKey(), randomBytes(32)];
        await send("ImportKeyMaterial", await imports(KeyId, material, wrap, algorithm));
        const { CiphertextBlob } = await send("Encrypt", { KeyId, Plaintext: PLAINTEXT });
        await send("DeleteImportedKeyMaterial", { KeyId });
        await fails("KMSInvalidStateException", "Decrypt", { CiphertextBlob });
        await fails("IncorrectKeyMaterialException", "ImportKeyMaterial", await imports(KeyId, randomBytes(32)));
        await send("ImportKeyMaterial", await imports(KeyId, material, wrap, algorithm));
        const { Plaintext } = await send("Decrypt", { CiphertextBlob });
        assert.deepEqual(Buffer.from(Plaintext), Buffer.from(PLAINTEXT));
      });
    }
  }

  for (const WrappingKeySpec of ["RSA_3072", "RSA_4096"]) {
    test(`under a wrapping key of ${WrappingKeySpec}`, async () => {
      const KeyId = await externalKey();
      const { ImportToken, PublicKey } = await parameters(KeyId, KEY_WRAP, WrappingKeySpec);
      const EncryptedKeyMaterial = await wrappedByNode(KEY_WRAP, PublicKey, randomBytes(32));
      const ValidTo = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
      await send("ImportKeyMaterial", { KeyId, ImportToken, EncryptedKeyMaterial, ValidTo });
      const { KeyMetadata } = await send("DescribeKey", { KeyId });
      assert.equal(KeyMetadata.ExpirationModel, "KEY_MATERIAL_EXPIRES");
      assert.deepEqual(KeyMetadata.ValidTo, ValidTo);
      assert.equal(KeyMetadata.KeyState, "Enabled");
    });
  }

  for (const [KeySpec, type, options, SigningAlgorithm] of [
    ["RSA_2048", "rsa", { modulusLength: 2048 }, "RSASSA_PKCS1_V1_5_SHA_256"],
    ["RSA_3072", "rsa", { modulusLength: 3072 }, "RSASSA_PKCS1_V1_5_SHA_256"],
    ["ECC_NIST_P256", "ec", { namedCurve: "P-256" }, "ECDSA_SHA_256"],
    ["ECC_NIST_P384", "ec", { namedCurve: "P-384" }, "ECDSA_SHA_384"],
    ["ECC_SECG_P256K1", "ec", { namedCurve: "secp256k1" }, "ECDSA_SHA_256"],
    ["ECC_NIST_EDWARDS25519", "ed25519", {}, "ED25519_SHA_512"],
  ]) {
    test(`a private key of ${KeySpec} that Node made signs, and Node verifies`, async () => {
      const { publicKey, privateKey } = generateKeyPairSync(type, options);
      const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
      const KeyId = await externalKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
      const spoilt = Buffer.from(pkcs8);
      spoilt[spoilt.length - 40] ^= 1;
      await fails("InvalidCiphertextException", "ImportKeyMaterial", await imports(KeyId, spoilt, wrappedByNode, KEY_WRAP));
      await send("ImportKeyMaterial", await imports(KeyId, pkcs8, wrappedByOpenssl, KEY_WRAP));
      const { PublicKey } = await send("GetPublicKey", { KeyId });
      assert.deepEqual(Buffer.from(PublicKey), publicKey.export({ type: "spki", format: "der" }));
      const { Signature } = await send("Sign", { KeyId, Message: PLAINTEXT, SigningAlgorithm });
      const hash = type === "ed25519" ? null : `sha${SigningAlgorithm.slice(-3)}`;
      assert.ok(verify(hash, PLAINTEXT, publicKey, Signature));
    });
  }

  test("what is not right has the code that the client knows", async () => {
    const [KeyId, other] = [await externalKey(), await externalKey()];
    const { KeyMetadata: ordinary } = await send("CreateKey", {});
    const asked = { KeyId: ordinary.KeyId, WrappingAlgorithm: OAEP, WrappingKeySpec: "RSA_2048" };
    await fails("UnsupportedOperationException", "GetParametersForImport", asked);
    const good = await imports(KeyId, randomBytes(32));
    await fails("InvalidImportTokenException", "ImportKeyMaterial", { ...good, KeyId: other });
    const ImportToken = Buffer.from(good.ImportToken);
    ImportToken[100] ^= 1;
    await fails("InvalidImportTokenException", "ImportKeyMaterial", { ...good, ImportToken });
    await fails("InvalidCiphertextException", "ImportKeyMaterial", { ...good, EncryptedKeyMaterial: randomBytes(256) });
    await fails("InvalidCiphertextException", "ImportKeyMaterial", await imports(KeyId, randomBytes(31)));
    const past = { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: new Date(1) };
    await fails("ValidationException", "ImportKeyMaterial", { ...good, ...past });
    const { KeyMetadata } = await send("DescribeKey", { KeyId });
    assert.equal(KeyMetadata.KeyState, "PendingImport");
    await send("ImportKeyMaterial", good);
  });
});

for (const [index, name] of SDK_NAMES.entries()) {
  test(`${name}: a key whose material comes, goes and comes again`, async () => {
    const sdk = sdks[index];
    const { KeyMetadata } = await sdk.call("CreateKey", { Origin: "EXTERNAL" });
    const { KeyId } = KeyMetadata;
    assert.equal(KeyMetadata.KeyState, "PendingImport");
    const material = randomBytes(32);
    const give = async (WrappingAlgorithm, bytes, KeyMaterialExpireUnix = 0) => {
      const told = await sdk.call("GetParametersForImport", { KeyId, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" });
      assert.equal(told.KeyId, KeyId);
      assert.match(told.TokenExpireTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const wrapped = await wrappedByNode(WrappingAlgorithm, fromBase64(told.PublicKey), bytes);
      return { KeyId, ImportToken: told.ImportToken, EncryptedKeyMaterial: toBase64(wrapped), KeyMaterialExpireUnix };
    };
    await sdk.call("ImportKeyMaterial", await give("RSAES_PKCS1_V1_5", material));
    const { CiphertextBlob } = await sdk.call("Encrypt", { KeyId, Plaintext: toBase64(PLAINTEXT) });
    await sdk.call("DeleteKeyMaterial", { KeyId });
    await sdkFails(sdk, "Rejected.PendingImport", "Decrypt", { CiphertextBlob });
    await sdkFails(sdk, "InvalidKeyMaterial", "ImportKeyMaterial", await give(OAEP, randomBytes(32)));
    const soon = Math.floor(Date.now() / 1000) + 3;
    await sdk.call("ImportKeyMaterial", await give("RSAES_OAEP_SHA_1", material, soon));
    const { Plaintext } = await sdk.call("Decrypt", { CiphertextBlob });
    assert.equal(Plaintext, toBase64(PLAINTEXT));
    const state = async () => (await sdk.call("DescribeKey", { KeyId })).KeyMetadata.KeyState;
    await eventually(async () => assert.equal(await state(), "PendingImport"));
  });
}

test("boto3", (context) =>
  runPythonTests(context, worker, "boto3_import_test.py", { EDGEKMS_TEST_ACCOUNT: worker.accountId }));
