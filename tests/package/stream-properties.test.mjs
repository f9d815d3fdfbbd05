// SPDX-License-Identifier: Apache-2.0

/**
 * Properties of streams, with cases drawn from a seed: any chunking and frame length, frames that finish in any
 * order, and every way to stop half-way. `EDGEKMS_SEED` repeats a run.
 */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Envelope, inspect, rawAesKeyring } from "edgekms";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";
import { pump, settles } from "../lib/pump.mjs";
import { drawing, SEED } from "../lib/random.mjs";
import { countSlots } from "./lib/slots.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];
const SUITES = [0x0478, 0x0578];
const keyring = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey: patternedBytes(32, 7) });
const envelope = new Envelope({ keyring });

/** Frames of the host's WebCrypto are done in an order of their own; here in any order at all. */
const { encrypt, decrypt } = crypto.subtle;
const jumbled = (work, draw) =>
  async function (...given) {
    const done = await work.apply(crypto.subtle, given);
    for (let turns = draw.whole(0, 20); turns > 0; turns -= 1) await null;
    if (draw.next() < 0.2) await new Promise((resolve) => setImmediate(resolve));
    return done;
  };

let slots;
const unhandled = [];
const note = (error) => unhandled.push(error);
before(async () => {
  slots = await countSlots();
  process.on("unhandledRejection", note);
});
after(() => {
  process.off("unhandledRejection", note);
  slots.stop();
});
afterEach(async () => {
  await quiet();
  assert.deepEqual(unhandled.splice(0), [], `seed ${SEED}`);
  assert.equal(slots.held(), 0, `messages that are left in the core, seed ${SEED}`);
  assert.deepEqual(slots.wrong, [], `numbers that were freed twice, seed ${SEED}`);
});

