// SPDX-License-Identifier: Apache-2.0

/** The data-key cache of an envelope, against a key service that counts its calls. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { KMS, KmsKeyringNode, getClient } from "@aws-crypto/client-node";
import { Envelope, KmsClient, inspect, multiKeyring, rawAesKeyring } from "edgekms";
import { nodeEcdsa } from "../../pkg/dist/engine/node-ecdsa.js";
import { runtime } from "../../pkg/dist/runtime.js";
import { awsSeal } from "../lib/aws-esdk.mjs";
import { patternedBytes, throughStream, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { Refusal, startKmsServer } from "../lib/kms-server.mjs";

const LONG = { maxAgeSeconds: 3600 };
const rawAes = (name, seed = 1) => rawAesKeyring({ namespace: "tests", name, wrappingKey: patternedBytes(32, seed) });

/** A server with a CMK, and envelopes under it. */
async function scene(options = {}) {
  const server = await startKmsServer(options);
  const key = server.createKey("alias/a");
  const envelope = (cache, more = {}) => new Envelope({ keyring: server.client().keyring(key.arn), cache, ...more });
  return {
    server,
    key,
    envelope,
    /** Opens messages without a cache; gives the wrapped data keys that were used, in the messages' order. */
    async wrappedKeys(messages) {
      const before = server.calls.length;
      const opening = envelope(undefined);
      for (const message of messages) await opening.decrypt(message);
      return server.calls.slice(before).map(({ blob }) => blob);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** How often each of these is there. */
const countEach = (all) => [...Map.groupBy(all, (one) => one).values()].map(({ length }) => length);

describe("sealing", () => {
  test("without the option each message has a data key of its own", async () => {
    await using scenery = await scene();
    const { server, envelope, wrappedKeys } = scenery;
    const messages = [];
    const sealing = envelope(undefined);
    for (let turn = 0; turn < 3; turn += 1) messages.push(await sealing.encrypt("x"));
    assert.equal(server.count("GenerateDataKey"), 3);
    assert.equal(new Set(await wrappedKeys(messages)).size, 3);
    assert.throws(() => sealing.cacheCounters(), { code: "InvalidArgument" });
    assert.throws(() => sealing.clearCache(), { code: "InvalidArgument" });
  });

  test("messages of one context share a data key, differ in all else, and open anywhere", async () => {
    await using scenery = await scene();
    const { server, envelope, wrappedKeys } = scenery;
    const sealing = envelope(LONG);
    const encryptionContext = { album: "42" };
    const messages = [];
    for (let turn = 0; turn < 20; turn += 1) messages.push(await sealing.encrypt(utf8(`text ${turn}`), { encryptionContext }));
    assert.equal(server.calls.length, 1);
    assert.deepEqual(countEach(await wrappedKeys(messages)), [20]);
    const opening = envelope(undefined);
    for (const [turn, message] of messages.entries()) {
      const opened = await opening.decrypt(message, { encryptionContext });
      assert.deepEqual(opened.plaintext, utf8(`text ${turn}`));
    }
    const ids = messages.map((message) => Buffer.from(message.subarray(3, 35)).toString("hex"));
    assert.equal(new Set(ids).size, 20, "each message has an id, and by it keys, of its own");
    assert.deepEqual(sealing.cacheCounters(), {
      hits: 19, misses: 1, joins: 0, fetches: 1, evictions: 0, messages: 20, bytes: 20 * 6 + 10,
    });
  });

  test("each context and each envelope has data keys of its own", async () => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const [one, other] = [envelope(LONG), envelope(LONG)];
    for (let turn = 0; turn < 2; turn += 1) {
      for (const encryptionContext of [{}, { a: "1" }, { a: "2" }, { a: "1", b: "1" }, { b: "1", a: "1" }]) {
        await one.encrypt("x", { encryptionContext });
      }
      await other.encrypt("x");
    }
    assert.equal(server.count("GenerateDataKey"), 5);
    // What is required is in the context, too, though no message stores it.
    await one.encrypt("x", { encryptionContext: { a: "1" }, requiredContextKeys: ["a"] });
    assert.equal(server.count("GenerateDataKey"), 5);
  });

  test("a data key seals no more messages than maxMessages, and no more bytes than maxBytes", async () => {
    await using scenery = await scene();
    const { envelope, wrappedKeys } = scenery;
    for (const [limits, most] of [[{ maxMessages: 4 }, 4], [{ maxBytes: 100 }, 2], [{ maxMessages: 1 }, 1]]) {
      const sealing = envelope({ ...LONG, ...limits });
      const messages = [];
      for (let turn = 0; turn < 13; turn += 1) messages.push(await sealing.encrypt(patternedBytes(40, turn + 1)));
      const uses = countEach(await wrappedKeys(messages));
      assert.ok(Math.max(...uses) <= most, `${uses}`);
      assert.ok(uses.length <= Math.ceil(13 / most) + 1, `${uses}`);
    }
  });

  test("a message longer than maxBytes has a data key of its own", async () => {
    await using scenery = await scene();
    const { envelope, wrappedKeys } = scenery;
    const sealing = envelope({ ...LONG, maxBytes: 100 });
    const messages = [];
    for (const length of [10, 101, 101, 10]) messages.push(await sealing.encrypt(patternedBytes(length)));
    const [first, second, third, last] = await wrappedKeys(messages);
    assert.equal(first, last);
    assert.equal(new Set([first, second, third]).size, 3);
  });

  test("signed messages share the key pair that is in their context, and each has a signature of its own", async () => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const sealing = envelope({ ...LONG, maxMessages: 50 }, { suite: 0x0578 });
    const encryptionContext = { album: "42" };
    const messages = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => sealing.encrypt(`text ${turn}`, { encryptionContext })),
    );
    for (let turn = 10; turn < 20; turn += 1) messages.push(await sealing.encrypt(`text ${turn}`, { encryptionContext }));
    assert.equal(server.count("GenerateDataKey"), 1);
    const keys = await Promise.all(
      messages.map(async (message) => (await inspect(message)).encryptionContext["aws-crypto-public-key"]),
    );
    assert.equal(new Set(keys).size, 1);
    for (const opening of [envelope(undefined), envelope(LONG)]) {
      for (const [turn, message] of messages.entries()) {
        const { plaintext, encryptionContext: all } = await opening.decrypt(message, { encryptionContext });
        assert.deepEqual(plaintext, utf8(`text ${turn}`));
        assert.equal(all["aws-crypto-public-key"], keys[0]);
      }
    }
    const footers = messages.map((message) => Buffer.from(message.subarray(-60)).toString("hex"));
    assert.equal(new Set(footers).size, 20);
    // Another suite of the same context has a data key of its own, which no signer's public key is bound to.
    await sealing.encrypt("x", { encryptionContext, suite: 0x0478 });
    assert.equal(server.count("GenerateDataKey"), 2);
    await rejectsWithCode(sealing.encrypt("x", { encryptionContext: { "aws-crypto-public-key": keys[0] } }), "InvalidContext");
    assert.equal(server.count("GenerateDataKey"), 2);
    const long = envelope({ ...LONG, maxBytes: 100 }, { suite: 0x0578 });
    const alone = await long.encrypt(patternedBytes(101), { encryptionContext });
    assert.deepEqual((await envelope(undefined).decrypt(alone)).plaintext, patternedBytes(101));
  });

  const HOSTS = {
    "Node's": { keys: 1, signatures: 0 },
    "WebCrypto's": { native: undefined, keys: 1, signatures: 5 },
    "the second module's, where the runtime has none": { native: undefined, subtle: undefined, keys: 0, signatures: 0 },
  };
  for (const [whose, { keys, signatures, ...without }] of Object.entries(HOSTS)) {
    test(`signed messages are signed by ECDSA of ${whose}`, async (t) => {
      await using scenery = await scene();
      const { server, envelope } = scenery;
      const { subtle } = crypto;
      const here = runtime();
      const { native } = here;
      const made = "native" in without ? t.mock.method(subtle, "generateKey") : t.mock.method(nodeEcdsa, "generate");
      const signed = t.mock.method(subtle, "sign");
      try {
        if ("native" in without) delete here.native;
        if ("subtle" in without) Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
        const sealing = envelope(LONG, { suite: 0x0578 });
        const messages = [];
        for (let turn = 0; turn < 5; turn += 1) messages.push(await sealing.encrypt(`text ${turn}`));
        assert.equal(server.count("GenerateDataKey"), 1);
        assert.equal(made.mock.callCount(), keys);
        assert.equal(signed.mock.callCount(), signatures);
        here.native = native;
        delete crypto.subtle;
        for (const [turn, message] of messages.entries()) {
          assert.deepEqual((await envelope(undefined).decrypt(message)).plaintext, utf8(`text ${turn}`));
        }
      } finally {
        here.native = native;
        delete crypto.subtle;
      }
    });
  }

  test("a stream, whose length nobody knows, has a data key of its own", async () => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const sealing = envelope(LONG);
    for (let turn = 0; turn < 2; turn += 1) {
      const message = await throughStream(patternedBytes(1000), sealing.encryptStream(), [100]);
      assert.deepEqual((await sealing.decrypt(message)).plaintext, patternedBytes(1000));
    }
    assert.equal(server.count("GenerateDataKey"), 2);
    assert.equal(sealing.cacheCounters().bytes, 0);
  });

  test("several CMKs and a raw key: the calls are made once, the raw key wraps each message anew", async () => {
    await using scenery = await scene();
    const { server, key } = scenery;
    const other = server.createKey();
    const kms = server.client();
    const keyring = multiKeyring({
      generator: kms.keyring(key.arn),
      children: [rawAes("first"), kms.keyring(other.arn), rawAes("second", 2)],
    });
    const sealing = new Envelope({ keyring, cache: LONG });
    const messages = [];
    for (let turn = 0; turn < 5; turn += 1) messages.push(await sealing.encrypt("x"));
    assert.deepEqual(server.calls.map(({ action }) => action), ["GenerateDataKey", "Encrypt"]);
    const ivs = messages.map((message) => {
      const at = Buffer.from(message).indexOf("first") + "first".length + 8;
      return Buffer.from(message.subarray(at, at + 12)).toString("hex");
    });
    assert.equal(new Set(ivs).size, 5);
    for (const one of [rawAes("first"), rawAes("second", 2), kms.keyring(other.arn), kms.keyring(key.arn)]) {
      const opening = new Envelope({ keyring: one, cache: LONG });
      for (const message of messages) assert.deepEqual((await opening.decrypt(message)).plaintext, utf8("x"));
    }
  });

  test("raw AES alone needs no call, so each message has a data key of its own", async () => {
    const envelope = new Envelope({ keyring: rawAes("k"), cache: LONG });
    const messages = await Promise.all(Array.from({ length: 20 }, (_, turn) => envelope.encrypt(`${turn}`)));
    for (const [turn, message] of messages.entries()) {
      assert.deepEqual((await envelope.decrypt(message)).plaintext, utf8(`${turn}`));
    }
    assert.equal(envelope.cacheCounters().messages, 0);
  });
});

