// SPDX-License-Identifier: Apache-2.0

/** Whose memory is whose: a caller's bytes are only read, and what a caller gets is its own. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";
import { Envelope, passwordKeyring, rawAesKeyring } from "edgekms";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];
const SUITES = [0x0478, 0x0578];
const keyring = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey: patternedBytes(32, 7) });
const envelope = new Envelope({ keyring });
const plaintext = patternedBytes(50_000);

async function through(chunks, pair) {
  const parts = [];
  for await (const part of ReadableStream.from(chunks).pipeThrough(pair)) parts.push(part);
  return parts;
}

/** The same bytes in every kind of buffer that somebody may have. */
const KINDS = {
  "an array": (bytes) => bytes.slice(),
  "a part of a larger one": (bytes) => {
    const larger = new Uint8Array(bytes.length + 200).fill(0xee);
    larger.set(bytes, 100);
    return larger.subarray(100, 100 + bytes.length);
  },
  "a Buffer": (bytes) => Buffer.from(bytes),
  "a Buffer of Node's pool": (bytes) => Buffer.concat([Buffer.from(bytes)]),
  "an ArrayBuffer": (bytes) => bytes.slice().buffer,
  "a DataView": (bytes) => new DataView(bytes.slice().buffer),
  "shared memory": (bytes) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  },
  "a SharedArrayBuffer": (bytes) => KINDS["shared memory"](bytes).buffer,
  "a buffer that can be resized": (bytes) => {
    const resizable = new Uint8Array(new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length + 1 }));
    resizable.set(bytes);
    return resizable;
  },
  "an array of another realm": (bytes) => {
    const theirs = vm.runInNewContext(`new Uint8Array(${bytes.length})`);
    theirs.set(bytes);
    return theirs;
  },
  "an ArrayBuffer of another realm": (bytes) => KINDS["an array of another realm"](bytes).buffer,
};
const bytesOf = (given) => new Uint8Array(ArrayBuffer.isView(given) ? given.buffer.slice(given.byteOffset, given.byteOffset + given.byteLength) : given.slice());

describe("what a caller gives is read, not taken, changed or kept", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    test(kind, async () => {
      for (const engine of ENGINES) {
        for (const suite of SUITES) {
          for (const frameLength of [4096, 65_536]) {
            const options = { engine, suite, frameLength };
            const given = make(plaintext);
            const message = await envelope.encrypt(given, options);
            assert.deepEqual(bytesOf(given), plaintext, `${engine}: sealed`);
            const [sealed] = [concatBytes(await through([given], envelope.encryptStream(options)))];
            assert.deepEqual(bytesOf(given), plaintext, `${engine}: sealed as a stream`);
            for (const one of [message, sealed]) {
              const theirs = make(one);
              const { plaintext: opened, header } = await envelope.decrypt(theirs, { engine });
              assert.deepEqual(opened, plaintext, engine);
              assert.deepEqual(bytesOf(theirs), new Uint8Array(one), `${engine}: opened`);
              const streamed = envelope.decryptStream({ engine });
              assert.deepEqual(concatBytes(await through([theirs], streamed)), plaintext);
              assert.deepEqual(bytesOf(theirs), new Uint8Array(one), `${engine}: opened as a stream`);
              // Used again by its owner.
              (ArrayBuffer.isView(theirs) ? new Uint8Array(theirs.buffer) : new Uint8Array(theirs)).fill(0);
              assert.deepEqual(opened, plaintext);
              assert.equal(header.frameLength, frameLength, "the header that is told is not the caller's buffer");
              assert.equal((await streamed.header).header.frameLength, frameLength);
            }
          }
        }
      }
    });
  }

  test("bytes that are gone are refused, and not sealed as nothing", async () => {
    const transferred = new Uint8Array(10);
    structuredClone(transferred.buffer, { transfer: [transferred.buffer] });
    const shrunk = new ArrayBuffer(10, { maxByteLength: 20 });
    const outOfBounds = new Uint8Array(shrunk, 5, 5);
    const viewed = new DataView(shrunk, 5, 5);
    shrunk.resize(3);
    for (const gone of [transferred, transferred.buffer, outOfBounds, viewed]) {
      for (const work of [() => envelope.encrypt(gone), () => envelope.decrypt(gone)]) {
        const { message } = await rejectsWithCode(work(), "InvalidArgument");
        assert.match(message, /^(plaintext|message) has no bytes any more/);
      }
      await rejectsWithCode(through([gone], envelope.encryptStream()), "InvalidArgument");
    }
    // Truly empty, in all the same forms.
    for (const empty of [new Uint8Array(0), new ArrayBuffer(0), Buffer.alloc(0), new DataView(new ArrayBuffer(0))]) {
      assert.equal((await envelope.decrypt(await envelope.encrypt(empty))).plaintext.length, 0);
    }
    // A view that follows its buffer's length has the length of the call.
    const follows = new Uint8Array(shrunk);
    assert.equal((await envelope.decrypt(await envelope.encrypt(follows))).plaintext.length, 3);
  });

  test("what only looks like a buffer is refused, and not sealed as nothing", async () => {
    const bytes = patternedBytes(10);
    class Elsewhere extends Uint8Array {
      get buffer() {
        return {};
      }
    }
    const LOOKS = [
      new Proxy(bytes, {}),
      new Proxy(bytes.buffer, {}),
      new Proxy(new SharedArrayBuffer(10), {}),
      { [Symbol.toStringTag]: "ArrayBuffer", byteLength: 10 },
      new Elsewhere(10),
      { length: 2, 0: 1, 1: 2 },
    ];
    for (const [index, look] of LOOKS.entries()) {
      await rejectsWithCode(envelope.encrypt(look), "InvalidArgument").catch((error) => assert.fail(`${index}: ${error}`));
      await rejectsWithCode(through([look], envelope.encryptStream()), "InvalidArgument");
    }
  });

  test("bytes that are transferred away while the keyring is waited for are refused, and not sealed as nothing", async () => {
    const waiting = new Envelope({ keyring: passwordKeyring({ password: "p", memoryKiB: 7168, iterations: 5 }) });
    const given = patternedBytes(5000);
    const sealing = waiting.encrypt(given);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    const { message } = await rejectsWithCode(sealing, "InvalidArgument");
    assert.match(message, /^plaintext was transferred away/);
  });

  test("other bytes in a resizable or shared buffer while the work goes on change nothing", async () => {
    for (const kind of ["shared memory", "a buffer that can be resized"]) {
      const given = KINDS[kind](plaintext);
      const sealing = envelope.encrypt(given, { engine: "webcrypto", frameLength: 1000 });
      given.fill(0);
      if (given.buffer.resizable) given.buffer.resize(10);
      assert.deepEqual((await envelope.decrypt(await sealing)).plaintext, plaintext, kind);
    }
  });
});

