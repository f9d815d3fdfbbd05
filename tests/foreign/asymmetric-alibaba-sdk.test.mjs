// SPDX-License-Identifier: Apache-2.0

/**
 * Asymmetric keys through the official Alibaba SDKs for Node, unmodified, by every placement of
 * parameters and signature; Node's own cryptography has the public keys and judges.
 */

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { encryptedByNode, flipped, hashOf, verifiedByNode } from "../lib/asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { eventually } from "../lib/eventually.mjs";
import { SDK_NAMES, officialSdks, sdkFails as fails } from "../lib/official-sdks.mjs";
import { startWorker } from "../lib/worker.mjs";

const MESSAGE = patternedBytes(5000);
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const SIGNING = [
  ["RSA_2048", { asymmetricKeyType: "rsa", modulusLength: 2048 }, ["RSA_PSS_SHA_256", "RSA_PKCS1_SHA_512"]],
  ["EC_P256", { asymmetricKeyType: "ec", namedCurve: "prime256v1" }, ["ECDSA_SHA_256"]],
];

let worker;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;
before(async () => {
  worker = await startWorker();
  sdks = officialSdks(worker);
});
after(() => worker?.stop());

const digestFor = (algorithm) => toBase64(createHash(hashOf(algorithm).name).update(MESSAGE).digest());

/** The id of a new key and that of its version, in the names of the wire. */
async function newKey(sdk, KeySpec, KeyUsage) {
  const { KeyMetadata } = await sdk.call("CreateKey", { KeySpec, KeyUsage });
  assert.equal(KeyMetadata.KeySpec, KeySpec);
  assert.equal(KeyMetadata.KeyUsage, KeyUsage);
  const { KeyId } = KeyMetadata;
  const { KeyVersions, TotalCount } = await sdk.call("ListKeyVersions", { KeyId, PageNumber: 1, PageSize: 10 });
  assert.equal(TotalCount, 1);
  return { KeyId, KeyVersionId: KeyVersions.KeyVersion[0].KeyVersionId };
}

/** The public key, as Node reads it. */
async function publicKey(sdk, key) {
  const { PublicKey, RequestId: _, ...named } = await sdk.call("GetPublicKey", key);
  assert.deepEqual(named, key);
  return createPublicKey(PublicKey);
}

for (const [index, name] of SDK_NAMES.entries()) {
  describe(name, () => {
    /** @type {import("../lib/official-sdks.mjs").Sdk} */
    let sdk;
    before(() => {
      sdk = sdks[index];
    });

    for (const [spec, { asymmetricKeyType, ...details }, algorithms] of SIGNING) {
      test(`a key of spec ${spec} signs what Node verifies, and verifies what is its own`, async () => {
        const key = await newKey(sdk, spec, "SIGN/VERIFY");
        const publicHalf = await publicKey(sdk, key);
        assert.equal(publicHalf.asymmetricKeyType, asymmetricKeyType);
        for (const [detail, value] of Object.entries(details)) assert.equal(publicHalf.asymmetricKeyDetails[detail], value);
        for (const Algorithm of algorithms) {
          const asked = { ...key, Algorithm, Digest: digestFor(Algorithm) };
          const { Value, RequestId: _, ...named } = await sdk.call("AsymmetricSign", asked);
          assert.deepEqual(named, key);
          assert.ok(verifiedByNode(publicHalf, Algorithm, MESSAGE, fromBase64(Value)), Algorithm);
          const verified = async (signature) =>
            (await sdk.call("AsymmetricVerify", { ...asked, Value: toBase64(signature) })).Value;
          assert.equal(await verified(fromBase64(Value)), true);
          assert.equal(await verified(flipped(fromBase64(Value), -1)), false);
        }
      });
    }

    test("a key of spec RSA_2048 opens what it encrypted and what Node did", async () => {
      const key = await newKey(sdk, "RSA_2048", "ENCRYPT/DECRYPT");
      const publicHalf = await publicKey(sdk, key);
      for (const [Algorithm, longest] of [["RSAES_OAEP_SHA_256", 190], ["RSAES_OAEP_SHA_1", 214]]) {
        const plaintext = patternedBytes(longest);
        const sealed = await sdk.call("AsymmetricEncrypt", { ...key, Algorithm, Plaintext: toBase64(plaintext) });
        assert.equal(sealed.KeyId, key.KeyId);
        assert.equal(sealed.KeyVersionId, key.KeyVersionId);
        for (const CiphertextBlob of [sealed.CiphertextBlob, toBase64(encryptedByNode(publicHalf, Algorithm, plaintext))]) {
          const opened = await sdk.call("AsymmetricDecrypt", { ...key, Algorithm, CiphertextBlob });
          assert.equal(opened.Plaintext, toBase64(plaintext));
        }
      }
    });
  });
}