/** Lets everything come to its end that is under way. */
async function quiet() {
  for (let turn = 0; turn < 50 && (turn < 3 || slots.held() > 0); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function inAnyOrder(draw) {
  crypto.subtle.encrypt = jumbled(encrypt, draw);
  crypto.subtle.decrypt = jumbled(decrypt, draw);
}
afterEach(() => {
  delete crypto.subtle.encrypt;
  delete crypto.subtle.decrypt;
});

/** @param {Uint8Array[]} chunks */
async function through(chunks, pair) {
  const parts = [];
  for await (const part of ReadableStream.from(chunks).pipeThrough(pair)) parts.push(part);
  return concatBytes(parts);
}

const bodyOf = (frameLength) => ({ regular: frameLength + 32, final: (length) => length + 40 });

describe("any chunking, any frame length, any order of frames", () => {
  for (const engine of ENGINES) {
    for (const suite of SUITES) {
      test(`${engine}, suite ${suite.toString(16)}: what streams is what comes at once`, async () => {
        const draw = drawing(SEED);
        inAnyOrder(draw);
        for (let turn = 0; turn < 20; turn += 1) {
          const frameLength = draw.one([1, 2, draw.whole(3, 200), draw.whole(200, 5000), 65_536]);
          const most = Math.min(20_000, frameLength * 40);
          const plaintext = patternedBytes(draw.one([0, 1, frameLength, 2 * frameLength, draw.whole(0, most)]) % 140_000, turn + 1);
          const what = `seed ${SEED}, turn ${turn}: ${plaintext.length} bytes in frames of ${frameLength}`;
          const options = { engine, suite, frameLength, encryptionContext: { turn: `${turn}` } };
          const sealed = await through(draw.chunks(plaintext, frameLength), envelope.encryptStream(options));
          assert.deepEqual((await envelope.decrypt(sealed, { engine: draw.one(ENGINES) })).plaintext, plaintext, what);
          const whole = await envelope.encrypt(plaintext, options);
          for (const message of [sealed, whole]) {
            const opened = await through(draw.chunks(message, frameLength + 32), envelope.decryptStream({ engine }));
            assert.deepEqual(opened, plaintext, what);
          }
        }
      });
    }
  }

  test("a chunk that ends in the header, and a long one of short frames after it, take linear time", async () => {
    const message = await envelope.encrypt(patternedBytes(2_000_000), { frameLength: 100 });
    const cpu = process.cpuUsage();
    const opened = await through([message.subarray(0, 10), message.subarray(10)], envelope.decryptStream());
    assert.equal(opened.length, 2_000_000);
    // 0.3 s; moved for each frame it was a minute.
    assert.ok(process.cpuUsage(cpu).user < 10e6);
  });
});

describe("damage and cuts", () => {
  for (const engine of ENGINES.slice(1)) {
    for (const suite of SUITES) {
      test(`${engine}, suite ${suite.toString(16)}: of a message damaged in a frame, exactly those before it`, async () => {
        const draw = drawing(SEED + 1);
        inAnyOrder(draw);
        const frameLength = 50;
        const plaintext = patternedBytes(520);
        const message = await envelope.encrypt(plaintext, { frameLength, suite });
        const { headerLength } = await inspect(message);
        const { regular } = bodyOf(frameLength);
        for (let frame = 0; frame <= 10; frame += 1) {
          const changed = message.slice();
          const at = headerLength + frame * regular + (frame === 10 ? 24 : 16) + draw.whole(0, 19);
          changed[at] ^= 1 << draw.whole(0, 7);
          // A frame at a time, each read before the next is written: an error drops what waits unread.
          const pair = envelope.decryptStream({ engine });
          const { released, readError } = await inStep(pair, changed, headerLength, regular);
          assert.equal(readError?.code, "FrameNotAuthentic", `frame ${frame}`);
          assert.deepEqual(released, plaintext.subarray(0, frame * frameLength), `frame ${frame}, seed ${SEED}`);
          // In any other chunks: a part of it, and never more.
          const other = await pump(envelope.decryptStream({ engine }), changed, [draw.whole(1, 900)]);
          assert.equal(other.readError?.code, "FrameNotAuthentic");
          assert.deepEqual(other.released, plaintext.subarray(0, other.released.length));
          assert.ok(other.released.length <= frame * frameLength);
        }
      });

      test(`${engine}, suite ${suite.toString(16)}: TruncatedMessage at every cut, TrailingBytes after the end`, async () => {
        inAnyOrder(drawing(SEED + 2));
        const plaintext = patternedBytes(70);
        const message = await envelope.encrypt(plaintext, { frameLength: 30, suite });
        const cuts = Array.from({ length: message.length }, (_, length) => length);
        await Promise.all(
          cuts.map(async (length) => {
            const { readError, writeError, released } = await pump(envelope.decryptStream({ engine }), message.slice(0, length), [97]);
            assert.equal(readError?.code, "TruncatedMessage", `${length} of ${message.length}`);
            assert.equal(writeError?.code, "TruncatedMessage", `${length}`);
            assert.deepEqual(released, plaintext.subarray(0, released.length));
            // Of a signed message the last frame waits for the signature.
            assert.ok(released.length <= 60, `${released.length} at ${length}`);
            const whole = await envelope.decrypt(message.subarray(0, length), { engine }).catch((error) => error.code);
            assert.equal(whole, "TruncatedMessage", `${length}`);
          }),
        );
        for (const more of [1, 2, 500]) {
          const longer = concatBytes([message, new Uint8Array(more)]);
          for (const size of [1, 60, 5000]) {
            const { readError } = await pump(envelope.decryptStream({ engine }), longer, [size]);
            assert.equal(readError?.code, "TrailingBytes", `${more} by ${size}`);
          }
          assert.equal(await envelope.decrypt(longer, { engine }).catch((error) => error.code), "TrailingBytes");
        }
      });
    }
  }

  test("a message that is damaged and cut says that it is damaged", async () => {
    inAnyOrder(drawing(SEED));
    const message = await envelope.encrypt(patternedBytes(500), { frameLength: 50 });
    message[(await inspect(message)).headerLength + 20] ^= 1;
    for (const engine of ENGINES.slice(1)) {
      const { readError } = await pump(envelope.decryptStream({ engine }), message.subarray(0, -1), [5000]);
      assert.equal(readError?.code, "FrameNotAuthentic", engine);
    }
  });
});

/** Writes the header, then frame after frame, and reads all that comes of one before it writes the next. */
async function inStep({ readable, writable }, message, headerLength, step) {
  const writer = writable.getWriter();
  const reader = readable.getReader();
  writer.closed.catch(() => {});
  reader.closed.catch(() => {});
  const released = [];
  let readError;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      released.push(value.slice());
    }
  })().catch((error) => (readError = error));
  try {
    await writer.write(message.slice(0, headerLength));
    for (let at = headerLength; at < message.length; at += step) {
      await writer.write(message.slice(at, at + step));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await writer.close();
  } catch {
    // The reader has it, too.
  }
  await settles(reading, "the reader");
  return { released: concatBytes(released), readError };
}

