// SPDX-License-Identifier: Apache-2.0

/** `Envelope` on whole messages: every engine opens every engine's messages, and bad input its code. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, EdgekmsError, inspect, multiKeyring, rawAesKeyring } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];
const SUITES = [0x0478, 0x0578];
const aesKeyring = (name = "k", seed = 7) =>
  rawAesKeyring({ namespace: "tests", name, wrappingKey: patternedBytes(32, seed) });
const envelopeWith = (options = {}) => new Envelope({ keyring: aesKeyring(), ...options });

describe("round trips", () => {
  for (const suite of SUITES) {
    for (const sealing of ENGINES) {
      test(`suite ${suite.toString(16)} sealed by ${sealing} is opened by every engine`, async () => {
        for (const length of [0, 1, 99, 100, 101, 200, 1234]) {
          const plaintext = patternedBytes(length);
          const options = { suite, frameLength: 100, engine: sealing };
          const message = await envelopeWith(options).encrypt(plaintext);
          for (const engine of ENGINES) {
            const opened = await envelopeWith({ engine }).decrypt(message);
            assert.deepEqual(opened.plaintext, plaintext, `${length} bytes by ${engine}`);
            assert.equal(opened.header.suite, suite);
          }
        }
      });
    }
  }

  test("a text is sealed as UTF-8, bytes of any view as they are", async () => {
    const envelope = envelopeWith();
    const opened = await envelope.decrypt(await envelope.encrypt("naïve ß 🔑"));
    assert.equal(new TextDecoder().decode(opened.plaintext), "naïve ß 🔑");
    const words = new Uint16Array([1, 2, 3]);
    const view = await envelope.decrypt(await envelope.encrypt(words));
    assert.deepEqual(view.plaintext, new Uint8Array(words.buffer));
    const slice = Buffer.from("xxabcxx").subarray(2, 5);
    const { plaintext } = await envelope.decrypt(await envelope.encrypt(slice));
    assert.deepEqual(plaintext, utf8("abc"));
    assert.ok(!Buffer.isBuffer(plaintext), "a Buffer goes in, a plain Uint8Array comes out");
  });

  test("every message has its own id and key", async () => {
    const envelope = envelopeWith();
    const [one, two] = await Promise.all([envelope.encrypt("same"), envelope.encrypt("same")]);
    const [first, second] = await Promise.all([inspect(one), inspect(two)]);
    assert.notEqual(first.messageId, second.messageId);
    assert.notDeepEqual(one, two);
  });
});

describe("the encryption context", () => {
  const context = { album: "42", "naïve": "ß" };

  test("comes back, and given pairs must be in it", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt("x", { encryptionContext: context });
    const opened = await envelope.decrypt(message, { encryptionContext: { album: "42" } });
    assert.deepEqual({ ...opened.encryptionContext }, context);
    await rejectsWithCode(envelope.decrypt(message, { encryptionContext: { album: "43" } }), "ContextMismatch");
    await rejectsWithCode(
      envelope.decrypt(message, { encryptionContext: { other: "1" } }),
      ["HeaderNotAuthentic", "NoDataKey"],
    );
  });

  test("required keys are not stored, and must be given again", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt("x", {
      encryptionContext: context,
      requiredContextKeys: ["album"],
    });
    assert.deepEqual({ ...(await inspect(message)).encryptionContext }, { "naïve": "ß" });
    await rejectsWithCode(envelope.decrypt(message), ["HeaderNotAuthentic", "NoDataKey"]);
    const wrong = envelope.decrypt(message, { encryptionContext: { album: "41" } });
    await rejectsWithCode(wrong, ["HeaderNotAuthentic", "NoDataKey"]);
    const opened = await envelope.decrypt(message, { encryptionContext: { album: "42" } });
    assert.deepEqual({ ...opened.encryptionContext }, context);
    const missing = envelope.encrypt("x", { requiredContextKeys: ["album"] });
    await rejectsWithCode(missing, "MissingRequiredContext");
  });

  test("what is not texts is refused", async () => {
    const envelope = envelopeWith();
    for (const encryptionContext of [{ a: 1 }, { a: ["b"] }, { a: { b: "c" } }, { a: null }, ["a"], "a", null]) {
      await rejectsWithCode(envelope.encrypt("x", { encryptionContext }), "InvalidArgument");
    }
  });

  test("__proto__ is a name like any other", async () => {
    const envelope = envelopeWith();
    const encryptionContext = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const opened = await envelope.decrypt(await envelope.encrypt("x", { encryptionContext }));
    assert.deepEqual(Object.entries(opened.encryptionContext).sort(), [["__proto__", "x"], ["constructor", "y"]]);
  });
});

describe("damage", () => {
  test("every one-byte change of a small message is refused by every engine", async () => {
    for (const suite of SUITES) {
      const message = await envelopeWith({ suite, frameLength: 8 }).encrypt(patternedBytes(20));
      for (const engine of suite === 0x0478 ? ["node", "webcrypto", "wasm"] : ["node"]) {
        const envelope = envelopeWith({ engine });
        for (let at = 0; at < message.length; at += 1) {
          const changed = message.slice();
          changed[at] ^= 1;
          const error = await envelope.decrypt(changed).then(() => undefined, (e) => e);
          assert.ok(error instanceof EdgekmsError, `byte ${at} of ${suite.toString(16)}: ${error}`);
        }
      }
    }
  });

  test("every truncation is TruncatedMessage, every trailing byte TrailingBytes", async () => {
    for (const suite of SUITES) {
      const envelope = envelopeWith({ suite, frameLength: 8 });
      const message = await envelope.encrypt(patternedBytes(20));
      for (let length = 0; length < message.length; length += 1) {
        await rejectsWithCode(envelope.decrypt(message.slice(0, length)), "TruncatedMessage", `${length}`);
      }
      const longer = new Uint8Array(message.length + 1);
      longer.set(message);
      await rejectsWithCode(envelope.decrypt(longer), "TrailingBytes");
    }
  });

  test("one message's body under another's header is refused", async () => {
    const envelope = envelopeWith();
    const [one, two] = [await envelope.encrypt("one"), await envelope.encrypt("two")];
    const { headerLength } = await inspect(one);
    const mixed = one.slice();
    mixed.set(two.subarray(headerLength), headerLength);
    await rejectsWithCode(envelope.decrypt(mixed), "FrameNotAuthentic");
  });

  test("what is no message at all is told at once", async () => {
    const envelope = envelopeWith();
    await rejectsWithCode(envelope.decrypt(utf8("hello, this is not a message")), ["MalformedHeader", "UnsupportedSuite"]);
    await rejectsWithCode(envelope.decrypt("text"), "InvalidArgument");
    await rejectsWithCode(envelope.encrypt(42), "InvalidArgument");
  });
});

describe("policies and limits", () => {
  test("another key opens nothing", async () => {
    const message = await envelopeWith().encrypt("x");
    const other = new Envelope({ keyring: aesKeyring("k", 8) });
    await rejectsWithCode(other.decrypt(message), "NoDataKey");
    const named = new Envelope({ keyring: aesKeyring("other name") });
    await rejectsWithCode(named.decrypt(message), "NoDataKey");
  });

  test("more data keys than the cap are refused, sealing and opening", async () => {
    const three = multiKeyring({ generator: aesKeyring("a"), children: [aesKeyring("b"), aesKeyring("c")] });
    const message = await new Envelope({ keyring: three }).encrypt("x");
    assert.equal((await inspect(message)).encryptedDataKeys.length, 3);
    const capped = new Envelope({ keyring: three, maxEncryptedDataKeys: 2 });
    await rejectsWithCode(capped.decrypt(message), "TooManyEncryptedDataKeys");
    await rejectsWithCode(capped.encrypt("x"), "TooManyEncryptedDataKeys");
    for (const name of ["a", "b", "c"]) {
      const opened = await new Envelope({ keyring: aesKeyring(name) }).decrypt(message);
      assert.deepEqual(opened.plaintext, utf8("x"));
    }
  });

  test("a suite that the policy forbids is not written", async () => {
    const forbidding = envelopeWith({ commitmentPolicy: "forbid-encrypt-allow-decrypt", suite: 0x0478 });
    await rejectsWithCode(forbidding.encrypt("x"), "CommitmentPolicyViolation");
  });

  test("options that cannot work are refused", async () => {
    throwsWithCode(() => new Envelope({}), "InvalidArgument");
    throwsWithCode(() => envelopeWith({ engine: "fast" }), "InvalidArgument");
    throwsWithCode(() => rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(31) }), "InvalidArgument");
    throwsWithCode(() => rawAesKeyring({ namespace: 1, name: "k", wrappingKey: new Uint8Array(32) }), "InvalidArgument");
    throwsWithCode(() => rawAesKeyring({ namespace: "n", wrappingKey: new Uint8Array(32) }), "InvalidArgument");
    throwsWithCode(() => multiKeyring({}), "InvalidArgument");
    await rejectsWithCode(envelopeWith().encrypt("x", { requiredContextKeys: "a" }), "InvalidArgument");
    for (const options of [{ frameLength: 1.5 }, { frameLength: 2 ** 32 }, { maxEncryptedDataKeys: 0 }, { commitmentPolicy: "x" }]) {
      await rejectsWithCode(envelopeWith(options).encrypt("x"), "InvalidArgument", JSON.stringify(options));
    }
    await rejectsWithCode(new Envelope({ keyring: {} }).encrypt("x"), "InvalidArgument");
    await rejectsWithCode(envelopeWith({ frameLength: 0 }).encrypt("x"), "InvalidArgument");
    await rejectsWithCode(envelopeWith({ suite: 0x9999 }).encrypt("x"), "UnsupportedSuite");
  });

  test("a wrapping key that is a Buffer is copied: the caller's is not wiped", async () => {
    const wrappingKey = Buffer.from(patternedBytes(32, 7));
    const keyring = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey });
    const opened = await envelopeWith().decrypt(await new Envelope({ keyring }).encrypt("x"));
    assert.deepEqual(opened.plaintext, utf8("x"));
    assert.deepEqual(new Uint8Array(wrappingKey), patternedBytes(32, 7));
  });

  test("a wrapping key may be wiped after the keyring is made", async () => {
    const wrappingKey = patternedBytes(32, 7);
    const keyring = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey });
    wrappingKey.fill(0);
    const opened = await envelopeWith().decrypt(await new Envelope({ keyring }).encrypt("x"));
    assert.deepEqual(opened.plaintext, utf8("x"));
  });
});

describe("inspect", () => {
  test("tells a header without a key, from a message or its beginning", async () => {
    const envelope = envelopeWith({ frameLength: 512 });
    const message = await envelope.encrypt("x", { encryptionContext: { a: "b" } });
    const header = await inspect(message);
    assert.equal(header.version, 2);
    assert.equal(header.suite, 0x0478);
    assert.equal(header.committing, true);
    assert.equal(header.signed, false);
    assert.equal(header.framed, true);
    assert.equal(header.frameLength, 512);
    assert.deepEqual({ ...header.encryptionContext }, { a: "b" });
    assert.equal(header.encryptedDataKeys[0].providerId, "tests");
    assert.match(header.messageId, /^[0-9a-f]{64}$/);
    assert.deepEqual(await inspect(message.slice(0, header.headerLength)), header);
    await rejectsWithCode(inspect(message.slice(0, header.headerLength - 1)), "TruncatedMessage");
  });

  test("reads a header longer than its first try", async () => {
    const encryptionContext = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`name ${i}`, "v".repeat(500)]),
    );
    const envelope = envelopeWith();
    const message = await envelope.encrypt("x", { encryptionContext });
    assert.equal(Object.keys((await inspect(message)).encryptionContext).length, 50);
    assert.deepEqual((await envelope.decrypt(message)).plaintext, utf8("x"));
  });
});