describe("opening", () => {
  test("messages with the same wrapped data keys and context cause one call", async () => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const sealing = envelope(LONG);
    const encryptionContext = { album: "42" };
    const messages = [];
    for (let turn = 0; turn < 10; turn += 1) messages.push(await sealing.encrypt(`${turn}`, { encryptionContext }));
    const opening = envelope(LONG);
    for (const [turn, message] of messages.entries()) {
      const opened = turn % 2 === 0 ? (await opening.decrypt(message)).plaintext : await throughStream(message, opening.decryptStream(), [50]);
      assert.deepEqual(opened, utf8(`${turn}`));
    }
    assert.equal(server.count("Decrypt"), 1);
    assert.equal(opening.cacheCounters().hits, 9);
  });

  test("another context is another data key, and a wrong one is refused as without a cache", async () => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const cached = envelope(LONG);
    const message = await cached.encrypt("x", { encryptionContext: { a: "1" }, requiredContextKeys: ["a"] });
    for (let turn = 0; turn < 2; turn += 1) {
      assert.deepEqual((await cached.decrypt(message, { encryptionContext: { a: "1" } })).plaintext, utf8("x"));
      await rejectsWithCode(cached.decrypt(message, { encryptionContext: { a: "2" } }), "NoDataKey");
      await rejectsWithCode(cached.decrypt(message), "NoDataKey");
    }
    assert.equal(server.count("Decrypt"), 5, "what failed is asked again");
  });

  test("a changed message does not open, though its data key is known", async () => {
    await using scenery = await scene();
    const cached = scenery.envelope(LONG);
    const message = await cached.encrypt("x");
    await cached.decrypt(message);
    const last = message.length - 1;
    await rejectsWithCode(cached.decrypt(message.with(last, message[last] ^ 1)), "FrameNotAuthentic");
    await rejectsWithCode(cached.decrypt(message.with(10, message[10] ^ 1)), "HeaderNotAuthentic");
  });

  test("messages of suites without a key derivation are never cached, of others they are", async () => {
    await using server = await startKmsServer({ dialect: "aws", region: "us-east-1" });
    const { arn } = server.createKey();
    const credentials = { accessKeyId: "testid", secretAccessKey: "testsecret" };
    const clientProvider = getClient(KMS, { endpoint: server.endpoint, credentials });
    const keyring = new KmsKeyringNode({ clientProvider, generatorKeyId: arn });
    for (const [suiteId, calls] of [[0x0014, 3], [0x0046, 3], [0x0078, 3], [0x0178, 1], [0x0378, 1], [0x0478, 1]]) {
      const message = await awsSeal(keyring, utf8("x"), { suiteId });
      const commitmentPolicy = "require-encrypt-allow-decrypt";
      const envelope = new Envelope({ keyring: server.client().keyring(arn), cache: LONG, commitmentPolicy });
      const before = server.count("Decrypt");
      for (let turn = 0; turn < 3; turn += 1) assert.deepEqual((await envelope.decrypt(message)).plaintext, utf8("x"));
      assert.equal(server.count("Decrypt") - before, calls, suiteId.toString(16));
    }
  });

  test("what a raw AES key opens asks no service twice, and a service that is down keeps nobody from it", async () => {
    await using scenery = await scene();
    const { server, key } = scenery;
    const keyring = multiKeyring({ generator: server.client({ maxAttempts: 1 }).keyring(key.arn), children: [rawAes("k")] });
    const cached = new Envelope({ keyring, cache: LONG });
    const message = await cached.encrypt("x");
    server.fault = () => new Refusal("ServiceUnavailableTemporary", 503);
    const opened = await Promise.all([1, 2, 3].map(() => cached.decrypt(message)));
    for (const { plaintext } of opened) assert.deepEqual(plaintext, utf8("x"));
  });
});

