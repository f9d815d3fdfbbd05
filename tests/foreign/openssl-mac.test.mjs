// SPDX-License-Identifier: Apache-2.0

/**
 * OpenSSL's command line against the running worker, for HMAC keys: both have the same key, which the worker
 * imported, and each finds the other's codes good.
 */

import assert from "node:assert/strict";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { EVERY_KIND, flipped } from "../lib/asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { genericClient } from "../lib/clients.mjs";
import { isHere } from "../lib/conformance/scenarios.mjs";
import { macByOpenssl } from "../lib/openssl.mjs";
import { startWorker } from "../lib/worker.mjs";

/** `block` is the length at which the hash begins another block. */
const KINDS = [
  { spec: "HMAC_224", algorithm: "HMAC_SHA_224", hash: "sha224", length: 28, block: 64 },
  { spec: "HMAC_256", algorithm: "HMAC_SHA_256", hash: "sha256", length: 32, block: 64 },
  { spec: "HMAC_384", algorithm: "HMAC_SHA_384", hash: "sha384", length: 48, block: 128 },
  { spec: "HMAC_512", algorithm: "HMAC_SHA_512", hash: "sha512", length: 64, block: 128 },
  { spec: "HMAC_SM3", algorithm: "HMAC_SM3", hash: "sm3", length: 32, block: 64 },
];
const MESSAGE_MAX_LEN = 4096;

/** A new key of this material. */
async function imported(client, KeySpec, material) {
  const made = await client.call("CreateKey", { KeySpec, KeyUsage: "GENERATE_VERIFY_MAC", Origin: "EXTERNAL" });
  const { KeyId } = made.KeyMetadata;
  const wrapping = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
  const { ImportToken, PublicKey } = await client.call("GetParametersForImport", { KeyId, ...wrapping });
  const key = createPublicKey({ key: Buffer.from(fromBase64(PublicKey)), format: "der", type: "spki" });
  const wrapped = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material);
  const EncryptedKeyMaterial = toBase64(wrapped);
  await client.call("ImportKeyMaterial", { KeyId, ImportToken, EncryptedKeyMaterial, KeyMaterialExpireUnix: 0 });
  return KeyId;
}

function hmacKeys() {
  let worker;
  let client;
  before(async () => {
    worker = await startWorker({ settings: EVERY_KIND });
    client = genericClient(worker);
  });
  after(() => worker?.stop());

  for (const { spec, algorithm, hash, length, block } of KINDS) {
    describe(`a key of spec ${spec}`, () => {
      const material = patternedBytes(length, 7);
      let KeyId;
      before(async () => {
        KeyId = await imported(client, spec, material);
      });

      for (const size of [1, block - 1, block, block + 1, MESSAGE_MAX_LEN]) {
        test(`makes and takes OpenSSL's code of ${size} bytes, and no other`, async () => {
          const message = patternedBytes(size);
          const asked = { KeyId, Algorithm: algorithm, Message: toBase64(message) };
          const code = await macByOpenssl(hash, material, message);
          assert.equal((await client.call("GenerateMac", asked)).Mac, toBase64(code));
          const good = async (Mac) => (await client.call("VerifyMac", { ...asked, Mac: toBase64(Mac) })).Value;
          assert.equal(await good(code), true);
          assert.equal(await good(flipped(code, -1)), false);
          assert.equal(await good(await macByOpenssl(hash, material, flipped(message, 0))), false);
        });
      }
    });
  }
}

if (isHere("import")) describe("HMAC keys", hmacKeys);
