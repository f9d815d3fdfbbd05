// SPDX-License-Identifier: Apache-2.0

/** Look-ups: equal texts are found by equal ciphertexts, fields are apart, and a look-up key is nothing else. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, inspect } from "edgekms";
import { patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { aesEnvelope, aesKeyring } from "./lib/envelope.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const envelope = aesEnvelope();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const hex = (text) => Buffer.from(text, "base64url").toString("hex");

describe("a look-up", () => {
  test("gives one text one ciphertext, in every process that has the key", async () => {
    const sealed = await envelope.createLookupKey();
    const [one, two] = [
      await envelope.lookup(sealed, { field: "email" }),
      await aesEnvelope().lookup(base64url(sealed), { field: "email" }),
    ];
    for (const text of ["", "a", "ada@example.org", "naïve ß 🔑", "\uFEFF", "x".repeat(100_000)]) {
      const ciphertext = one.encrypt(text);
      assert.equal(two.encrypt(text), ciphertext);
      assert.equal(two.decrypt(ciphertext), text);
      assert.equal(Buffer.from(ciphertext, "base64url").length, Buffer.byteLength(text) + 16);
    }
    assert.notEqual(one.encrypt("Ada"), one.encrypt("ada"));
    assert.notEqual(one.encrypt("é"), one.encrypt("e\u0301"), "bytes are compared, not what they look like");
  });

  test("is AES-SIV as crates/lookup defines it: known answers of Python's cryptography", async () => {
    const key = Uint8Array.from({ length: 64 }, (_, index) => index);
    const sealed = await envelope.encrypt(key, { encryptionContext: { "edgekms-purpose": "lookup-key" } });
    for (const [namespace, field, text, ciphertext] of [
      ["", "email", "", "e3b71ba1bd25f371095638c605320a34"],
      ["", "email", "ada@example.org", "4889645395232d2180507b3bac62651d742697712ff76e73de211586e5fd9c"],
      ["customers", "email", "ada@example.org", "6db9f7f1cc0f6f50898ec94ef2d657cbd2de75a1e5ccef76803edb762da198"],
      ["customers", "tax id", "1", "dd6c28dfab59cddcf057a9c3cd06c50869"],
    ]) {
      const lookup = await envelope.lookup(sealed, { namespace, field });
      assert.equal(hex(lookup.encrypt(text)), ciphertext);
      assert.equal(lookup.decrypt(base64url(Buffer.from(ciphertext, "hex"))), text);
    }
  });

  test("keeps fields, namespaces and keys apart", async () => {
    const [sealed, other] = [await envelope.createLookupKey(), await envelope.createLookupKey()];
    const lookups = [
      await envelope.lookup(sealed, { field: "email" }),
      await envelope.lookup(sealed, { field: "phone" }),
      await envelope.lookup(sealed, { field: "email", namespace: "customers" }),
      await envelope.lookup(other, { field: "email" }),
    ];
    const ciphertexts = lookups.map((lookup) => lookup.encrypt("same"));
    assert.equal(new Set(ciphertexts).size, 4);
    for (const [at, lookup] of lookups.entries()) {
      for (const [of, ciphertext] of ciphertexts.entries()) {
        if (at === of) assert.equal(lookup.decrypt(ciphertext), "same");
        else throwsWithCode(() => lookup.decrypt(ciphertext), "ValueNotAuthentic");
      }
    }
  });

  test("finds every changed character, and takes no other form of a ciphertext", async () => {
    const lookup = await envelope.lookup(await envelope.createLookupKey(), { field: "email" });
    const ciphertext = lookup.encrypt("ada@example.org");
    for (let at = 0; at < ciphertext.length; at += 1) {
      const changed = ciphertext.slice(0, at) + (ciphertext[at] === "A" ? "E" : "A") + ciphertext.slice(at + 1);
      assert.throws(() => lookup.decrypt(changed), { name: "EdgekmsError" });
    }
    for (const text of [`${ciphertext}=`, ` ${ciphertext}`, undefined, null, 42, Buffer.from(ciphertext, "base64url")]) {
      throwsWithCode(() => lookup.decrypt(text), "InvalidArgument");
    }
    throwsWithCode(() => lookup.decrypt(""), "ValueNotAuthentic");
    throwsWithCode(() => lookup.decrypt(ciphertext.slice(0, 20)), "ValueNotAuthentic");
  });

  test("refuses what is no text, and a lone surrogate", async () => {
    const lookup = await envelope.lookup(await envelope.createLookupKey(), { field: "email" });
    for (const text of [undefined, null, 42, {}, new Uint8Array(1), "\uD83D", "a\uDD11"]) {
      throwsWithCode(() => lookup.encrypt(text), "InvalidArgument");
    }
    assert.equal(lookup.decrypt(lookup.encrypt("still works")), "still works");
  });

  test("is closed once for all", async () => {
    const lookup = await envelope.lookup(await envelope.createLookupKey(), { field: "email" });
    const ciphertext = lookup.encrypt("a");
    lookup.close();
    lookup.close();
    throwsWithCode(() => lookup.encrypt("a"), "InvalidArgument");
    throwsWithCode(() => lookup.decrypt(ciphertext), "InvalidArgument");
  });

  test("prints no key", async () => {
    const lookup = await envelope.lookup(await envelope.createLookupKey(), { field: "email" });
    assert.equal(JSON.stringify(lookup), "{}");
  });
});

describe("a sealed look-up key", () => {
  test("is a message bound to its context, and new each time", async () => {
    const encryptionContext = { table: "customers" };
    const [one, two] = [await envelope.createLookupKey({ encryptionContext }), await envelope.createLookupKey()];
    assert.deepEqual({ ...(await inspect(one)).encryptionContext }, { table: "customers", "edgekms-purpose": "lookup-key" });
    const [of, other] = await Promise.all([one, two].map(async (message) => (await envelope.decrypt(message)).plaintext));
    assert.equal(of.length, 64);
    assert.notDeepEqual(of, other);
    await envelope.lookup(one, { field: "email", encryptionContext });
    await rejectsWithCode(
      envelope.lookup(one, { field: "email", encryptionContext: { table: "orders" } }),
      "ContextMismatch",
    );
  });

  test("opens under its keyring alone", async () => {
    const sealed = await envelope.createLookupKey();
    await rejectsWithCode(new Envelope({ keyring: aesKeyring(8) }).lookup(sealed, { field: "email" }), "NoDataKey");
  });

  test("is told from other messages, of 64 bytes too", async () => {
    const purpose = { "edgekms-purpose": "lookup-key" };
    for (const message of [
      await envelope.encrypt(patternedBytes(64)),
      await envelope.encrypt(patternedBytes(64), { encryptionContext: { "edgekms-purpose": "other" } }),
      await envelope.encrypt(patternedBytes(63), { encryptionContext: purpose }),
      await envelope.encrypt("", { encryptionContext: purpose }),
    ]) {
      const error = await rejectsWithCode(envelope.lookup(message, { field: "email" }), "InvalidArgument");
      assert.match(error.message, /createLookupKey/);
    }
    await rejectsWithCode(envelope.createLookupKey({ encryptionContext: purpose }), "InvalidArgument");
    const cut = (await envelope.createLookupKey()).slice(0, -1);
    await rejectsWithCode(envelope.lookup(cut, { field: "email" }), "TruncatedMessage");
    for (const value of [undefined, null, 42, {}, "", "no base64url"]) {
      await rejectsWithCode(envelope.lookup(value, { field: "email" }), "InvalidArgument");
    }
  });

  test("needs a field", async () => {
    const sealed = await envelope.createLookupKey();
    const long = "x".repeat(1025);
    for (const options of [
      undefined,
      {},
      { field: "" },
      { field: 1 },
      { field: "\uD83D" },
      { field: long },
      { field: "a", namespace: 1 },
      { field: "a", namespace: long },
      { field: "a", namespace: "\uD83D" },
    ]) {
      await rejectsWithCode(envelope.lookup(sealed, options), "InvalidArgument", JSON.stringify(options));
    }
  });

  test("a signal ends it", async () => {
    const signal = AbortSignal.abort(new Error("no"));
    await assert.rejects(envelope.createLookupKey({ signal }), /^Error: no$/);
    await assert.rejects(envelope.lookup(await envelope.createLookupKey(), { field: "a", signal }), /^Error: no$/);
  });
});
