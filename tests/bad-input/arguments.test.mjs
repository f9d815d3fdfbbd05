// SPDX-License-Identifier: Apache-2.0

/**
 * Arguments that make no sense, as a JavaScript program gives them: refused with a code before
 * anything is sealed or sent.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EdgekmsError, Envelope, KmsClient, multiKeyring, rawAesKeyring, rawRsaKeyring } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";

const KEY = { namespace: "bad-input", name: "arguments", wrappingKey: patternedBytes(32) };
const HERE = {
  endpoint: "http://127.0.0.1:1",
  region: "cn-hangzhou",
  credentials: { accessKeyId: "id", accessKeySecret: "secret" },
};
const envelope = new Envelope({ keyring: rawAesKeyring(KEY) });

/** Refused by the constructor or by the first use of what it made. */
async function refusedEarly(make, code, what) {
  await rejectsWithCode(
    (async () => {
      await new Envelope({ keyring: rawAesKeyring(KEY), ...(await make()) }).encrypt("text");
    })(),
    code,
    what,
  );
}

describe("encryption contexts", () => {
  const notTexts = [
    ["an array", ["a", "b"]],
    ["an array as a value", { album: ["42"] }],
    ["a number as a value", { album: 42 }],
    ["null as a value", { album: null }],
    ["an object as a value", { album: { id: "42" } }],
    ["a text instead of an object", "album=42"],
    ["a Map", new Map([["album", "42"]])],
  ];
  for (const [name, encryptionContext] of notTexts) {
    test(`${name}: InvalidArgument, sealing and opening`, async () => {
      await rejectsWithCode(envelope.encrypt("text", { encryptionContext }), "InvalidArgument");
      const message = await envelope.encrypt("text");
      await rejectsWithCode(envelope.decrypt(message, { encryptionContext }), "InvalidArgument");
    });
  }

  const outOfBounds = [
    // Half of a surrogate pair has no UTF-8. Replaced by U+FFFD it would be another context.
    ["a value that is not Unicode text", { album: "\uD83D" }],
    ["a key that is not Unicode text", { "\uDE00": "42" }],
    ["an empty key", { "": "42" }],
    ["a key reserved by the format", { "aws-crypto-public-key": "mine" }],
    ["a value of 65,536 bytes", { album: "x".repeat(65_536) }],
    ["more than 65,535 bytes in all", { a: "x".repeat(40_000), b: "y".repeat(40_000) }],
  ];
  for (const [name, encryptionContext] of outOfBounds) {
    test(`${name}: InvalidContext`, () => rejectsWithCode(envelope.encrypt("text", { encryptionContext }), "InvalidContext"));
  }

  test("a required key without a value: MissingRequiredContext", () =>
    rejectsWithCode(
      envelope.encrypt("text", { encryptionContext: { album: "42" }, requiredContextKeys: ["tenant"] }),
      "MissingRequiredContext",
    ));
});

describe("bytes", () => {
  for (const [name, value] of [
    ["nothing", undefined],
    ["null", null],
    ["a number", 42],
    ["an array of numbers", [1, 2, 3]],
    ["an object", {}],
  ]) {
    test(`${name} instead of plaintext or message: InvalidArgument`, async () => {
      await rejectsWithCode(envelope.encrypt(value), "InvalidArgument");
      await rejectsWithCode(envelope.decrypt(value), "InvalidArgument");
    });
  }

  test("a text instead of a message: InvalidArgument", () => rejectsWithCode(envelope.decrypt("AgR4"), "InvalidArgument"));

  test("a chunk of a stream that is not bytes: InvalidArgument at both ends", async () => {
    for (const transform of [envelope.encryptStream(), envelope.decryptStream()]) {
      const writer = transform.writable.getWriter();
      writer.closed.catch(() => {});
      writer.write({ not: "bytes" }).catch(() => {});
      const reader = transform.readable.getReader();
      await rejectsWithCode(
        (async () => {
          while (!(await reader.read()).done);
        })(),
        "InvalidArgument",
      );
    }
  });
});

describe("options of an envelope", () => {
  for (const frameLength of [0, -1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY, "64"]) {
    test(`frameLength ${frameLength}: InvalidArgument`, () => refusedEarly(() => ({ frameLength }), "InvalidArgument"));
  }
  for (const [suite, code] of [
    [0x9999, "UnsupportedSuite"],
    [0, "UnsupportedSuite"],
    // Known, but without commitment.
    [0x0178, "CommitmentPolicyViolation"],
  ]) {
    test(`suite 0x${suite.toString(16)}: ${code}`, () => refusedEarly(() => ({ suite }), code));
  }
  for (const maxEncryptedDataKeys of [0, -1, 65_536, 1.5]) {
    test(`maxEncryptedDataKeys ${maxEncryptedDataKeys}: InvalidArgument`, () =>
      refusedEarly(() => ({ maxEncryptedDataKeys }), "InvalidArgument"));
  }
  test("an engine that does not exist: InvalidArgument", () => refusedEarly(() => ({ engine: "gpu" }), "InvalidArgument"));
  test("a policy that does not exist: InvalidArgument", () =>
    refusedEarly(() => ({ commitmentPolicy: "allow-all" }), "InvalidArgument"));
  test("no keyring: InvalidArgument", () => refusedEarly(() => ({ keyring: undefined }), "InvalidArgument"));
  test("more data keys than the cap: TooManyEncryptedDataKeys", () =>
    refusedEarly(
      () => ({
        keyring: multiKeyring({ generator: rawAesKeyring(KEY), children: [rawAesKeyring({ ...KEY, name: "second" })] }),
        maxEncryptedDataKeys: 1,
      }),
      "TooManyEncryptedDataKeys",
    ));
});