describe("whoever stops half-way leaves nothing behind", () => {
  const WAYS = {
    "the reader cancels": ({ reader }) => void reader.cancel("gone").catch(() => {}),
    "the writer aborts": ({ writer }) => void writer.abort(new Error("given up")).catch(() => {}),
    "a signal aborts": ({ controller }) => controller.abort(new Error("enough")),
    "all at once": ({ reader, writer, controller }) => {
      writer.abort(new Error("given up")).catch(() => {});
      controller.abort(new Error("enough"));
      reader.cancel("gone").catch(() => {});
    },
  };
  for (const engine of ENGINES) {
    for (const [way, stop] of Object.entries(WAYS)) {
      test(`${engine}: ${way} at any moment`, async () => {
        const draw = drawing(SEED + 3);
        inAnyOrder(draw);
        const frameLength = 1000;
        const plaintext = patternedBytes(30_000);
        for (let turn = 0; turn < 20; turn += 1) {
          const suite = draw.one(SUITES);
          const opens = draw.next() < 0.5;
          const message = opens ? await envelope.encrypt(plaintext, { frameLength, suite }) : undefined;
          const controller = new AbortController();
          const options = { engine, signal: controller.signal };
          const pair = opens ? envelope.decryptStream(options) : envelope.encryptStream({ ...options, suite, frameLength });
          const writer = pair.writable.getWriter();
          const reader = pair.readable.getReader();
          writer.closed.catch(() => {});
          reader.closed.catch(() => {});
          const released = [];
          const reading = (async () => {
            for (let it = await reader.read(); !it.done; it = await reader.read()) released.push(it.value.slice());
          })().catch(() => {});
          const writing = (async () => {
            for (const chunk of draw.chunks(opens ? message : plaintext, frameLength)) await writer.write(chunk);
            await writer.close();
          })().catch(() => {});
          for (let turns = draw.whole(0, 60); turns > 0; turns -= 1) await null;
          for (let turns = draw.whole(0, 4); turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
          stop({ reader, writer, controller });
          await settles(Promise.all([reading, writing]), `${way}, seed ${SEED}, turn ${turn}`);
          if (opens) {
            const out = concatBytes(released);
            assert.deepEqual(out, plaintext.subarray(0, out.length), `seed ${SEED}, turn ${turn}`);
          }
        }
        assert.ok(slots.made() > 0);
      });
    }

    test(`${engine}: a source that fails, and a sink that fails`, async () => {
      const draw = drawing(SEED + 4);
      inAnyOrder(draw);
      const plaintext = patternedBytes(30_000);
      for (let turn = 0; turn < 8; turn += 1) {
        const failure = new Error("the disk is gone");
        const chunks = draw.chunks(plaintext, 1000);
        const failing = draw.whole(0, chunks.length);
        async function* source() {
          for (const [index, chunk] of chunks.entries()) {
            if (index === failing) throw failure;
            yield chunk;
          }
          throw failure;
        }
        const options = { engine, frameLength: 1000, suite: draw.one(SUITES) };
        const reading = through(source(), envelope.encryptStream(options));
        await assert.rejects(reading, (error) => error === failure, `seed ${SEED}, turn ${turn}`);
        let left = draw.whole(0, 10);
        const sink = new WritableStream({
          write() {
            if (left === 0) throw failure;
            left -= 1;
          },
          close() {
            throw failure;
          },
        });
        const pouring = ReadableStream.from(chunks).pipeThrough(envelope.encryptStream(options)).pipeTo(sink);
        await assert.rejects(pouring, (error) => error === failure, `seed ${SEED}, turn ${turn}`);
      }
    });
  }

  test("whole messages: an abort while an engine works", async () => {
    const draw = drawing(SEED + 5);
    inAnyOrder(draw);
    const message = await envelope.encrypt(patternedBytes(30_000), { frameLength: 1000 });
    for (let turn = 0; turn < 20; turn += 1) {
      const controller = new AbortController();
      const options = { engine: "webcrypto", signal: controller.signal };
      const work = draw.next() < 0.5 ? envelope.decrypt(message, options) : envelope.encrypt(message, { ...options, frameLength: 1000 });
      for (let turns = draw.whole(0, 60); turns > 0; turns -= 1) await null;
      const reason = new Error("enough");
      controller.abort(reason);
      const { error } = await settles(work, "the message");
      assert.ok(error === undefined || error === reason, `${error}`);
    }
  });
});

test("a number that was freed is nobody's: late work on a message changes no other", async () => {
  const { Sealing } = await import("../../pkg/dist/core/sealing.js");
  const { core } = await import("../../pkg/dist/core/core.js");
  const it = await core();
  const options = { suite: 0x0478, frameLength: 100, encryptionContext: [], requiredContextKeys: [] };
  const late = new Sealing(it, options);
  late.free();
  const other = new Sealing(it, options);
  for (const work of [
    () => late.setDataKey(patternedBytes(32)),
    () => late.makeDataKey(),
    () => late.push({ providerId: "p", providerInfo: new Uint8Array(1), ciphertext: new Uint8Array(1) }),
    () => late.dataKey(),
    () => late.context,
  ]) {
    assert.throws(work);
  }
  late.free();
  assert.equal(other.dataKey(), undefined);
  other.makeDataKey();
  assert.equal(other.dataKey().length, 32);
  other.free();
});
