// SPDX-License-Identifier: Apache-2.0

/** What ReEncrypt and the exports of data keys must refuse, by code: blobs, contexts, keys, public keys. */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import { toBase64, utf8 } from "../lib/bytes.mjs";
import { CONTEXT, INVALID, MISSING, fixture, refused, setUp } from "../lib/refusals.mjs";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const OAEP = "RSAES_OAEP_SHA_256";

setUp();

/** Parameters of a ReEncrypt that would be done, but for those that are changed; `undefined` leaves one out. */
const moving = (changes = {}) =>
  Object.entries({
    CiphertextBlob: fixture.blob,
    SourceEncryptionContext: CONTEXT,
    DestinationKeyId: "alias/bad-input",
    ...changes,
  }).filter(([, value]) => value !== undefined);

describe("ReEncrypt", () => {
  for (const [what, changes, expected] of [
    ["no blob", { CiphertextBlob: undefined }, MISSING],
    ["no destination", { DestinationKeyId: undefined }, MISSING],
    ["a destination that is no key's name", { DestinationKeyId: "a b" }, INVALID],
    ["a destination that is not there", { DestinationKeyId: UNKNOWN }, [404, "Forbidden.KeyNotFound"]],
    ["an alias that is not there", { DestinationKeyId: "alias/none" }, [404, "Forbidden.AliasNotFound"]],
    ["a source that is not there", { SourceKeyId: UNKNOWN }, [404, "Forbidden.KeyNotFound"]],
    ["no context", { SourceEncryptionContext: undefined }, INVALID],
    ["a context that is a list", { DestinationEncryptionContext: "[]" }, INVALID],
    ["an algorithm without a key", { SourceEncryptionAlgorithm: OAEP, SourceEncryptionContext: undefined }, MISSING],
    ["an algorithm that is none", { SourceEncryptionAlgorithm: "ROT13" }, INVALID],
    ["a version without an algorithm", { SourceKeyVersionId: UNKNOWN }, INVALID],
  ]) {
    test(`${what}: ${expected[1]}`, () => refused(expected, "ReEncrypt", moving(changes)));
  }

  test("a wrong context, a changed blob and no blob at all are one answer, which is Decrypt's", async () => {
    const changed = Buffer.from(fixture.blob, "base64");
    changed[changed.length - 1] ^= 1;
    const answers = await Promise.all([
      refused(INVALID, "Decrypt", [["CiphertextBlob", fixture.blob]]),
      refused(INVALID, "ReEncrypt", moving({ SourceEncryptionContext: '{"album":"43"}' })),
      refused(INVALID, "ReEncrypt", moving({ CiphertextBlob: changed.toString("base64") })),
      refused(INVALID, "ReEncrypt", moving({ CiphertextBlob: toBase64(utf8("hello")) })),
    ]);
    assert.equal(new Set(answers.flat()).size, 1);
  });
});

describe("exports", () => {
  const spki = (type, options) =>
    toBase64(generateKeyPairSync(type, options).publicKey.export({ format: "der", type: "spki" }));
  const good = spki("rsa", { modulusLength: 2048 });

  for (const [what, changes, expected] of [
    ["no public key", { PublicKeyBlob: undefined }, MISSING],
    ["a public key that is text", { PublicKeyBlob: toBase64(utf8("hello")) }, INVALID],
    ["a public key of a curve", { PublicKeyBlob: spki("ec", { namedCurve: "P-256" }) }, INVALID],
    ["a public key of 3,072 bits", { PublicKeyBlob: spki("rsa", { modulusLength: 3072 }) }, INVALID],
    ["an exponent of 3", { PublicKeyBlob: spki("rsa", { modulusLength: 2048, publicExponent: 3 }) }, INVALID],
    ["a spec that is none", { WrappingKeySpec: "RSA_1024" }, INVALID],
    ["an algorithm of another spec", { WrappingAlgorithm: "SM2PKE" }, INVALID],
    ["padding of PKCS#1 v1.5", { WrappingAlgorithm: "RSAES_PKCS1_V1_5" }, INVALID],
    ["more than the public key encrypts", { NumberOfBytes: "191" }, INVALID],
  ]) {
    test(`${what}: ${expected[1]}`, () => {
      const params = {
        KeyId: fixture.key.keyId,
        PublicKeyBlob: good,
        WrappingKeySpec: "RSA_2048",
        WrappingAlgorithm: OAEP,
        ...changes,
      };
      const given = Object.entries(params).filter(([, value]) => value !== undefined);
      return refused(expected, "GenerateAndExportDataKey", given);
    });
  }

  test("a blob with the wrong context is exported to nobody", () =>
    refused(INVALID, "ExportDataKey", [
      ["CiphertextBlob", fixture.blob],
      ["PublicKeyBlob", good],
      ["WrappingKeySpec", "RSA_2048"],
      ["WrappingAlgorithm", OAEP],
    ]));
});
