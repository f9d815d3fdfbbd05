// SPDX-License-Identifier: Apache-2.0

/** Other keys for a message that exists: whole, as a stream, and read by another implementation. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, inspect, multiKeyring, rawAesKeyring } from "edgekms";
import { SUITES, awsOpen, awsRawAes, awsSeal, awsSealNonFramed, suiteLabel } from "../lib/aws-esdk.mjs";
import { concatBytes, patternedBytes, throughStream } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { cut } from "../lib/message.mjs";

const OLD = { namespace: "rewrap", name: "old", wrappingKey: patternedBytes(32, 1) };
const NEW = { namespace: "rewrap", name: "new", wrappingKey: patternedBytes(32, 2) };
const OTHER = { namespace: "rewrap", name: "a longer name", wrappingKey: patternedBytes(32, 3) };
const PLAINTEXT = patternedBytes(1000);
const READ_ALL = { commitmentPolicy: "require-encrypt-allow-decrypt", frameLength: 64 };

/** @param {object} key */
const envelopeOf = (key, options = {}) => new Envelope({ keyring: rawAesKeyring(key), ...READ_ALL, ...options });
const [old, fresh, other] = [OLD, NEW, OTHER].map((key) => envelopeOf(key));
const to = rawAesKeyring(NEW);

/** The body and what follows it. */
const bodyOf = (message) => {
  const { frames, footer } = cut(message);
  return concatBytes([...frames, footer]);
};

describe("a message with a new header", () => {
  test("opens with the new key, not with the old one; its body is the same bytes", async () => {
    const message = await old.encrypt(PLAINTEXT, { encryptionContext: { a: "1" } });
    const rewrapped = await old.rewrap(message, { to });
    const { plaintext, encryptionContext } = await fresh.decrypt(rewrapped, { encryptionContext: { a: "1" } });
    assert.deepEqual(plaintext, PLAINTEXT);
    assert.deepEqual({ ...encryptionContext }, { a: "1" });
    await rejectsWithCode(old.decrypt(rewrapped), "NoDataKey");
    assert.deepEqual(bodyOf(rewrapped), bodyOf(message));
    assert.equal((await inspect(rewrapped)).messageId, (await inspect(message)).messageId);
    // The caller's own bytes stay his.
    assert.deepEqual((await old.decrypt(message)).plaintext, PLAINTEXT);
  });

  test("opens in @aws-crypto/client-node, whoever sealed it, in every suite that does not sign", async () => {
    for (const { id, signing, committing } of SUITES.filter((suite) => !suite.signing)) {
      const options = { suiteId: id, frameLength: 64, encryptionContext: { b: "2", A: "1" } };
      const messages = [
        await awsSeal(awsRawAes(OLD), PLAINTEXT, options),
        await awsSealNonFramed(awsRawAes(OLD), PLAINTEXT, { suiteId: id }),
      ];
      if (committing) messages.push(await old.encrypt(PLAINTEXT));
      for (const message of messages) {
        const once = await old.rewrap(message, { to });
        const twice = await fresh.rewrap(once, { to: rawAesKeyring(OTHER) });
        for (const [rewrapped, key] of [[once, NEW], [twice, OTHER]]) {
          const { plaintext } = await awsOpen(awsRawAes(key), rewrapped, id);
          assert.deepEqual(plaintext, PLAINTEXT, `${suiteLabel(id)} ${signing}`);
        }
        assert.deepEqual((await other.decrypt(twice)).plaintext, PLAINTEXT);
      }
    }
  });

  test("takes several keys, one more, and one fewer", async () => {
    const message = await old.encrypt(PLAINTEXT);
    const both = await old.rewrap(message, { add: to });
    assert.equal((await inspect(both)).encryptedDataKeys.length, 2);
    for (const envelope of [old, fresh]) assert.deepEqual((await envelope.decrypt(both)).plaintext, PLAINTEXT);
    for (const remove of ["old", ["old"], ({ providerInfo }) => providerInfo.startsWith("old")]) {
      const one = await fresh.rewrap(both, { remove });
      assert.equal((await inspect(one)).encryptedDataKeys.length, 1);
      assert.deepEqual((await fresh.decrypt(one)).plaintext, PLAINTEXT);
      await rejectsWithCode(old.decrypt(one), "NoDataKey");
    }
    const swapped = await old.rewrap(both, { add: rawAesKeyring(OTHER), remove: ["old", "new"] });
    assert.equal((await inspect(swapped)).encryptedDataKeys.length, 1);
    assert.deepEqual((await other.decrypt(swapped)).plaintext, PLAINTEXT);
    const multi = multiKeyring({ children: [to, rawAesKeyring(OTHER)] });
    const two = await old.rewrap(message, { to: multi });
    for (const envelope of [fresh, other]) assert.deepEqual((await envelope.decrypt(two)).plaintext, PLAINTEXT);
  });

  test("keeps a required context required", async () => {
    const encryptionContext = { stored: "1", row: "42" };
    const message = await old.encrypt(PLAINTEXT, { encryptionContext, requiredContextKeys: ["row"] });
    await rejectsWithCode(old.rewrap(message, { to }), ["NoDataKey", "HeaderNotAuthentic"]);
    const rewrapped = await old.rewrap(message, { to, encryptionContext: { row: "42" } });
    assert.deepEqual({ ...(await inspect(rewrapped)).encryptionContext }, { stored: "1" });
    assert.deepEqual((await fresh.decrypt(rewrapped, { encryptionContext })).plaintext, PLAINTEXT);
    await rejectsWithCode(fresh.decrypt(rewrapped), ["NoDataKey", "HeaderNotAuthentic"]);
  });

  test("of version 1 has a new IV each time", async () => {
    const message = await awsSeal(awsRawAes(OLD), PLAINTEXT, { suiteId: 0x0178 });
    const iv = async (bytes) => {
      const { headerLength } = await inspect(bytes);
      return Buffer.from(bytes.subarray(headerLength - 28, headerLength - 16)).toString("hex");
    };
    const again = [await old.rewrap(message, { to }), await old.rewrap(message, { to })];
    const ivs = new Set(await Promise.all([message, ...again].map(iv)));
    assert.equal(ivs.size, 3);
  });
});

