// SPDX-License-Identifier: Apache-2.0

/**
 * Keys that encrypt under their public half, asked for what they cannot do, in both dialects. Whatever does
 * not open has one answer, so that nobody learns why.
 */

import assert from "node:assert/strict";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { describe, test } from "node:test";
import { aliyun, aliyunRefuses, aws, awsRefuses, base64, flipped, keys, named, setUpKeys } from "../lib/asymmetric-keys.mjs";
import { call as callAws } from "../lib/aws-refusals.mjs";
import { INVALID, MISSING, fixture } from "../lib/refusals.mjs";
import { acs3Request, send } from "../lib/signed-request.mjs";

const USAGE = [400, "UnsupportedOperation"];
const VALIDATION = "ValidationException";
const KEY_USAGE = "InvalidKeyUsageException";
const OAEP = "RSAES_OAEP_SHA_256";
const OAEP_SHA_1 = "RSAES_OAEP_SHA_1";
const HELLO = base64("hello");
/** RFC 8017, section 7.1.1: 256 bytes, less two hashes and two. */
const LONGEST = [[OAEP, 190], [OAEP_SHA_1, 214]];
const TIMED_CALLS = 200;

/** "hello" under the key `opens`. */
let good;

setUpKeys(async () => {
  good = (await aliyun("AsymmetricEncrypt", toSeal())).CiphertextBlob;
});

const toSeal = (more = {}, key = keys.opens) => ({ ...named(key), Algorithm: OAEP, Plaintext: HELLO, ...more });
const awsToSeal = (more = {}, key = keys.opens) => ({ KeyId: key.id, EncryptionAlgorithm: OAEP, Plaintext: HELLO, ...more });
const toOpen = (blob, more = {}, key = keys.opens) => ({ ...named(key), Algorithm: OAEP, CiphertextBlob: blob, ...more });
const awsToOpen = (blob, more = {}, key = keys.opens) => ({ KeyId: key.id, EncryptionAlgorithm: OAEP, CiphertextBlob: blob, ...more });

describe("to encrypt", () => {
  for (const [algorithm, longest] of LONGEST) {
    test(`${longest + 1} bytes with ${algorithm}: InvalidParameter, ValidationException; ${longest} are taken`, async () => {
      const text = (length) => base64(Buffer.alloc(length, 7));
      await aliyunRefuses(INVALID, "AsymmetricEncrypt", toSeal({ Algorithm: algorithm, Plaintext: text(longest + 1) }));
      await awsRefuses(VALIDATION, "Encrypt", awsToSeal({ EncryptionAlgorithm: algorithm, Plaintext: text(longest + 1) }));
      const asked = { Algorithm: algorithm, Plaintext: text(longest) };
      const { CiphertextBlob } = await aliyun("AsymmetricEncrypt", toSeal(asked));
      const opened = await aws("Decrypt", awsToOpen(CiphertextBlob, { EncryptionAlgorithm: algorithm }));
      assert.equal(opened.Plaintext, text(longest));
    });
  }

  test("nothing: MissingParameter, ValidationException", async () => {
    for (const Plaintext of ["", undefined]) {
      await aliyunRefuses(MISSING, "AsymmetricEncrypt", toSeal({ Plaintext }));
      await awsRefuses(VALIDATION, "Encrypt", awsToSeal({ Plaintext }));
    }
  });

  test("with an algorithm that is none, or that signs: InvalidParameter, ValidationException", async () => {
    for (const algorithm of ["RSAES_OAEP_SHA_512", "RSAES_PKCS1_V1_5", "rsaes_oaep_sha_256", "RSA_PSS_SHA_256"]) {
      await aliyunRefuses(INVALID, "AsymmetricEncrypt", toSeal({ Algorithm: algorithm }));
      await aliyunRefuses(INVALID, "AsymmetricDecrypt", toOpen(good, { Algorithm: algorithm }));
      await awsRefuses(VALIDATION, "Encrypt", awsToSeal({ EncryptionAlgorithm: algorithm }));
      await awsRefuses(VALIDATION, "Decrypt", awsToOpen(good, { EncryptionAlgorithm: algorithm }));
    }
  });

  test("AWS's EncryptionContext beside RSAES_OAEP: ValidationException", async () => {
    const EncryptionContext = { album: "42" };
    await awsRefuses(VALIDATION, "Encrypt", awsToSeal({ EncryptionContext }));
    await awsRefuses(VALIDATION, "Decrypt", awsToOpen(good, { EncryptionContext }));
  });

  test("under a key of another version, or without one: a code for each", async () => {
    for (const [action, asked] of [["AsymmetricEncrypt", toSeal()], ["AsymmetricDecrypt", toOpen(good)]]) {
      await aliyunRefuses([404, "Forbidden.KeyVersionNotFound"], action, { ...asked, KeyVersionId: keys.opensToo.version });
      await aliyunRefuses(MISSING, action, { ...asked, KeyVersionId: undefined });
    }
    await awsRefuses(VALIDATION, "Decrypt", { ...awsToOpen(good), KeyId: undefined });
  });
});