describe("time", () => {
  test("a disabled CMK seals and opens until maxAgeSeconds have passed, and no longer", async (t) => {
    await using scenery = await scene();
    const { server, key, envelope } = scenery;
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    const cached = envelope({ maxAgeSeconds: 300 });
    const message = await cached.encrypt("x");
    await cached.decrypt(message);
    key.enabled = false;
    t.mock.timers.tick(299_000);
    await cached.decrypt(message);
    // What is made in the background fails, and nobody hears of it.
    for (let turn = 0; turn < 3; turn += 1) await cached.encrypt("x");
    t.mock.timers.tick(1_000);
    await rejectsWithCode(cached.encrypt("x"), "Rejected.Disabled");
    await rejectsWithCode(cached.decrypt(message), "Rejected.Disabled");
    key.enabled = true;
    await cached.encrypt("x");
    assert.equal(server.count("Decrypt"), 2);
  });

  test("a clock that is put back ends what is cached", async (t) => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    const now = Date.now();
    t.mock.timers.enable({ apis: ["Date"], now });
    const cached = envelope(LONG);
    await cached.encrypt("x");
    t.mock.timers.setTime(now - 1);
    await cached.encrypt("x");
    assert.equal(server.count("GenerateDataKey"), 2);
  });

  test("clearCache ends it at once, and keeps nothing of a call that is under way", async () => {
    await using scenery = await scene();
    const { server, key, envelope } = scenery;
    const cached = envelope(LONG);
    const message = await cached.encrypt("x");
    await cached.decrypt(message);
    key.enabled = false;
    cached.clearCache();
    await rejectsWithCode(cached.encrypt("x"), "Rejected.Disabled");
    await rejectsWithCode(cached.decrypt(message), "Rejected.Disabled");
    key.enabled = true;
    server.delayMillis = 50;
    const underWay = cached.encrypt("x");
    await after(20);
    cached.clearCache();
    await underWay;
    const before = server.count("GenerateDataKey");
    await cached.encrypt("x");
    assert.equal(server.count("GenerateDataKey"), before + 1);
  });

  test("a data key near its end is replaced in the background; nobody waits", async (t) => {
    await using scenery = await scene();
    const { server, envelope } = scenery;
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    const cached = envelope({ maxAgeSeconds: 300 });
    await cached.encrypt("x");
    t.mock.timers.tick(225_000);
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    server.fault = () => held;
    // They are done while the service has not answered.
    for (let turn = 0; turn < 5; turn += 1) await cached.encrypt("x");
    answer();
    while (cached.cacheCounters().fetches !== 2 || server.count("GenerateDataKey") !== 2) await after(5);
    await after(100);
    t.mock.timers.tick(75_000);
    // The first data key is over, and its successor there.
    await cached.encrypt("x");
    assert.equal(server.count("GenerateDataKey"), 2);
    assert.equal(cached.cacheCounters().misses, 1);
  });
});

