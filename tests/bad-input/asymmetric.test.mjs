// SPDX-License-Identifier: Apache-2.0

/**
 * Keys that sign, asked for what they cannot do: in both dialects each case has its code, nothing changes, and
 * the keys work afterwards. Making a kind of key that is not offered is refused too.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ENCRYPT, MESSAGE, SIGN, aliyun, aliyunRefuses, aws, awsRefuses, base64, digestOf, flipped, keys, named, setUpKeys } from "../lib/asymmetric-keys.mjs";
import { INVALID, MISSING } from "../lib/refusals.mjs";

/** For a key that is for something else, and for a kind of key that is not made here. */
const UNSUPPORTED = [400, "UnsupportedOperation"];
const NO_VERSION = [404, "Forbidden.KeyVersionNotFound"];
const VALIDATION = "ValidationException";
const KEY_USAGE = "InvalidKeyUsageException";
const UNOFFERED = "UnsupportedOperationException";
const BAD_SIGNATURE = "KMSInvalidSignatureException";
const SHA256 = digestOf("sha256");
const SHA384 = digestOf("sha384");
const bytes = (length) => base64(Buffer.alloc(length, 7));

setUpKeys();

/** A good request in each dialect, but for what `more` says. */
const toSign = (more = {}, key = keys.ec) => ({ ...named(key), Algorithm: "ECDSA_SHA_256", Digest: SHA256, ...more });
const awsToSign = (more = {}, key = keys.ec) => ({ KeyId: key.id, SigningAlgorithm: "ECDSA_SHA_256", Message: base64(MESSAGE), ...more });
const digest = (text) => ({ MessageType: "DIGEST", Message: text });

/** Refused in both dialects. `params` and `input` are functions, since the keys are made later. */
function refusedByBoth(what, [expected, params], [code, input]) {
  test(`${what}: ${expected[1]}, ${code}`, async () => {
    await aliyunRefuses(expected, "AsymmetricSign", params());
    await awsRefuses(code, "Sign", input());
  });
}

