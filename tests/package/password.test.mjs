// SPDX-License-Identifier: Apache-2.0

/** The password keyring: what opens, what a password is, what it costs and what a stranger may ask for. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect as print } from "node:util";
import { Envelope, inspect, multiKeyring, passwordKeyring } from "edgekms";
import { passwordBytes } from "../../pkg/dist/keyring/password.js";
import { utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { aesKeyring } from "./lib/envelope.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

/** The cheapest that is written: what is shown here does not depend on the cost. */
const CHEAP = { memoryKiB: 7168, iterations: 5, parallelism: 1 };
const by = (password, options = {}) => passwordKeyring({ ...CHEAP, password, ...options });
const envelopeOf = (keyring, options = {}) => new Envelope({ keyring, ...options });
const seal = (keyring, options) => envelopeOf(keyring).encrypt("secret text", options);
const open = async (keyring, message, options) => {
  const { plaintext } = await envelopeOf(keyring).decrypt(message, options);
  return new TextDecoder().decode(plaintext);
};

/** The message with other parameters in its one data key's provider information, which begins with its version. */
function asking(message, { memoryKiB, iterations, parallelism = 1 }) {
  const changed = message.slice();
  const at = Buffer.from(changed).indexOf("edgekms-password") + "edgekms-password".length + 2;
  const view = new DataView(changed.buffer, at);
  assert.equal(view.getUint8(0), 1);
  view.setUint32(1, memoryKiB);
  view.setUint32(5, iterations);
  view.setUint8(9, parallelism);
  return changed;
}

describe("a password", () => {
  test("opens what it sealed, and no other does", async () => {
    const message = await seal(by("correct horse"), { encryptionContext: { row: "42" } });
    assert.equal(await open(by("correct horse"), message, { encryptionContext: { row: "42" } }), "secret text");
    for (const other of ["Correct horse", "correct horse ", "correct  horse", "c"]) {
      const error = await rejectsWithCode(envelopeOf(by(other)).decrypt(message), "NoDataKey");
      assert.match(`${error.message} ${error.cause?.message ?? ""}`, /password is not one that the message was encrypted with; check it/);
    }
  });

  test("seals at the default cost, RFC 9106's second recommendation", async () => {
    const message = await seal(passwordKeyring({ password: "p" }));
    const at = Buffer.from(message).indexOf("edgekms-password") + "edgekms-password".length + 2;
    const view = new DataView(message.buffer, message.byteOffset + at);
    assert.deepEqual([view.getUint32(1), view.getUint32(5), view.getUint8(9)], [65_536, 3, 4]);
    assert.equal(await open(passwordKeyring({ password: "p" }), message), "secret text");
  });

  test("opens by stream, and signed messages", async () => {
    const envelope = envelopeOf(by("p"), { suite: 0x0578, frameLength: 100 });
    const message = await envelope.encrypt("x".repeat(1000));
    assert.equal((await inspect(message)).encryptedDataKeys[0].providerId, "edgekms-password");
    const source = new Blob([message]).stream();
    const text = await new Response(source.pipeThrough(envelopeOf(by("p")).decryptStream())).text();
    assert.equal(text, "x".repeat(1000));
  });

  test("is one of several ways in, each by its name", async () => {
    const keyring = multiKeyring({
      generator: aesKeyring(),
      children: [by("first"), by("second"), by("third", { name: "ada" })],
    });
    const message = await seal(keyring);
    assert.equal((await inspect(message)).encryptedDataKeys.length, 4);
    for (const one of [aesKeyring(), by("first"), by("second"), by("third", { name: "ada" })]) {
      assert.equal(await open(one, message), "secret text");
    }
    for (const stranger of [by("third"), by("first", { name: "ada" }), by("third", { name: "bob" })]) {
      await rejectsWithCode(envelopeOf(stranger).decrypt(message), "NoDataKey");
    }
    const either = multiKeyring({ children: [by("wrong"), by("second")] });
    assert.equal(await open(either, message), "secret text");
    // The generator's data key is made here, and wrapped by others.
    const made = await seal(multiKeyring({ generator: by("p"), children: [aesKeyring()] }));
    assert.equal(await open(aesKeyring(), made), "secret text");
  });

  test("says so where the message is not sealed by one", async () => {
    const error = await rejectsWithCode(envelopeOf(by("p")).decrypt(await seal(aesKeyring())), "NoDataKey");
    assert.match(`${error.message} ${error.cause?.message ?? ""}`, /no data key wrapped under a password of this name/);
  });

  test("is derived once for all messages of a keyring", async () => {
    const keyring = passwordKeyring({ password: "p" });
    const first = performance.now();
    const sealed = [await seal(keyring)];
    const then = performance.now();
    for (let count = 0; count < 20; count += 1) sealed.push(await seal(keyring));
    for (const message of sealed) await open(keyring, message);
    const last = performance.now();
    assert.ok(last - then < 5 * (then - first), `${then - first} ms for one, ${last - then} ms for 41 more`);
    const messages = await envelopeOf(by("q")).encryptMany(Array.from({ length: 50 }, () => "x"));
    const opened = await envelopeOf(by("q")).decryptMany(messages);
    assert.equal(opened.length, 50);
  });
});