describe("a key that is not for it", () => {
  for (const [key, expected, code] of [
    ["rsa", USAGE, KEY_USAGE],
    ["ec", USAGE, KEY_USAGE],
    ["aes", USAGE, KEY_USAGE],
    ["opensDisabled", [409, "Rejected.Disabled"], "DisabledException"],
    ["opensDoomed", [409, "Rejected.PendingDeletion"], "KMSInvalidStateException"],
  ]) {
    test(`(${key}) neither encrypts nor decrypts: ${expected[1]}, ${code}`, async () => {
      await aliyunRefuses(expected, "AsymmetricEncrypt", toSeal({}, keys[key]));
      await aliyunRefuses(expected, "AsymmetricDecrypt", toOpen(good, {}, keys[key]));
      await awsRefuses(code, "Encrypt", awsToSeal({}, keys[key]));
      await awsRefuses(code, "Decrypt", awsToOpen(good, {}, keys[key]));
    });
  }

  for (const key of ["rsa", "ec", "opens"]) {
    test(`(${key}) has no blobs and no data keys: UnsupportedOperation, InvalidKeyUsageException`, async () => {
      const KeyId = keys[key].id;
      await aliyunRefuses(USAGE, "Encrypt", { KeyId, Plaintext: HELLO });
      await awsRefuses(KEY_USAGE, "Encrypt", { KeyId, Plaintext: HELLO });
      for (const action of ["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"]) {
        await aliyunRefuses(USAGE, action, { KeyId });
        await awsRefuses(KEY_USAGE, action, { KeyId, KeySpec: "AES_256" });
      }
    });
  }

  test("a symmetric key, and one that waits or is disabled, has no public key to tell", async () => {
    for (const [key, expected, code] of [
      ["aes", USAGE, KEY_USAGE],
      ["opensDisabled", [409, "Rejected.Disabled"], "DisabledException"],
      ["opensDoomed", [409, "Rejected.PendingDeletion"], "KMSInvalidStateException"],
    ]) {
      await aliyunRefuses(expected, "GetPublicKey", named(keys[key]));
      await awsRefuses(code, "GetPublicKey", { KeyId: keys[key].id });
    }
  });
});

/** The same plaintext as an attacker sends it who has the public key. */
async function sealedHere(options) {
  const { PublicKey } = await aliyun("GetPublicKey", named(keys.opens));
  return publicEncrypt({ key: createPublicKey(PublicKey), ...options }, Buffer.from("hello"));
}