describe("keyrings", () => {
  for (const length of [0, 15, 31, 33, 64]) {
    test(`a wrapping key of ${length} bytes: InvalidArgument`, () =>
      refusedEarly(() => ({ keyring: rawAesKeyring({ ...KEY, wrappingKey: new Uint8Array(length) }) }), "InvalidArgument"));
  }
  test("a namespace that the format reserves for the key service: InvalidArgument", () =>
    refusedEarly(() => ({ keyring: rawAesKeyring({ ...KEY, namespace: "aws-kms" }) }), "InvalidArgument"));
  test("an RSA keyring without a key: InvalidArgument", () =>
    refusedEarly(() => ({ keyring: rawRsaKeyring({ namespace: "n", name: "k", padding: "oaep-sha256" }) }), "InvalidArgument"));
  test("a PEM that is none: InvalidArgument", () =>
    refusedEarly(
      () => ({ keyring: rawRsaKeyring({ namespace: "n", name: "k", padding: "oaep-sha256", publicKey: "-----BEGIN NOTHING-----" }) }),
      "InvalidArgument",
    ));
  test("a padding that does not exist: InvalidArgument", () =>
    refusedEarly(
      () => ({ keyring: rawRsaKeyring({ namespace: "n", name: "k", padding: "oaep-md5", publicKey: "x" }) }),
      "InvalidArgument",
    ));
  test("a multi-keyring of nothing seals nothing: InvalidArgument", () =>
    refusedEarly(() => ({ keyring: multiKeyring({ children: [] }) }), "InvalidArgument"));
});

test("no message of an error repeats a key or a context value", async () => {
  const secret = "tenant-blue-0451";
  const errors = await Promise.all(
    [
      envelope.encrypt("text", { encryptionContext: { album: [secret] } }),
      envelope.encrypt(secret, { encryptionContext: { album: 1 } }),
      envelope.encrypt("text", { encryptionContext: { "aws-crypto-public-key": secret } }),
    ].map((attempt) => attempt.then(() => assert.fail("succeeded"), (error) => error)),
  );
  for (const error of errors) {
    assert.ok(error instanceof EdgekmsError, error?.stack);
    assert.ok(!`${error.message} ${error.cause ?? ""}`.includes(secret), error.message);
  }
});

describe("options that are none", () => {
  test("a signal, a function of progress, a source", async () => {
    for (const signal of [5, {}, "abort", null, new AbortController()]) {
      await rejectsWithCode(envelope.encrypt("text", { signal }), "InvalidArgument", String(signal));
      assert.throws(() => envelope.encryptStream({ signal }), { code: "InvalidArgument" });
      await rejectsWithCode(new KmsClient(HERE).describeRegions({}, { signal }), "InvalidArgument");
    }
    const gather = async (pieces) => Buffer.concat(await Array.fromAsync(pieces));
    const bytes = new Blob(["text"]);
    for (const onProgress of [5, {}, "log"]) {
      const streams = [envelope.encryptStream({ onProgress }), envelope.decryptStream({ onProgress })];
      for (const stream of streams) {
        await rejectsWithCode(gather(bytes.stream().pipeThrough(stream)), "InvalidArgument");
      }
    }
    for (const source of [5, undefined, null, {}, "text", new Uint8Array(4)]) {
      const { message } = await rejectsWithCode(gather(envelope.encryptStream().through(source)), "InvalidArgument");
      assert.match(message, /^source must give chunks/);
    }
    const stream = envelope.encryptStream();
    const once = await gather(stream.through([utf8("text")]));
    assert.deepEqual((await envelope.decrypt(once)).plaintext, utf8("text"));
    await rejectsWithCode(gather(stream.through([utf8("text")])), "InvalidArgument");
  });

  test("a client without any, or with what is none", async () => {
    for (const options of [undefined, null, "https://kms.example", {}]) {
      assert.throws(() => new KmsClient(options), { code: "InvalidArgument" }, String(options));
    }
  });

  test("a re-wrap that leaves nobody who could decrypt the message: said before it is done", async () => {
    const message = await envelope.encrypt("text");
    const { message: text } = await rejectsWithCode(envelope.rewrap(message, { remove: KEY.name }), "InvalidArgument");
    assert.match(text, /nobody could decrypt any more; give `add` or `to`/);
  });
});