describe("what a password is", () => {
  const form = (password) => Buffer.from(passwordBytes(password)).toString();

  test("RFC 8265's examples (section 4.3)", () => {
    assert.equal(form("correct horse battery staple"), "correct horse battery staple");
    assert.equal(form("Correct Horse Battery Staple"), "Correct Horse Battery Staple");
    assert.equal(form("πßå"), "πßå");
    assert.equal(form("Jack of ♦s"), "Jack of ♦s");
    assert.equal(form("foo\u1680bar"), "foo bar");
    throwsWithCode(() => passwordBytes(""), "InvalidArgument");
    throwsWithCode(() => passwordBytes("my cat is a \u0009by"), "InvalidArgument");
  });

  test("composed, whatever the keyboard; not more than that", () => {
    assert.equal(form("e\u0301"), "é");
    assert.equal(form("A\u030A"), "\u00C5");
    assert.equal(form("\u212B"), "\u00C5");
    assert.equal(form("a\u00A0b\u3000c\u202Fd"), "a b c d");
    assert.equal(form("ﬁ Ａ ²"), "ﬁ Ａ ²", "no compatibility mapping: these are other passwords");
    assert.equal(form(" a "), " a ");
    assert.equal(form("👩‍💻"), "👩‍💻");
  });

  test("typed otherwise it opens the same", async () => {
    const message = await seal(by("caf\u00E9\u00A0noir"));
    assert.equal(await open(by("cafe\u0301 noir"), message), "secret text");
    assert.equal(await open(by(utf8("caf\u00E9 noir")), message), "secret text");
    await rejectsWithCode(envelopeOf(by("cafe noir")).decrypt(message), "NoDataKey");
  });

  test("bytes are taken as they are, and copied", async () => {
    const bytes = new Uint8Array([0, 9, 10, 0xff]);
    const keyring = by(bytes);
    bytes.fill(7);
    const message = await seal(keyring);
    assert.equal(await open(by(new Uint8Array([0, 9, 10, 0xff])), message), "secret text");
    await rejectsWithCode(envelopeOf(by(bytes)).decrypt(message), "NoDataKey");
    const buffer = Buffer.from("\u0000\t\n");
    const one = await seal(by(buffer));
    assert.equal(buffer.toString(), "\u0000\t\n", "the caller's own are not wiped");
    assert.equal(await open(by(new Uint8Array([0, 9, 10]).buffer), one), "secret text");
  });

  test("what is none is refused at once", () => {
    for (const password of [undefined, null, 42, {}, [], ["p"], "", new Uint8Array(0), "a\n", "\u0000", "\u0085", "\uD83D", "a\uDD11"]) {
      throwsWithCode(() => by(password), "InvalidArgument", JSON.stringify(password));
    }
    throwsWithCode(() => passwordKeyring(), "InvalidArgument");
    for (const name of [1, null, "\uD83D"]) throwsWithCode(() => by("p", { name }), "InvalidArgument");
  });
});