describe("what a caller gets is its own", () => {
  for (const engine of ENGINES) {
    for (const frameLength of [100, 4096, 65_536]) {
      test(`${engine}, frames of ${frameLength}: no two results share memory, and there is none behind them`, async () => {
        const buffers = new Set();
        const own = (bytes, what) => {
          assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype, what);
          assert.ok(!buffers.has(bytes.buffer), `${what} shares memory with another result`);
          buffers.add(bytes.buffer);
          const whole = new Uint8Array(bytes.buffer);
          assert.ok(whole.subarray(0, bytes.byteOffset).every((byte) => byte === 0), `${what}: memory before it`);
          assert.ok(whole.subarray(bytes.byteOffset + bytes.length).every((byte) => byte === 0), `${what}: memory behind it`);
        };
        for (const suite of SUITES) {
          const options = { engine, frameLength, suite };
          const message = await envelope.encrypt(plaintext, options);
          own(message, "a message");
          const first = await envelope.decrypt(message, { engine });
          const second = await envelope.decrypt(message, { engine });
          own(first.plaintext, "a plaintext");
          own(second.plaintext, "another plaintext");
          new Uint8Array(first.plaintext.buffer).fill(0);
          assert.deepEqual(second.plaintext, plaintext);
          for (const piece of await through([plaintext], envelope.encryptStream(options))) own(piece, "a sealed piece");
          for (const piece of await through([message], envelope.decryptStream({ engine }))) own(piece, "an opened piece");
        }
      });

      test(`${engine}, frames of ${frameLength}: a reader may transfer each piece as soon as it has it`, async () => {
        const taken = async (chunk, pair) => {
          const parts = [];
          const { readable, writable } = pair;
          const writer = writable.getWriter();
          const writing = writer.write(chunk).then(() => writer.close());
          for await (const piece of readable) {
            parts.push(new Uint8Array(structuredClone(piece, { transfer: [piece.buffer] })));
          }
          await writing;
          return concatBytes(parts);
        };
        for (const suite of SUITES) {
          const message = await taken(plaintext, envelope.encryptStream({ engine, frameLength, suite }));
          assert.deepEqual((await envelope.decrypt(message)).plaintext, plaintext);
          assert.deepEqual(await taken(message, envelope.decryptStream({ engine })), plaintext);
        }
      });
    }
  }
});
