// SPDX-License-Identifier: Apache-2.0

/**
 * Memory that runs out, and modules that break: the package with its own modules, of which only the limit of memory is
 * another, so that they run out of it in earnest.
 */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { patternedBytes } from "../lib/bytes.mjs";
import { limited } from "./lib/limited.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
/** Of each module. */
const MEMORY = 24 * MIB;
const CHEAP = { password: "p", memoryKiB: 7168, iterations: 5, parallelism: 1 };

const textOf = ({ plaintext }) => Buffer.from(plaintext).toString();

async function gather(readable) {
  const pieces = [];
  for await (const piece of readable) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a turn that fails fails with. */
async function untilItFails(turn) {
  for (let at = 0; at < 100_000; at += 1) {
    const error = await turn(at).then(() => undefined, (error) => error);
    if (error !== undefined) return error;
  }
  throw new Error("still at work");
}

/** Ways by which the package comes to its modules, and makes them anew. */
const ENTRIES = {
  "read from a file": (folder) => import(join(folder, "dist/entrypoints/node.js")),
  "given by the program": async (folder) => {
    const package_ = await import(join(folder, "dist/entrypoints/slim.js"));
    await package_.init(await readFile(join(folder, FILES[0])), await readFile(join(folder, FILES[1])));
    return package_;
  },
};
const FILES = ["edgekms", "edgekms_extra"].map((name) => `dist/wasm/${name}_bg.wasm`);

for (const [how, load] of Object.entries(ENTRIES)) {
  describe(`modules ${how}`, () => suite(load));
}

function suite(load) {
  let Envelope, multiKeyring, passwordKeyring, rawAesKeyring, core, extra, isLost, keyring, folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgekms-limited-"));
    const dist = fileURLToPath(new URL("../../pkg/dist/", import.meta.url));
    await cp(dist, join(folder, "dist"), { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    for (const file of FILES) {
      const path = join(folder, file);
      await writeFile(path, limited(await readFile(path), MEMORY));
    }
    ({ Envelope, multiKeyring, passwordKeyring, rawAesKeyring } = await load(folder));
    ({ core } = await import(join(folder, "dist/core/core.js")));
    ({ extra, isLost } = await import(join(folder, "dist/core/extra.js")));
    keyring = rawKeyring();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const rawKeyring = (name = "k") => rawAesKeyring({ namespace: "n", name, wrappingKey: patternedBytes(32) });

  /** Fills the hot module with keys: the error at its end. */
  function broken() {
    const kept = [];
    return untilItFails((at) => {
      kept.push(rawKeyring(`key ${at} ${"long ".repeat(13_000)}`));
      return new Envelope({ keyring: kept.at(-1) }).encrypt("x");
    });
  }

  /** Fills the second module with passwords: the error at its end, and they. */
  async function brokenExtra(kept = []) {
    const { PasswordKeyring } = await extra();
    const error = await untilItFails(async () => {
      kept.push(new PasswordKeyring(new Uint8Array(50_000).fill(1), "n", 7168, 5, 1, 7168, 35_840));
    });
    return { error, kept };
  }

describe("a piece longer than what the area keeps", () => {
    for (const engine of ["wasm", "webcrypto"]) {
      test(`many long frames, sealed whole and as a stream by ${engine}, are what was sealed`, async () => {
        const plaintext = patternedBytes(5 * MIB + 3);
        const envelope = new Envelope({ keyring, engine, frameLength: 2 * MIB });
        const streamed = await gather(new Blob([plaintext]).stream().pipeThrough(envelope.encryptStream()));
        for (const message of [await envelope.encrypt(plaintext), streamed]) {
          for (const engine of ["wasm", "webcrypto"]) {
            const decrypted = await new Envelope({ keyring, engine }).decrypt(message);
            assert.ok(Buffer.from(plaintext).equals(decrypted.plaintext), engine);
          }
        }
      });
    }

    test("is hashed as it is", async () => {
      const it = await core();
      const [key, data] = [patternedBytes(32, 2), patternedBytes(3 * MIB, 5)];
      assert.deepEqual(Buffer.from(it.sha256(data)), createHash("sha256").update(data).digest());
      assert.deepEqual(Buffer.from(it.hmacSha256(key, data)), createHmac("sha256", key).update(data).digest());
    });
  });

  describe("memory that is not there", () => {
    test("is an error of the message that needs it, and of no other", async () => {
      const it = await core();
      const envelope = new Envelope({ keyring, engine: "wasm", frameLength: 2 * MEMORY });
      await assert.rejects(envelope.encrypt(new Uint8Array(MEMORY)), (error) => {
        assert.equal(error.code, "OutOfMemory");
        assert.match(error.message, /frameLength/);
        return true;
      });
      const message = await envelope.encrypt("short");
      assert.equal(textOf(await envelope.decrypt(message)), "short");
      assert.equal(await core(), it, "and the module is the same");
    });

    test("no length is cut off to 32 bits", async () => {
      const it = await core();
      for (const length of [2 ** 30 + 1, 2 ** 31, 2 ** 32 + 5, 2 ** 53]) {
        assert.throws(() => it.room(length), (refused) => refused.number === 12, `${length}`);
      }
      assert.equal(it.room(100).length, 100);
    });
  });

  describe("a module that broke", () => {
    test("fails the message that broke it, and the next one has another", async () => {
      const before = await core();
      const error = await broken();
      assert.equal(error.code, "WasmFailed");
      assert.equal(error.cause?.name, "RuntimeError");
      assert.match(error.stack, /wasm-failure\.test\.mjs/);
      const envelope = new Envelope({ keyring });
      assert.equal(textOf(await envelope.decrypt(await envelope.encrypt("x"))), "x");
      assert.notEqual(await core(), before);
      const memory = new Uint8Array(before.spent.memory.buffer);
      assert.ok(memory.every((byte) => byte === 0), "nothing is left in the old one");
    });

    test("again and again", async () => {
      const envelope = new Envelope({ keyring });
      const message = await envelope.encrypt("x");
      for (let turn = 0; turn < 2; turn += 1) {
        assert.equal((await broken()).code, "WasmFailed");
        assert.equal(textOf(await envelope.decrypt(message)), "x");
      }
    });

    test("takes messages with it that were in it, and releases nothing of them", async () => {
      const envelope = new Envelope({ keyring, engine: "wasm", frameLength: 1000 });
      const sealing = envelope.encryptStream();
      const sealed = sealing.readable.getReader();
      const writer = sealing.writable.getWriter();
      void writer.write(new Uint8Array(2500));
      const begun = [(await sealed.read()).value, (await sealed.read()).value];
      assert.ok(begun.every((piece) => piece.length > 0));

      const message = await envelope.encrypt(patternedBytes(5000));
      const opening = envelope.decryptStream();
      const opened = opening.readable.getReader();
      const feeder = opening.writable.getWriter();
      void feeder.write(message.subarray(0, 2600));
      assert.ok((await opened.read()).value.length > 0);
      const reader = await envelope.rangeReader(message);
      const decrypted = await envelope.decrypt(message);

      assert.equal((await broken()).code, "WasmFailed");
      // Another message has the numbers of the old ones by now.
      await envelope.encrypt("x");

      const failed = (error) => error.code === "WasmFailed";
      await assert.rejects(writer.write(new Uint8Array(2500)), failed);
      await assert.rejects(async () => {
        for (;;) if ((await sealed.read()).done) return;
      }, failed);
      await assert.rejects(feeder.write(message.subarray(2600)), failed);
      await assert.rejects(async () => {
        for (;;) if ((await opened.read()).done) return;
      }, failed);
      await assert.rejects(reader.read({ start: 0, end: 10 }), failed);
      assert.equal(decrypted.header.frameLength, 1000, "what was opened is nobody's but its owner's");
    });

    test("by a caller whose stack is at an end, too", async (t) => {
      const { flat } = await core();
      const envelope = new Envelope({ keyring });
      const message = await envelope.encrypt("x");
      const deeper = (depth) => (depth === 0 ? flat.aes_new(32) : deeper(depth - 1) + 0);
      const overflows = (depth) => {
        try {
          deeper(depth);
          return false;
        } catch (error) {
          return error instanceof RangeError;
        }
      };
      // At some depth there is room on the stack for the call, and none for what it calls.
      let [good, bad] = [1, 1_000_000];
      while (bad - good > 1) {
        const middle = (good + bad) >> 1;
        if (overflows(middle)) bad = middle;
        else good = middle;
      }
      for (let depth = good - 20; depth < bad + 50; depth += 1) overflows(depth);
      // Where the engine puts that depends on what it has compiled by then.
      t.diagnostic(flat.random_left() < 0 ? "it broke" : "no such depth");
      assert.equal(textOf(await envelope.decrypt(message)), "x");
    });
  });

  describe("the second module", () => {
    test("that broke fails what broke it, and is another afterwards", async () => {
      const { error, kept } = await brokenExtra();
      assert.equal(error.code, "WasmFailed");
      assert.equal(error.cause?.name, "RuntimeError");
      assert.ok(kept.length > 0 && kept.every(isLost));
      assert.throws(() => kept[0].wrap(new Uint8Array(32), []), { code: "WasmFailed" });
      kept.forEach((lost) => lost.free());
      const envelope = new Envelope({ keyring: passwordKeyring(CHEAP) });
      assert.equal(textOf(await envelope.decrypt(await envelope.encrypt("x"))), "x");
    });

    test("leaves keyrings, look-ups and caches that go on", async () => {
      const locked = new Envelope({ keyring: passwordKeyring(CHEAP) });
      const cached = new Envelope({
        keyring: multiKeyring({ generator: passwordKeyring(CHEAP), children: [keyring] }),
        cache: { maxAgeSeconds: 300 },
      });
      const lookup = await locked.lookup(await locked.createLookupKey(), { field: "f" });
      const messages = [await locked.encrypt("x"), await cached.encrypt("x")];
      const found = lookup.encrypt("v");
      assert.equal(cached.cacheCounters().fetches, 1);

      assert.equal((await brokenExtra()).error.code, "WasmFailed");
      assert.equal(lookup.encrypt("v"), found);
      assert.equal(lookup.decrypt(found), "v");
      for (const [index, envelope] of [locked, cached].entries()) {
        assert.equal(textOf(await envelope.decrypt(messages[index])), "x");
      }
      await cached.encrypt("x");
      await cached.encrypt("y");
      assert.equal(cached.cacheCounters().hits, 1);
      lookup.close();
      assert.throws(() => lookup.encrypt("v"), { code: "InvalidArgument" });
    });

    test("takes signed streams with it, and releases nothing that is not verified", async () => {
      const envelope = new Envelope({ keyring, suite: 0x0578, frameLength: 1000 });
      const message = await envelope.encrypt(patternedBytes(2500));
      const opening = envelope.decryptStream();
      const feeder = opening.writable.getWriter();
      const reader = opening.readable.getReader();
      void feeder.write(message.subarray(0, message.length - 50)).catch(() => {});
      let released = 0;
      while (released < 2000) released += (await reader.read()).value.length;

      const sealing = envelope.encryptStream();
      const writer = sealing.writable.getWriter();
      const sealed = sealing.readable.getReader();
      void writer.write(new Uint8Array(10)).catch(() => {});
      await sealed.read();

      assert.equal((await brokenExtra()).error.code, "WasmFailed");
      const failed = (error) => error.code === "WasmFailed";
      feeder.write(message.subarray(message.length - 50)).catch(() => {});
      await assert.rejects(reader.read(), failed);
      writer.close().catch(() => {});
      await assert.rejects(async () => {
        for (;;) if ((await sealed.read()).done) return;
      }, failed);
      assert.equal((await envelope.decrypt(message)).plaintext.length, 2500);
    });

    test("that cannot be made anew fails, and is made anew when there is memory", async () => {
      await brokenExtra();
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function () {
        throw new RangeError("WebAssembly.Instance(): Out of memory");
      };
      const envelope = new Envelope({ keyring: passwordKeyring(CHEAP) });
      try {
        await assert.rejects(envelope.encrypt("x"), { code: "WasmFailed" });
      } finally {
        WebAssembly.Instance = Instance;
      }
      assert.equal(textOf(await envelope.decrypt(await envelope.encrypt("x"))), "x");
    });
  });
}