describe("a re-wrap that is refused", () => {
  test("of a signed message, with the reason", async () => {
    for (const { id } of SUITES.filter((suite) => suite.signing)) {
      const message = await awsSeal(awsRawAes(OLD), PLAINTEXT, { suiteId: id });
      const error = await rejectsWithCode(old.rewrap(message, { to }), "SignedMessage");
      assert.match(error.message, /signature covers its header/);
      const stream = throughStream(message, old.rewrapStream({ to }), [100]);
      await rejectsWithCode(stream, "SignedMessage");
    }
  });

  test("by a key that does not open it, of a changed header, of a policy that forbids it", async () => {
    const message = await old.encrypt(PLAINTEXT);
    await rejectsWithCode(fresh.rewrap(message, { to }), "NoDataKey");
    const { headerLength } = await inspect(message);
    for (let at = 0; at < headerLength; at += 1) {
      const changed = message.slice();
      changed[at] ^= 1;
      await assert.rejects(old.rewrap(changed, { to }), ({ code }) => typeof code === "string", `byte ${at}`);
    }
    const uncommitted = await awsSeal(awsRawAes(OLD), PLAINTEXT, { suiteId: 0x0178 });
    const strict = envelopeOf(OLD, { commitmentPolicy: "require-encrypt-require-decrypt" });
    await rejectsWithCode(strict.rewrap(uncommitted, { to }), "CommitmentPolicyViolation");
  });

  test("of a message that was cut anywhere, or that bytes follow", async () => {
    const message = await old.encrypt(PLAINTEXT.slice(0, 200));
    for (let length = 0; length < message.length; length += 1) {
      await rejectsWithCode(old.rewrap(message.slice(0, length), { to }), "TruncatedMessage", `${length}`);
    }
    const more = concatBytes([message, new Uint8Array(3)]);
    await rejectsWithCode(old.rewrap(more, { to }), ["TrailingBytes", "TruncatedMessage"]);
  });

  test("without a change, with two at once, or that leaves no key", async () => {
    const message = await old.encrypt(PLAINTEXT);
    const bad = [
      undefined,
      {},
      { to: undefined },
      { to, add: to },
      { to, remove: "old" },
      { to: {} },
      { add: "key" },
      { remove: "old" },
      { remove: 5 },
      { remove: "no such key" },
    ];
    for (const options of bad) {
      await rejectsWithCode(old.rewrap(message, options), "InvalidArgument", JSON.stringify(options));
    }
    const capped = envelopeOf(OLD, { maxEncryptedDataKeys: 1 });
    await rejectsWithCode(capped.rewrap(message, { add: to }), "TooManyEncryptedDataKeys");
  });

  test("after an abort", async () => {
    const message = await old.encrypt(PLAINTEXT);
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(old.rewrap(message, { to, signal }), /enough/);
  });
});

describe("a stream", () => {
  test("gets the new header, however it comes, and its body as it is", async () => {
    const message = await old.encrypt(PLAINTEXT, { encryptionContext: { long: "x".repeat(5000) } });
    for (const sizes of [[1], [7], [5300, 1], [100_000]]) {
      const rewrapped = await throughStream(message, old.rewrapStream({ to }), sizes);
      assert.deepEqual((await fresh.decrypt(rewrapped)).plaintext, PLAINTEXT, `${sizes}`);
      assert.deepEqual(bodyOf(rewrapped), bodyOf(message));
    }
  });

  test("that ends within its header is cut; one that ends later is found out by who opens it", async () => {
    const message = await old.encrypt(PLAINTEXT);
    const { headerLength } = await inspect(message);
    for (const length of [0, 1, headerLength - 1]) {
      const part = throughStream(message.slice(0, length), old.rewrapStream({ to }), [50]);
      await rejectsWithCode(part, "TruncatedMessage");
    }
    const half = await throughStream(message.slice(0, headerLength + 100), old.rewrapStream({ to }), [50]);
    await rejectsWithCode(fresh.decrypt(half), "TruncatedMessage");
  });

  test("whose source fails, whose reader stops, or that is aborted, ends on both sides", async () => {
    const message = await old.encrypt(PLAINTEXT);
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(message.slice(0, 500));
        controller.error(new Error("the source failed"));
      },
    });
    await assert.rejects(async () => {
      for await (const _ of broken.pipeThrough(old.rewrapStream({ to })));
    }, /the source failed/);

    let cancelled;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(cancelled === undefined ? message.slice() : message),
      cancel: (reason) => void (cancelled = reason ?? "cancelled"),
    });
    const reader = endless.pipeThrough(old.rewrapStream({ to })).getReader();
    await reader.read();
    await reader.cancel("stop");
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(cancelled !== undefined, "the source was told");

    const abort = new AbortController();
    const { readable, writable } = old.rewrapStream({ to, signal: abort.signal });
    const writer = writable.getWriter();
    const written = writer.write(message.slice(0, 10)).catch(() => {});
    abort.abort(new Error("enough"));
    await assert.rejects(readable.getReader().read(), /enough/);
    await written;
    await assert.rejects(writer.closed, /enough/);
  });
});