describe("errors, as each SDK shows them", () => {
  const ECDSA = { Algorithm: "ECDSA_SHA_256", Digest: digestFor("ECDSA_SHA_256") };
  const PSS = { Algorithm: "RSA_PSS_SHA_256", Digest: digestFor("RSA_PSS_SHA_256") };
  const OAEP = { Algorithm: "RSAES_OAEP_SHA_256", Plaintext: toBase64(MESSAGE.subarray(0, 32)) };
  let signs;
  let other;
  let encrypts;
  let symmetric;
  before(async () => {
    signs = await newKey(sdks[0], "EC_P256", "SIGN/VERIFY");
    other = await newKey(sdks[0], "EC_P256", "SIGN/VERIFY");
    encrypts = await newKey(sdks[0], "RSA_2048", "ENCRYPT/DECRYPT");
    symmetric = await newKey(sdks[0], "Aliyun_AES_256", "ENCRYPT/DECRYPT");
  });

  for (const [index, name] of SDK_NAMES.entries()) {
    test(`${name}: UnsupportedOperation, for a key that is not for it and a spec that is not offered`, async () => {
      const sdk = sdks[index];
      await fails(sdk, "UnsupportedOperation", "AsymmetricSign", { ...encrypts, ...PSS });
      await fails(sdk, "UnsupportedOperation", "AsymmetricSign", { ...symmetric, ...PSS });
      await fails(sdk, "UnsupportedOperation", "AsymmetricEncrypt", { ...signs, ...OAEP });
      await fails(sdk, "UnsupportedOperation", "GetPublicKey", symmetric);
      await fails(sdk, "UnsupportedOperation", "Encrypt", { KeyId: encrypts.KeyId, Plaintext: OAEP.Plaintext });
      await fails(sdk, "UnsupportedOperation", "GenerateDataKey", { KeyId: signs.KeyId });
      await fails(sdk, "UnsupportedOperation", "CreateKey", { KeySpec: "EC_SM2", KeyUsage: "SIGN/VERIFY" });
    });

    test(`${name}: InvalidParameter, for another kind's algorithm, a digest's length, a plaintext's, a ciphertext`, async () => {
      const sdk = sdks[index];
      await fails(sdk, "InvalidParameter", "AsymmetricSign", { ...signs, ...PSS });
      await fails(sdk, "InvalidParameter", "AsymmetricSign", { ...signs, ...ECDSA, Algorithm: "ECDSA_SHA_1" });
      const short = toBase64(MESSAGE.subarray(0, 31));
      await fails(sdk, "InvalidParameter", "AsymmetricSign", { ...signs, ...ECDSA, Digest: short });
      const longer = toBase64(MESSAGE.subarray(0, 191));
      await fails(sdk, "InvalidParameter", "AsymmetricEncrypt", { ...encrypts, ...OAEP, Plaintext: longer });
      const { CiphertextBlob } = await sdk.call("AsymmetricEncrypt", { ...encrypts, ...OAEP });
      const { Algorithm } = OAEP;
      const changed = toBase64(flipped(fromBase64(CiphertextBlob), 100));
      for (const bad of [{ Algorithm, CiphertextBlob: changed }, { Algorithm: "RSAES_OAEP_SHA_1", CiphertextBlob }]) {
        await fails(sdk, "InvalidParameter", "AsymmetricDecrypt", { ...encrypts, ...bad });
      }
    });

    test(`${name}: Forbidden.KeyVersionNotFound, Forbidden.KeyNotFound, MissingParameter`, async () => {
      const sdk = sdks[index];
      for (const KeyVersionId of [other.KeyVersionId, UNKNOWN]) {
        await fails(sdk, "Forbidden.KeyVersionNotFound", "AsymmetricSign", { ...signs, ...ECDSA, KeyVersionId });
        await fails(sdk, "Forbidden.KeyVersionNotFound", "GetPublicKey", { ...signs, KeyVersionId });
      }
      await fails(sdk, "Forbidden.KeyNotFound", "AsymmetricSign", { ...signs, ...ECDSA, KeyId: UNKNOWN });
      await fails(sdk, "MissingParameter", "AsymmetricSign", { KeyId: signs.KeyId, ...ECDSA });
      await fails(sdk, "MissingParameter", "AsymmetricVerify", { ...signs, ...ECDSA });
      await fails(sdk, "MissingParameter", "GetPublicKey", { KeyId: signs.KeyId });
    });

    test(`${name}: Rejected.Disabled, until the key is enabled again`, async () => {
      const sdk = sdks[index];
      const { Value } = await sdk.call("AsymmetricSign", { ...other, ...ECDSA });
      await sdk.call("DisableKey", { KeyId: other.KeyId });
      await eventually(() => fails(sdk, "Rejected.Disabled", "AsymmetricSign", { ...other, ...ECDSA }));
      await fails(sdk, "Rejected.Disabled", "AsymmetricVerify", { ...other, ...ECDSA, Value });
      await fails(sdk, "Rejected.Disabled", "GetPublicKey", other);
      await sdk.call("EnableKey", { KeyId: other.KeyId });
      await eventually(async () => {
        assert.equal((await sdk.call("AsymmetricVerify", { ...other, ...ECDSA, Value })).Value, true);
      });
    });
  }

  test("a key that encrypts neither does nor opens anything while it is disabled", async () => {
    const [sdk] = sdks;
    const { Algorithm } = OAEP;
    const { CiphertextBlob } = await sdk.call("AsymmetricEncrypt", { ...encrypts, ...OAEP });
    await sdk.call("DisableKey", { KeyId: encrypts.KeyId });
    await eventually(() => fails(sdk, "Rejected.Disabled", "AsymmetricDecrypt", { ...encrypts, Algorithm, CiphertextBlob }));
    await fails(sdk, "Rejected.Disabled", "AsymmetricEncrypt", { ...encrypts, ...OAEP });
  });
});