async function badCiphertexts() {
  const raw = Buffer.from(good, "base64");
  const { RSA_PKCS1_OAEP_PADDING: oaep, RSA_PKCS1_PADDING: pkcs1, RSA_NO_PADDING: none } = constants;
  const ofOther = await aliyun("AsymmetricEncrypt", toSeal({}, keys.opensToo));
  const ofOtherHash = await aliyun("AsymmetricEncrypt", toSeal({ Algorithm: OAEP_SHA_1 }));
  const { PublicKey } = await aliyun("GetPublicKey", named(keys.opens));
  const unpadded = (block) => publicEncrypt({ key: createPublicKey(PublicKey), padding: none }, block);
  return {
    "a byte short": base64(raw.subarray(0, -1)),
    "a byte long": base64(Buffer.concat([raw, Buffer.alloc(1)])),
    "twice as long": base64(Buffer.concat([raw, raw])),
    "one byte": base64([1]),
    "its first bit changed": flipped(good, 0),
    "a bit in the middle changed": flipped(good, 128),
    "its last bit changed": flipped(good, 255),
    "all zero": base64(Buffer.alloc(256)),
    "the number one": base64(Buffer.alloc(256).fill(1, 255)),
    "larger than the modulus": base64(Buffer.alloc(256, 0xff)),
    "another key's": ofOther.CiphertextBlob,
    "of another hash": ofOtherHash.CiphertextBlob,
    "with a label": base64(await sealedHere({ padding: oaep, oaepHash: "sha256", oaepLabel: Buffer.from("label") })),
    "of PKCS #1 v1.5": base64(await sealedHere({ padding: pkcs1 })),
    "of a block that begins with another byte than zero": base64(unpadded(Buffer.alloc(256, 1))),
    "of a block that is zero up to its last byte": base64(unpadded(Buffer.alloc(256).fill(1, 255))),
  };
}

/** All of an answer but what is every request's own. */
const told = ({ status, headers, json: { RequestId, ...rest } }) => ({ status, type: headers["content-type"], length: headers["content-length"], ...rest });
const decrypt = async (blob) => {
  const { credentials, host, address } = fixture.worker;
  return send(address, acs3Request(credentials, host, "AsymmetricDecrypt", Object.entries(toOpen(blob))));
};

describe("to decrypt", () => {
  test("a ciphertext that does not open, whatever the reason: one answer in each dialect", async () => {
    const [answer, awsAnswer] = [told(await decrypt(flipped(good))), told(await callAws("Decrypt", awsToOpen(flipped(good))))];
    assert.deepEqual([answer.status, answer.Code], INVALID);
    assert.deepEqual([awsAnswer.status, awsAnswer.__type], [400, "InvalidCiphertextException"]);
    for (const [what, blob] of Object.entries(await badCiphertexts())) {
      assert.deepEqual(told(await decrypt(blob)), answer, what);
      assert.deepEqual(told(await callAws("Decrypt", awsToOpen(blob))), awsAnswer, what);
    }
    const sealedHereOpens = base64(await sealedHere({ padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }));
    assert.equal((await aliyun("AsymmetricDecrypt", toOpen(sealedHereOpens))).Plaintext, HELLO);
  });

  test("no ciphertext, and one that no request may carry: MissingParameter, InvalidParameter, ValidationException", async () => {
    await aliyunRefuses(MISSING, "AsymmetricDecrypt", toOpen(""));
    await aliyunRefuses(INVALID, "AsymmetricDecrypt", toOpen(base64(Buffer.alloc(8_193))));
    for (const blob of ["", base64(Buffer.alloc(8_193))]) await awsRefuses(VALIDATION, "Decrypt", awsToOpen(blob));
  });

  test("takes about as long for what opens as for what does not (printed, for people to judge)", async (t) => {
    const bad = await badCiphertexts();
    const kinds = Object.entries({
      "what opens": good,
      ...Object.fromEntries(["a bit in the middle changed", "another key's", "all zero"].map((what) => [what, bad[what]])),
    });
    const tookMs = new Map(kinds.map(([what]) => [what, []]));
    for (let round = 0; round < TIMED_CALLS; round += 1) {
      for (const [what, blob] of kinds) {
        const begun = performance.now();
        const { status } = await decrypt(blob);
        tookMs.get(what).push(performance.now() - begun);
        assert.equal(status, blob === good ? 200 : 400);
      }
    }
    for (const [what, all] of tookMs) {
      const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
      const median = all.toSorted((a, b) => a - b)[all.length / 2];
      t.diagnostic(`${what}: mean ${mean.toFixed(2)} ms, median ${median.toFixed(2)} ms of ${all.length} calls`);
    }
  });
});