test("beyond its capacity the entry that was not used for longest goes", async () => {
  await using scenery = await scene();
  const { server, envelope } = scenery;
  const cached = envelope({ ...LONG, capacity: 2 });
  const seal = (a) => cached.encrypt("x", { encryptionContext: { a } });
  for (const a of ["1", "2", "1", "3", "1", "2"]) await seal(a);
  assert.equal(server.count("GenerateDataKey"), 4);
  assert.equal(cached.cacheCounters().evictions, 2);
});

test("a program ends though its cache has data keys for an hour", async () => {
  await using scenery = await scene();
  const { server, key } = scenery;
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const program = `
    import { Envelope, KmsClient } from ${JSON.stringify(import.meta.resolve("edgekms"))};
    const kms = new KmsClient({ endpoint: ${JSON.stringify(server.endpoint)}, credentials: { accessKeyId: "a", accessKeySecret: "b" } });
    const envelope = new Envelope({ keyring: kms.keyring(${JSON.stringify(key.arn)}), cache: { maxAgeSeconds: 3600 } });
    await envelope.encrypt("x");
    console.log(envelope.cacheCounters().messages);`;
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], { timeout: 20_000 });
  assert.equal((await running).stdout, "1\n");
});

test("a limit that is none is refused by its name", () => {
  const keyring = new KmsClient({ endpoint: "http://127.0.0.1:1", credentials: { accessKeyId: "a", accessKeySecret: "b" } }).keyring("k");
  for (const [cache, name] of [
    [null, "cache"],
    [300, "cache"],
    [{}, "maxAgeSeconds"],
    [{ maxAgeSeconds: 0 }, "maxAgeSeconds"],
    [{ maxAgeSeconds: -1 }, "maxAgeSeconds"],
    [{ maxAgeSeconds: "300" }, "maxAgeSeconds"],
    [{ maxAgeSeconds: Number.NaN }, "maxAgeSeconds"],
    [{ maxAgeSeconds: Infinity }, "maxAgeSeconds"],
    [{ ...LONG, maxMessages: 0 }, "maxMessages"],
    [{ ...LONG, maxMessages: 1.5 }, "maxMessages"],
    [{ ...LONG, maxMessages: 2 ** 32 + 1 }, "maxMessages"],
    [{ ...LONG, maxMessages: null }, "maxMessages"],
    [{ ...LONG, maxBytes: 0 }, "maxBytes"],
    [{ ...LONG, maxBytes: "1" }, "maxBytes"],
    [{ ...LONG, maxBytes: 2 ** 53 }, "maxBytes"],
    [{ ...LONG, capacity: 0 }, "capacity"],
    [{ ...LONG, capacity: 2_000_000 }, "capacity"],
  ]) {
    assert.throws(
      () => new Envelope({ keyring, cache }),
      ({ code, message }) => code === "InvalidArgument" && message.includes(name),
      `${JSON.stringify(cache)}`,
    );
  }
});