describe("to sign", () => {
  for (const length of [1, 20, 31, 33, 48, 64]) {
    refusedByBoth(
      `a digest of ${length} bytes where 32 belong`,
      [INVALID, () => toSign({ Digest: bytes(length) })],
      [VALIDATION, () => awsToSign(digest(bytes(length)))],
    );
  }
  refusedByBoth("a digest of 65 bytes", [INVALID, () => toSign({ Digest: bytes(65) })], [VALIDATION, () => awsToSign(digest(bytes(65)))]);
  refusedByBoth("no digest", [MISSING, () => toSign({ Digest: undefined })], [VALIDATION, () => awsToSign({ Message: undefined })]);
  refusedByBoth("an empty digest", [MISSING, () => toSign({ Digest: "" })], [VALIDATION, () => awsToSign(digest(""))]);
  refusedByBoth("a digest that is not base64", [INVALID, () => toSign({ Digest: "a b" })], [VALIDATION, () => awsToSign(digest("a b"))]);

  refusedByBoth(
    "RSA's algorithm with a key of a curve",
    [INVALID, () => toSign({ Algorithm: "RSA_PSS_SHA_256" })],
    [KEY_USAGE, () => awsToSign({ SigningAlgorithm: "RSASSA_PSS_SHA_256" })],
  );
  refusedByBoth(
    "another curve's algorithm",
    [INVALID, () => toSign({ Algorithm: "ECDSA_SHA_384", Digest: SHA384 })],
    [KEY_USAGE, () => awsToSign({ SigningAlgorithm: "ECDSA_SHA_384" })],
  );
  refusedByBoth("a curve's algorithm with an RSA key", [INVALID, () => toSign({}, keys.rsa)], [KEY_USAGE, () => awsToSign({}, keys.rsa)]);
  refusedByBoth(
    "an algorithm for encryption",
    [INVALID, () => toSign({ Algorithm: "RSAES_OAEP_SHA_256" }, keys.rsa)],
    [VALIDATION, () => awsToSign({ SigningAlgorithm: "RSAES_OAEP_SHA_256" }, keys.rsa)],
  );
  refusedByBoth(
    "an algorithm of the other dialect",
    [INVALID, () => toSign({ Algorithm: "RSASSA_PSS_SHA_256" }, keys.rsa)],
    [VALIDATION, () => awsToSign({ SigningAlgorithm: "RSA_PSS_SHA_256" }, keys.rsa)],
  );
  for (const algorithm of ["none", "ecdsa_sha_256", "ECDSA_SHA_256 "]) {
    refusedByBoth(
      `"${algorithm}", which is no algorithm`,
      [INVALID, () => toSign({ Algorithm: algorithm })],
      [VALIDATION, () => awsToSign({ SigningAlgorithm: algorithm })],
    );
  }
  refusedByBoth("no algorithm", [MISSING, () => toSign({ Algorithm: undefined })], [VALIDATION, () => awsToSign({ SigningAlgorithm: undefined })]);

  refusedByBoth("a symmetric key", [UNSUPPORTED, () => toSign({}, keys.aes)], [KEY_USAGE, () => awsToSign({}, keys.aes)]);
  refusedByBoth(
    "an RSA key for encryption",
    [UNSUPPORTED, () => toSign({ Algorithm: "RSA_PSS_SHA_256" }, keys.opens)],
    [KEY_USAGE, () => awsToSign({ SigningAlgorithm: "RSASSA_PSS_SHA_256" }, keys.opens)],
  );
  refusedByBoth("a disabled key", [[409, "Rejected.Disabled"], () => toSign({}, keys.disabled)], ["DisabledException", () => awsToSign({}, keys.disabled)]);
  refusedByBoth(
    "a key that waits for its deletion",
    [[409, "Rejected.PendingDeletion"], () => toSign({}, keys.doomed)],
    ["KMSInvalidStateException", () => awsToSign({}, keys.doomed)],
  );
  const elsewhere = ({ arns }, from, to) => ({ aliyun: arns.aliyun.replace(from, to), aws: arns.aws.replace(from, to) });
  const abroad = () => elsewhere(keys.ec, /:cn-[a-z]+:/, ":nowhere:");
  const foreign = () => elsewhere(keys.ec, /:\d{16}:/, ":9999999999999999:");
  refusedByBoth(
    "another region's ARN",
    [[404, "Forbidden.KeyNotFound"], () => toSign({ KeyId: abroad().aliyun })],
    ["NotFoundException", () => awsToSign({ KeyId: abroad().aws })],
  );
  refusedByBoth(
    "another account's ARN",
    [[403, "Forbidden.NoPermission"], () => toSign({ KeyId: foreign().aliyun })],
    ["AccessDeniedException", () => awsToSign({ KeyId: foreign().aws })],
  );

  test("a version that is not of this key, is none, or is not given: a code for each", async () => {
    await aliyunRefuses(NO_VERSION, "AsymmetricSign", toSign({ KeyVersionId: keys.disabled.version }));
    await aliyunRefuses(NO_VERSION, "AsymmetricSign", toSign({ KeyVersionId: keys.rsa.version }));
    await aliyunRefuses(NO_VERSION, "AsymmetricSign", toSign({ KeyVersionId: "00000000-0000-4000-8000-000000000000" }));
    await aliyunRefuses(INVALID, "AsymmetricSign", toSign({ KeyVersionId: "newest" }));
    for (const none of [undefined, ""]) {
      await aliyunRefuses(MISSING, "AsymmetricSign", toSign({ KeyVersionId: none }));
      await aliyunRefuses(MISSING, "AsymmetricVerify", toSign({ KeyVersionId: none, Value: bytes(64) }));
      await aliyunRefuses(MISSING, "GetPublicKey", { KeyId: keys.ec.id, KeyVersionId: none });
    }
  });

  test("AWS's message of 4,097 bytes: ValidationException; 4,096 are signed", async () => {
    await awsRefuses(VALIDATION, "Sign", awsToSign({ Message: bytes(4097) }));
    await awsRefuses(VALIDATION, "Sign", awsToSign({ Message: bytes(4097), MessageType: "RAW" }));
    const asked = awsToSign({ Message: bytes(4096) });
    const { Signature } = await aws("Sign", asked);
    assert.equal((await aws("Verify", { ...asked, Signature })).SignatureValid, true);
  });

  test("AWS's MessageType that is none, or that the algorithm does not take: ValidationException", async () => {
    for (const MessageType of ["raw", "HASH", "", "EXTERNAL_MU"]) await awsRefuses(VALIDATION, "Sign", awsToSign({ MessageType }));
    await awsRefuses(KEY_USAGE, "Sign", awsToSign({ SigningAlgorithm: "ECDSA_SHA_512" }));
  });
});

