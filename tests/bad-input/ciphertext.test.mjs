// SPDX-License-Identifier: Apache-2.0

/**
 * Blobs, plaintexts, base64 and encryption contexts that the worker must refuse, by code, with one
 * answer for everything that an attacker might try to tell apart.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patternedBytes, toBase64, utf8 } from "../lib/bytes.mjs";
import { BODY_SCHEMES, CONTEXT, INVALID, MISSING, SCHEMES, fixture, refused, setUp } from "../lib/refusals.mjs";

const MIB = 1024 * 1024;

setUp();

describe("blobs", () => {
  test("0 bytes: MissingParameter", () => refused(MISSING, "Decrypt", [["CiphertextBlob", ""]]));
  test("1 byte: InvalidParameter", () => refused(INVALID, "Decrypt", [["CiphertextBlob", toBase64(new Uint8Array(1))]]));
  test("9,000 bytes: InvalidParameter", () =>
    refused(INVALID, "Decrypt", [["CiphertextBlob", toBase64(patternedBytes(9000))]]));
  test("1 MiB, which no request may carry: ParseRequestParameterException", () =>
    refused([400, "ParseRequestParameterException"], "Decrypt", [["CiphertextBlob", toBase64(patternedBytes(MIB))]], {
      schemes: BODY_SCHEMES,
    }));
  test("of an unknown key version: InvalidParameter", () =>
    refused(INVALID, "Decrypt", [
      ["CiphertextBlob", toBase64(Buffer.concat([Buffer.from("00000000-0000-4000-8000-000000000000"), patternedBytes(72)]))],
    ]));

  test("truncated at every length, longer by a byte, and with any byte changed: InvalidParameter", async () => {
    const bytes = Buffer.from(fixture.blob, "base64");
    const [scheme] = SCHEMES.slice(-1);
    const variants = [
      ...Array.from({ length: bytes.length - 1 }, (_, index) => bytes.subarray(0, index + 1)),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      ...Array.from(bytes, (byte, index) => Buffer.from(bytes.with(index, byte ^ 1))),
    ];
    for (const variant of variants) {
      await refused(
        INVALID,
        "Decrypt",
        [
          ["CiphertextBlob", variant.toString("base64")],
          ["EncryptionContext", CONTEXT],
        ],
        { schemes: [scheme] },
      );
    }
  });

  test("an unknown blob, a changed one and a wrong context are one answer", async () => {
    const changed = Buffer.from(fixture.blob, "base64");
    changed[changed.length - 1] ^= 1;
    const unknown = Buffer.concat([Buffer.from("00000000-0000-4000-8000-000000000000"), changed.subarray(36)]);
    const context = ["EncryptionContext", CONTEXT];
    const answers = await Promise.all([
      refused(INVALID, "Decrypt", [["CiphertextBlob", changed.toString("base64")], context]),
      refused(INVALID, "Decrypt", [["CiphertextBlob", unknown.toString("base64")], context]),
      refused(INVALID, "Decrypt", [["CiphertextBlob", fixture.blob], ["EncryptionContext", '{"album":"43"}']]),
      refused(INVALID, "Decrypt", [["CiphertextBlob", fixture.blob]]),
    ]);
    assert.equal(new Set(answers.flat()).size, 1, JSON.stringify(answers));
  });
});

describe("base64", () => {
  for (const [name, text] of [
    ["a space inside", "aGVs bG8="],
    ["a space at the end", "aGVsbG8= "],
    ["a line feed", "aGVs\nbG8="],
    ["no padding", "aGVsbG8"],
    ["too much padding", "aGVsbG8=="],
    ["the alphabet of URLs", "-_-_"],
    ["bits that nobody decodes", "aGVsbG9="],
    ["a letter outside of every alphabet", "aGVsb*8="],
  ]) {
    test(`${name}: InvalidParameter`, async () => {
      await refused(INVALID, "Encrypt", [["KeyId", fixture.key.keyId], ["Plaintext", text]]);
      await refused(INVALID, "Decrypt", [["CiphertextBlob", text]]);
    });
  }

  test("a good blob with a space in it or without its padding: InvalidParameter", async () => {
    const context = ["EncryptionContext", CONTEXT];
    const { ciphertextBlob } = await fixture.kms.encrypt({
      keyId: fixture.key.keyId,
      plaintext: utf8("hello!"),
      encryptionContext: JSON.parse(CONTEXT),
    });
    for (const good of [fixture.blob, ciphertextBlob]) {
      await refused(INVALID, "Decrypt", [["CiphertextBlob", `${good.slice(0, 8)} ${good.slice(8)}`], context]);
      if (good.endsWith("=")) await refused(INVALID, "Decrypt", [["CiphertextBlob", good.replace(/=+$/, "")], context]);
    }
  });
});

describe("plaintext", () => {
  test("none: MissingParameter", () => refused(MISSING, "Encrypt", [["KeyId", fixture.key.keyId]]));
  test("4,097 bytes: InvalidParameter; 4,096 are taken", async () => {
    await refused(INVALID, "Encrypt", [["KeyId", fixture.key.keyId], ["Plaintext", toBase64(patternedBytes(4097))]]);
    const { ciphertextBlob } = await fixture.kms.encrypt({ keyId: fixture.key.keyId, plaintext: patternedBytes(4096) });
    assert.deepEqual((await fixture.kms.decrypt({ ciphertextBlob })).plaintext, patternedBytes(4096));
  });
});

describe("encryption contexts", () => {
  for (const context of [
    '["a","b"]',
    '{"a":["b"]}',
    '{"a":1}',
    '{"a":null}',
    '{"a":{"b":"c"}}',
    '{"a":true}',
    '{"a":"b","a":"c"}',
    '"a"',
    "null",
    "{",
    '{"a":"b"} ,',
    '{"a":"\\ud800"}',
    "a=b",
  ]) {
    test(`${context}: InvalidParameter`, async () => {
      await refused(INVALID, "Encrypt", [["KeyId", fixture.key.keyId], ["Plaintext", "aGVsbG8="], ["EncryptionContext", context]]);
      await refused(INVALID, "GenerateDataKey", [["KeyId", fixture.key.keyId], ["EncryptionContext", context]]);
      await refused(INVALID, "Decrypt", [["CiphertextBlob", fixture.blob], ["EncryptionContext", context]]);
    });
  }

  test("more than 8,192 characters: InvalidParameter", () =>
    refused(INVALID, "Encrypt", [
      ["KeyId", fixture.key.keyId],
      ["Plaintext", "aGVsbG8="],
      ["EncryptionContext", JSON.stringify({ a: "x".repeat(8192) })],
    ]));

  test("both spellings of a context at once: InvalidParameter", () =>
    refused(INVALID, "Encrypt", [
      ["KeyId", fixture.key.keyId],
      ["Plaintext", "aGVsbG8="],
      ["EncryptionContext", '{"a":"b"}'],
      ["EncryptionContext.a", "b"],
    ]));
});
