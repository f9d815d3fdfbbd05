// SPDX-License-Identifier: Apache-2.0

/** Texts sealed into texts: what comes back, the one form that is read, and what is no text. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "edgekms";
import { fromBase64url, toBase64url } from "../../pkg/dist/envelope/text.js";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { aesEnvelope } from "./lib/envelope.mjs";

const envelope = aesEnvelope();

describe("base64url", () => {
  test("is Node's, for every length and every byte", () => {
    for (let length = 0; length < 260; length += 1) {
      const bytes = patternedBytes(length, length + 1);
      const text = Buffer.from(bytes).toString("base64url");
      assert.equal(toBase64url(bytes), text);
      assert.deepEqual(fromBase64url(text), bytes);
    }
    const long = patternedBytes(1_000_003);
    assert.equal(toBase64url(long), Buffer.from(long).toString("base64url"));
    assert.deepEqual(fromBase64url(toBase64url(long)), long);
  });

  test("has one text for one message: nothing else is read", () => {
    // RFC 4648, section 10, with the last bits of "Zg" and "Zm8" set, and in other forms.
    for (const text of ["Zh", "Zm9", "Zg==", "Zm8=", "Z", "Zm9vY", "Zm8 ", " Zm8", "Zm\n8", "Zm9v+w", "Zm9v/w", "Zmß"]) {
      assert.equal(fromBase64url(text), undefined, JSON.stringify(text));
    }
    assert.deepEqual(fromBase64url("Zg"), utf8("f"));
    assert.deepEqual(fromBase64url("Zm8"), utf8("fo"));
    assert.deepEqual(fromBase64url("-_-_"), new Uint8Array([0xfb, 0xff, 0xbf]));
  });
});

describe("encryptText, decryptText", () => {
  for (const text of ["", "a", "naïve ß 🔑", "\u0000\r\n", "\uFEFFwith a byte order mark", "x".repeat(200_000)]) {
    test(`${JSON.stringify(text.slice(0, 12))} (${text.length}) comes back as it was`, async () => {
      const encryptionContext = { row: "42" };
      const sealed = await envelope.encryptText(text, { encryptionContext });
      assert.match(sealed, /^[\w-]+$/);
      assert.equal(await envelope.decryptText(sealed, { encryptionContext }), text);
    });
  }

  test("the text is that of an ordinary message", async () => {
    const sealed = await envelope.encryptText("text", { encryptionContext: { row: "42" } });
    const message = new Uint8Array(Buffer.from(sealed, "base64url"));
    assert.deepEqual({ ...(await inspect(message)).encryptionContext }, { row: "42" });
    assert.deepEqual((await envelope.decrypt(message)).plaintext, utf8("text"));
    const own = Buffer.from(await envelope.encrypt("own")).toString("base64url");
    assert.equal(await envelope.decryptText(own), "own");
  });

  test("a lone surrogate is refused by the argument's name, never replaced", async () => {
    for (const text of ["\uD83D", "\uDD11", "a\uD83Db", "\uDD11\uD83D", "🔑\uD83D"]) {
      const error = await rejectsWithCode(envelope.encryptText(text), "InvalidArgument");
      assert.match(error.message, /^text has half of a surrogate pair/);
      assert.match((await rejectsWithCode(envelope.encrypt(text), "InvalidArgument")).message, /^plaintext has half/);
    }
  });

  test("what is no text, or no sealed text, is refused", async () => {
    for (const value of [undefined, null, 42, utf8("text"), {}, ["text"]]) {
      await rejectsWithCode(envelope.encryptText(value), "InvalidArgument");
      await rejectsWithCode(envelope.decryptText(value), "InvalidArgument");
    }
    const sealed = await envelope.encryptText("text");
    for (const text of ["", `${sealed}=`, `${sealed}\n`, sealed.replace(/^./, "+"), `${sealed}A`, `"${sealed}"`]) {
      const error = await rejectsWithCode(envelope.decryptText(text), ["InvalidArgument", "TrailingBytes"]);
      assert.ok(!error.message.includes(sealed));
    }
    await rejectsWithCode(envelope.decryptText(sealed.slice(0, -4)), "TruncatedMessage");
    await rejectsWithCode(envelope.decryptText("aGVsbG8"), ["MalformedHeader", "UnsupportedSuite", "TruncatedMessage"]);
  });

  test("every character changed is found", async () => {
    const sealed = await envelope.encryptText("t");
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === "A" ? "B" : "A";
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      assert.equal(await envelope.decryptText(changed).then(() => "opened", () => "refused"), "refused", `${at}`);
    }
  });

  test("bytes that are no text: UnexpectedContent, without a word of them", async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x61, 0xe2, 0x82]]) {
      const message = await envelope.encrypt(new Uint8Array(bytes));
      await rejectsWithCode(envelope.decryptText(Buffer.from(message).toString("base64url")), "UnexpectedContent");
    }
  });

  test("options reach the message: context, engine, signal", async () => {
    const sealed = await envelope.encryptText("text", { encryptionContext: { row: "42" }, suite: 0x0578 });
    assert.equal((await inspect(new Uint8Array(Buffer.from(sealed, "base64url")))).suite, 0x0578);
    await rejectsWithCode(envelope.decryptText(sealed, { encryptionContext: { row: "43" } }), "ContextMismatch");
    const signal = AbortSignal.abort(new Error("no"));
    await assert.rejects(envelope.encryptText("text", { signal }), /^Error: no$/);
    await assert.rejects(envelope.decryptText(sealed, { signal }), /^Error: no$/);
  });
});
