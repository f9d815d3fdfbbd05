// SPDX-License-Identifier: Apache-2.0

/**
 * OpenSSL's command line against the running worker, for keys whose signatures are of the message and not of a
 * hash of it alone: Ed25519 and SM2. It reads their public keys, verifies what the worker signs in both dialects,
 * and encrypts under SM2 what the worker opens.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { EVERY_KIND, flipped, newPair } from "../lib/asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { describedByOpenssl, encryptedByOpenssl, pemByOpenssl, wholeVerifiedByOpenssl } from "../lib/openssl.mjs";
import { startWorker } from "../lib/worker.mjs";

/** a, b and the base point of SM2's curve (GB/T 32918.5). */
const SM2_CURVE = [
  "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
  "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
  "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
  "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
].map((hex) => Buffer.from(hex, "hex"));

const sm3 = (...parts) => createHash("sm3").update(Buffer.concat(parts)).digest();

/** SM3 of Z and the message; the public key's point is the end of its DER. */
function sm2Digest(der, message) {
  const point = Buffer.from(der).subarray(-64);
  return sm3(sm3(Buffer.from([0, 128]), Buffer.from("1234567812345678"), ...SM2_CURVE, point), message);
}

const KINDS = [
  { spec: "ECC_NIST_EDWARDS25519", awsSpec: "ECC_NIST_EDWARDS25519", algorithm: "ED25519_SHA_512", described: /ED25519 Public-Key/, digest: (_, message) => message },
  { spec: "EC_SM2", awsSpec: "SM2", algorithm: "SM2DSA", described: /ASN1 OID: SM2/, digest: sm2Digest },
];

let worker;
before(async () => {
  worker = await startWorker({ settings: EVERY_KIND });
});
after(() => worker?.stop());

for (const { spec, awsSpec, algorithm, described, digest } of KINDS) {
  describe(`a key of spec ${spec} that signs`, () => {
    /** @type {Awaited<ReturnType<typeof newPair>>} */
    let pair;
    let pem;
    let der;
    before(async () => {
      pair = await newPair(worker, spec, "SIGN/VERIFY");
      pem = (await pair.alibaba("GetPublicKey")).PublicKey;
      der = fromBase64((await pair.aws("GetPublicKey")).PublicKey);
    });

    test("OpenSSL reads its public key, the same in both dialects", async () => {
      assert.match(await describedByOpenssl(pem), described);
      assert.equal(await pemByOpenssl(der), pem);
      const told = await pair.aws("GetPublicKey");
      assert.equal(told.KeySpec, awsSpec);
      assert.ok(told.SigningAlgorithms.includes(algorithm));
    });

    for (const size of [1, 31, 32, 33, 1000, 4096]) {
      test(`OpenSSL verifies what is signed in either dialect of ${size} bytes, and nothing that was changed`, async () => {
        const message = patternedBytes(size);
        const Digest = toBase64(digest(der, message));
        const { Value } = await pair.alibaba("AsymmetricSign", { Algorithm: algorithm, Digest });
        const { Signature } = await pair.aws("Sign", { SigningAlgorithm: algorithm, Message: toBase64(message) });
        for (const text of [Value, Signature]) {
          const signature = fromBase64(text);
          assert.ok(await wholeVerifiedByOpenssl({ pem, algorithm, message, signature }));
          assert.ok(!(await wholeVerifiedByOpenssl({ pem, algorithm, message: flipped(message, 0), signature })));
          assert.ok(!(await wholeVerifiedByOpenssl({ pem, algorithm, message, signature: flipped(signature, -1) })));
          assert.equal((await pair.alibaba("AsymmetricVerify", { Algorithm: algorithm, Digest, Value: text })).Value, true);
          const bad = { Algorithm: algorithm, Digest, Value: toBase64(flipped(signature, -1)) };
          assert.equal((await pair.alibaba("AsymmetricVerify", bad)).Value, false);
        }
      });
    }
  });
}

/** The four values of OpenSSL's ciphertext, which is DER, as C1, C3 and C2. */
function rawSm2(der) {
  /** Where the content of the value at `start` begins and ends: a length from 128 on says first how long it is. */
  const contentAt = (start) => {
    const size = der[start + 1] & 0x7f;
    if (der[start + 1] < 0x80) return [start + 2, start + 2 + size];
    return [start + 2 + size, start + 2 + size + der.readUIntBE(start + 2, size)];
  };
  const values = [];
  for (let [next, last] = contentAt(0); next < last; ) {
    const [start, end] = contentAt(next);
    values.push(der.subarray(start, end));
    next = end;
  }
  const [x, y, c3, c2] = values;
  const padded = (number) => Buffer.concat([Buffer.alloc(32), number]).subarray(-32);
  return Buffer.concat([Buffer.from([4]), padded(x), padded(y), c3, c2]);
}

/** The longest plaintext that fits a ciphertext of 6,144 bytes. */
const SM2_LONGEST = 6047;

test("a key of spec EC_SM2 opens in both dialects what OpenSSL encrypts, and not what was changed", async () => {
  const pair = await newPair(worker, "EC_SM2", "ENCRYPT/DECRYPT");
  const pem = (await pair.alibaba("GetPublicKey")).PublicKey;
  const encrypted = async (size) => rawSm2(await encryptedByOpenssl(pem, patternedBytes(size), []));
  // Around the length of SM3's hash, by which the plaintext's mask is made, and of DER's forms of a length.
  for (const size of [1, 31, 32, 33, 64, 65, 127, 128, 255, 256, SM2_LONGEST]) {
    const plaintext = patternedBytes(size);
    const raw = await encrypted(size);
    assert.equal(raw.length, size + 97);
    const given = { CiphertextBlob: toBase64(raw) };
    const here = await pair.alibaba("AsymmetricDecrypt", { Algorithm: "SM2PKE", ...given });
    assert.equal(here.Plaintext, toBase64(plaintext));
    const there = await pair.aws("Decrypt", { EncryptionAlgorithm: "SM2PKE", ...given });
    assert.equal(there.Plaintext, toBase64(plaintext));
    for (const byte of [1, 70, -1]) {
      const bad = { Algorithm: "SM2PKE", CiphertextBlob: toBase64(flipped(raw, byte)) };
      assert.equal((await pair.alibabaAnswer("AsymmetricDecrypt", bad)).json.Code, "InvalidParameter", `byte ${byte}`);
    }
  }
  const longer = { Algorithm: "SM2PKE", Plaintext: toBase64(patternedBytes(SM2_LONGEST + 1)) };
  assert.equal((await pair.alibabaAnswer("AsymmetricEncrypt", longer)).json.Code, "InvalidParameter");
  const tooLong = { Algorithm: "SM2PKE", CiphertextBlob: toBase64(await encrypted(SM2_LONGEST + 1)) };
  assert.equal((await pair.alibabaAnswer("AsymmetricDecrypt", tooLong)).json.Code, "InvalidParameter");
});