describe("costs", () => {
  test("that are no numbers are refused at once", () => {
    for (const key of ["memoryKiB", "iterations", "parallelism", "maxMemoryKiB", "maxWorkKiB"]) {
      for (const value of [0, -1, 1.5, 2 ** 32, Number.NaN, "4", true]) {
        throwsWithCode(() => by("p", { [key]: value }), "InvalidArgument", `${key} ${value}`);
      }
    }
    throwsWithCode(() => by("p", { parallelism: 256 }), "InvalidArgument");
  });

  test("that are too low, or above this keyring's own limits, are not written", async () => {
    for (const cost of [
      { memoryKiB: 7167, iterations: 100 },
      { memoryKiB: 7168, iterations: 4 },
      { memoryKiB: 19_456, iterations: 1 },
      { memoryKiB: 262_145, iterations: 1 },
      { memoryKiB: 262_144, iterations: 5 },
      { maxMemoryKiB: 7000 },
      { maxWorkKiB: 35_839 },
    ]) {
      const error = await rejectsWithCode(seal(by("p", cost)), "InvalidArgument", JSON.stringify(cost));
      assert.match(error.message, /KiB/);
    }
    await rejectsWithCode(seal(by("p", { name: "x".repeat(1025) })), "InvalidArgument");
  });

  test("that a message asks for are bounded before they are paid", async () => {
    const message = await seal(by("p"));
    for (const [memoryKiB, iterations] of [[262_145, 1], [2 ** 32 - 1, 1], [2 ** 32 - 1, 2 ** 32 - 1], [262_144, 5], [8, 2 ** 32 - 1]]) {
      const before = performance.now();
      const error = await rejectsWithCode(envelopeOf(by("p")).decrypt(asking(message, { memoryKiB, iterations })), "NoDataKey");
      assert.ok(performance.now() - before < 1000);
      assert.match(`${error.message} ${error.cause?.message ?? ""}`, /maxMemoryKiB.*maxWorkKiB/);
    }
    for (const cost of [{ memoryKiB: 0, iterations: 0, parallelism: 0 }, { memoryKiB: 7, iterations: 1 }]) {
      await rejectsWithCode(envelopeOf(by("p")).decrypt(asking(message, cost)), "NoDataKey");
    }
  });

  test("above the defaults are opened by whoever raises the limits", async () => {
    const cost = { memoryKiB: 8192, iterations: 5 };
    const message = await seal(by("p", cost));
    await rejectsWithCode(envelopeOf(by("p", { maxMemoryKiB: 8191 })).decrypt(message), "NoDataKey");
    await rejectsWithCode(envelopeOf(by("p", { maxWorkKiB: 40_959 })).decrypt(message), "NoDataKey");
    assert.equal(await open(by("p", { maxMemoryKiB: 8192, maxWorkKiB: 40_960 }), message), "secret text");
  });
});

test("no changed byte of the wrapped data key opens", async () => {
  const keyring = by("p");
  const message = await seal(keyring);
  const { headerLength } = await inspect(message);
  const start = Buffer.from(message).indexOf("edgekms-password");
  for (let at = start; at < headerLength; at += 7) {
    const changed = message.slice();
    changed[at] ^= 0x80;
    await assert.rejects(envelopeOf(keyring).decrypt(changed), { name: "EdgekmsError" }, `byte ${at}`);
  }
});

test("neither the keyring nor an error prints the password", async () => {
  const keyring = by("hunter2-secret");
  const message = await seal(keyring);
  const error = await rejectsWithCode(envelopeOf(by("hunter3-secret")).decrypt(message), "NoDataKey");
  const printed = `${print(keyring, { depth: 9, showHidden: true })} ${JSON.stringify(keyring)} ${print(error, { depth: 9 })}`;
  assert.doesNotMatch(printed, /hunter/);
});
