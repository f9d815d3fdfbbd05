// SPDX-License-Identifier: Apache-2.0

/** Many messages at a time: order, bounds, failures by index, aborts, progress; nothing left running. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { Envelope, KmsClient, inspect } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { aesEnvelope } from "./lib/envelope.mjs";

const envelope = aesEnvelope();
const numbered = (count) => Array.from({ length: count }, (_, index) => `item ${index}`);
const texts = (opened) => opened.map(({ plaintext }) => new TextDecoder().decode(plaintext));

describe("results", () => {
  for (const concurrency of [1, 3, 16, 1000]) {
    test(`come in order, ${concurrency} at once`, async () => {
      const plaintexts = numbered(50);
      const sealed = await envelope.encryptMany(plaintexts, { concurrency });
      assert.equal(sealed.length, 50);
      assert.deepEqual(texts(await envelope.decryptMany(sealed, { concurrency })), plaintexts);
    });
  }

  test("of nothing are nothing", async () => {
    let progress = 0;
    assert.deepEqual(await envelope.encryptMany([], { onProgress: () => (progress += 1) }), []);
    assert.deepEqual(await envelope.decryptMany(new Set()), []);
    assert.equal(progress, 0);
  });

  test("texts and bytes, from any list; each message has its own key", async () => {
    function* list() {
      yield "same";
      yield utf8("same");
    }
    const sealed = await envelope.encryptMany(list());
    assert.notDeepEqual(sealed[0], sealed[1]);
    assert.deepEqual(texts(await envelope.decryptMany(new Set(sealed))), ["same", "same"]);
  });

  test("one context for all, or one for each", async () => {
    const options = { encryptionContext: { table: "t" }, suite: 0x0578 };
    const [one] = await envelope.encryptMany(["a"], options);
    assert.equal((await inspect(one)).encryptionContext.table, "t");
    assert.equal((await inspect(one)).suite, 0x0578);
    const encryptionContext = (index) => ({ row: String(index) });
    const sealed = await envelope.encryptMany(numbered(4), { encryptionContext });
    assert.equal((await inspect(sealed[3])).encryptionContext.row, "3");
    await envelope.decryptMany(sealed, { encryptionContext });
    const error = await rejectsWithCode(
      envelope.decryptMany([sealed[0], sealed[2], sealed[1]], { encryptionContext, concurrency: 1 }),
      "ContextMismatch",
    );
    assert.equal(error.index, 1);
  });
});

describe("failures", () => {
  const damaged = async () => {
    const sealed = await envelope.encryptMany(numbered(20));
    sealed[4] = sealed[4].slice(0, -1);
    sealed[17] = "no bytes";
    return sealed;
  };

  test("stop all, told with code and index", async () => {
    const progress = [];
    const error = await rejectsWithCode(
      envelope.decryptMany(await damaged(), { concurrency: 1, onProgress: ({ done }) => progress.push(done) }),
      "TruncatedMessage",
    );
    assert.equal(error.index, 4);
    assert.match(error.message, /^item 4: the message ends/);
    assert.equal(error.cause.code, "TruncatedMessage");
    assert.deepEqual(progress, [1, 2, 3, 4]);
  });

  test("or are collected, each with its index, beside what came of the others", async () => {
    const outcomes = await envelope.decryptMany(await damaged(), { onFailure: "collect" });
    assert.equal(outcomes.length, 20);
    for (const [index, { status, value, reason }] of outcomes.entries()) {
      if (index === 4 || index === 17) {
        assert.equal(status, "rejected");
        assert.equal(reason.index, index);
        assert.equal(reason.code, index === 4 ? "TruncatedMessage" : "InvalidArgument");
      } else {
        assert.equal(status, "fulfilled");
        assert.equal(new TextDecoder().decode(value.plaintext), `item ${index}`);
      }
    }
  });

  test("a plaintext with a lone surrogate is one", async () => {
    const error = await rejectsWithCode(envelope.encryptMany(["a", "b\uD83D"]), "InvalidArgument");
    assert.equal(error.index, 1);
    assert.match(error.message, /^item 1: plaintext has half of a surrogate pair/);
  });

  test("of the caller's own functions come back as they are", async () => {
    const mine = new TypeError("mine");
    const throwing = () => {
      throw mine;
    };
    const same = (error) => error === mine;
    await assert.rejects(envelope.encryptMany(["a"], { encryptionContext: throwing }), same);
    await assert.rejects(envelope.encryptMany(["a"], { onProgress: throwing }), same);
    await assert.rejects(envelope.encryptMany(["a"], { onProgress: throwing, onFailure: "collect" }), same);
  });

  test("of arguments are told before anything is sealed", async () => {
    for (const list of [undefined, null, 42, "text", new Uint8Array(3), {}, { length: 1 }]) {
      await rejectsWithCode(envelope.encryptMany(list), "InvalidArgument");
      await rejectsWithCode(envelope.decryptMany(list), "InvalidArgument");
    }
    for (const concurrency of [0, -1, 1.5, 1001, Number.NaN, "4"]) {
      await rejectsWithCode(envelope.encryptMany(["a"], { concurrency }), "InvalidArgument", `${concurrency}`);
    }
    await rejectsWithCode(envelope.encryptMany(["a"], { onFailure: "ignore" }), "InvalidArgument");
  });
});

test("progress counts to the total, once an item", async () => {
  const seen = [];
  await envelope.encryptMany(numbered(9), { concurrency: 4, onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(seen, Array.from({ length: 9 }, (_, index) => ({ done: index + 1, total: 9 })));
});

describe("an abort", () => {
  const reason = new Error("enough");
  const enough = (error) => error === reason;

  test("before it begins", async () => {
    const signal = AbortSignal.abort(reason);
    await assert.rejects(envelope.encryptMany(["a"], { signal }), enough);
    await assert.rejects(envelope.decryptMany([], { signal, onFailure: "collect" }), enough);
  });

  test("half-way, also of items that never wait: the event loop turns", async () => {
    const controller = new AbortController();
    let done = 0;
    const plaintexts = Array.from({ length: 200_000 }, () => "x");
    setTimeout(() => controller.abort(reason), 60);
    const options = { signal: controller.signal, onProgress: () => (done += 1) };
    await assert.rejects(envelope.encryptMany(plaintexts, options), enough);
    const then = done;
    assert.ok(then > 0 && then < 200_000, `${then}`);
    await later(30);
    assert.equal(done, then, "nothing goes on");
  });

  test("is heard by collected items too, and leaves no listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args) => ((listeners += 1), addEventListener.apply(signal, args));
    signal.removeEventListener = (...args) => ((listeners -= 1), removeEventListener.apply(signal, args));
    await envelope.encryptMany(numbered(30), { signal });
    assert.equal(listeners, 0);
    const onProgress = ({ done }) => done === 5 && controller.abort(reason);
    await assert.rejects(envelope.encryptMany(numbered(30), { signal, onProgress, onFailure: "collect" }), enough);
    assert.equal(listeners, 0);
  });
});

/** A key service that answers once twelve are asking: fewer at once would wait for ever, and more would be counted. */
describe("calls of a key service", () => {
  const AT_ONCE = 12;
  const keyId = "key-hzz000000000000000000";
  const answer = JSON.stringify({
    KeyId: keyId,
    KeyVersionId: keyId,
    CiphertextBlob: Buffer.from(patternedBytes(108)).toString("base64"),
    Plaintext: Buffer.from(patternedBytes(32)).toString("base64"),
    RequestId: "r",
  });
  const load = { waiting: [], most: 0, all: 0 };
  let server;
  let kms;
  before(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", async () => {
        load.all += 1;
        load.waiting.push(response);
        load.most = Math.max(load.most, load.waiting.length);
        // Time for one too many to come.
        if (load.waiting.length === AT_ONCE) await later(50);
        if (load.waiting.length < AT_ONCE) return;
        for (const one of load.waiting.splice(0)) {
          one.writeHead(200, { "content-type": "application/json" });
          one.end(answer);
        }
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const credentials = { accessKeyId: "id", accessKeySecret: "secret" };
    const endpoint = `http://127.0.0.1:${server.address().port}`;
    kms = new KmsClient({ endpoint, region: "cn-hangzhou", credentials, timeoutMs: 60_000 });
  });
  after(() => server?.close());

  test("are never more at once than concurrency, and one for each message", async () => {
    const keyring = kms.keyring(`acs:kms:cn-hangzhou:1:key/${keyId}`);
    const warnings = [];
    const onWarning = (warning) => warnings.push(warning);
    process.on("warning", onWarning);
    const signal = new AbortController().signal;
    const sealed = await new Envelope({ keyring }).encryptMany(numbered(60), { concurrency: AT_ONCE, signal });
    await later(0);
    process.off("warning", onWarning);
    assert.equal(sealed.length, 60);
    assert.equal(load.most, AT_ONCE);
    assert.equal(load.all, 60);
    assert.deepEqual(warnings, []);
  });
});