describe("to verify", () => {
  for (const [name, key, algorithm, awsAlgorithm] of [
    ["EC_P256", "ec", "ECDSA_SHA_256", "ECDSA_SHA_256"],
    ["RSA_2048", "rsa", "RSA_PSS_SHA_256", "RSASSA_PSS_SHA_256"],
    ["RSA_2048", "rsa", "RSA_PKCS1_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256"],
  ]) {
    test(`a signature of ${name} and ${algorithm} that is not good: Value false, ${BAD_SIGNATURE}`, async () => {
      const asked = toSign({ Algorithm: algorithm }, keys[key]);
      const awsAsked = awsToSign({ SigningAlgorithm: awsAlgorithm }, keys[key]);
      const { Value: good } = await aliyun("AsymmetricSign", asked);
      const raw = Buffer.from(good, "base64");
      const { Value: ofOther } = await aliyun("AsymmetricSign", { ...asked, Digest: digestOf("sha256", "another") });
      const verdict = async (Value) => (await aliyun("AsymmetricVerify", { ...asked, Value })).Value;
      assert.equal(await verdict(good), true);
      assert.equal((await aws("Verify", { ...awsAsked, Signature: good })).SignatureValid, true);
      const changed = [0, 1, 3, 10, 40, -1].map((at) => flipped(good, at + raw.length));
      const others = [raw.subarray(1), raw.subarray(0, -1), Buffer.concat([raw, Buffer.alloc(1)]), Buffer.alloc(raw.length), [0]];
      for (const bad of [...changed, ...others.map(base64), ofOther]) {
        assert.equal(await verdict(bad), false, bad);
        await awsRefuses(BAD_SIGNATURE, "Verify", { ...awsAsked, Signature: bad });
      }
    });
  }

  test("one padding's signature under the other: Value false", async () => {
    const asked = (Algorithm, Value) => toSign({ Algorithm, Value }, keys.rsa);
    for (const [made, read] of [["RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256"], ["RSA_PKCS1_SHA_256", "RSA_PSS_SHA_256"]]) {
      const { Value } = await aliyun("AsymmetricSign", asked(made));
      assert.equal((await aliyun("AsymmetricVerify", asked(read, Value))).Value, false);
    }
  });

  test("an empty signature, or none: MissingParameter, ValidationException", async () => {
    for (const none of ["", undefined]) {
      await aliyunRefuses(MISSING, "AsymmetricVerify", toSign({ Value: none }));
      await awsRefuses(VALIDATION, "Verify", awsToSign({ Signature: none }));
    }
  });

  test("under a key that cannot, or may not: as to sign", async () => {
    const Value = bytes(64);
    for (const [key, expected, code] of [
      ["aes", UNSUPPORTED, KEY_USAGE],
      ["opens", UNSUPPORTED, KEY_USAGE],
      ["rsa", INVALID, KEY_USAGE],
      ["disabled", [409, "Rejected.Disabled"], "DisabledException"],
      ["doomed", [409, "Rejected.PendingDeletion"], "KMSInvalidStateException"],
    ]) {
      await aliyunRefuses(expected, "AsymmetricVerify", toSign({ Value }, keys[key]));
      await awsRefuses(code, "Verify", awsToSign({ Signature: Value }, keys[key]));
    }
  });
});

describe("CreateKey", () => {
  for (const [spec, usage, expected, awsSpec, awsUsage, code] of [
    ["EC_P256", ENCRYPT, INVALID, "ECC_NIST_P256", "ENCRYPT_DECRYPT", VALIDATION],
    ["EC_P384", ENCRYPT, INVALID, "ECC_NIST_P384", "ENCRYPT_DECRYPT", VALIDATION],
    ["Aliyun_AES_256", SIGN, INVALID, "SYMMETRIC_DEFAULT", "SIGN_VERIFY", VALIDATION],
    ["EC_P256K", ENCRYPT, INVALID, "ECC_SECG_P256K1", "ENCRYPT_DECRYPT", VALIDATION],
    ["ECC_NIST_P521", SIGN, UNSUPPORTED, "ECC_NIST_P521", "SIGN_VERIFY", UNOFFERED],
    ["ML_DSA_65", SIGN, UNSUPPORTED, "ML_DSA_65", "SIGN_VERIFY", UNOFFERED],
    ["EC_SM2", SIGN, UNSUPPORTED, "SM2", "SIGN_VERIFY", UNOFFERED],
    ["EC_SM2", ENCRYPT, UNSUPPORTED, "SM2", "ENCRYPT_DECRYPT", UNOFFERED],
    ["RSA_1024", SIGN, INVALID, "RSA_1024", "SIGN_VERIFY", VALIDATION],
    ["RSA_2048", "SIGN", INVALID, "RSA_2048", "SIGN", VALIDATION],
    ["RSA_2049", SIGN, INVALID, "RSA_2049", "SIGN_VERIFY", VALIDATION],
  ]) {
    test(`${spec} for ${usage}: ${expected[1]}, ${code}`, async () => {
      await aliyunRefuses(expected, "CreateKey", { KeySpec: spec, KeyUsage: usage });
      await awsRefuses(code, "CreateKey", { KeySpec: awsSpec, KeyUsage: awsUsage });
    });
  }

  test("AWS's of an asymmetric spec without KeyUsage: ValidationException", async () => {
    for (const KeySpec of ["RSA_2048", "ECC_NIST_P256"]) await awsRefuses(VALIDATION, "CreateKey", { KeySpec });
  });
});
