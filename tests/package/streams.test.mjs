// SPDX-License-Identifier: Apache-2.0

/** Streams: any chunking, what is released before a failure, backpressure, ends, Node's streams. */

import assert from "node:assert/strict";
import { Duplex, PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, test } from "node:test";
import { EdgekmsError, Envelope, inspect, rawAesKeyring } from "edgekms";
import { concatBytes, patternedBytes, throughStream } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { pump, settles } from "../lib/pump.mjs";

const ENGINES = ["node", "webcrypto", "wasm"];
const SUITES = [0x0478, 0x0578];
const keyring = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey: patternedBytes(32, 7) });
const envelopeWith = (options = {}) => new Envelope({ keyring, frameLength: 100, ...options });

describe("round trips", () => {
  for (const engine of ENGINES) {
    for (const suite of SUITES) {
      test(`${engine}, suite ${suite.toString(16)}: any chunking in, any chunking back`, async () => {
        const envelope = envelopeWith({ engine, suite });
        for (const length of [0, 1, 100, 200, 1234]) {
          const plaintext = patternedBytes(length);
          for (const sizes of [[1], [7, 300, 2], [100], [5000]]) {
            const message = await throughStream(plaintext, envelope.encryptStream(), sizes);
            assert.deepEqual((await envelope.decrypt(message)).plaintext, plaintext);
            const opened = await throughStream(message, envelope.decryptStream(), sizes);
            assert.deepEqual(opened, plaintext, `${length} bytes by ${sizes}`);
          }
        }
      });
    }
  }

  test("the header is told before any plaintext comes out", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt("x", { encryptionContext: { album: "42" } });
    const opening = envelope.decryptStream({ encryptionContext: { album: "42" } });
    const done = throughStream(message, opening, [10]);
    const { encryptionContext, header } = await opening.header;
    assert.equal(encryptionContext.album, "42");
    assert.equal(header.suite, 0x0478);
    await done;
  });

  test("a buffer that is used again after each write does no harm", async () => {
    for (const engine of ENGINES) {
      const envelope = envelopeWith({ engine });
      for (const [make, input, expected] of [
        ["encryptStream", patternedBytes(1000), undefined],
        ["decryptStream", await envelope.encrypt(patternedBytes(1000)), patternedBytes(1000)],
      ]) {
        const { readable, writable } = envelope[make]();
        const output = new Response(readable).bytes();
        const writer = writable.getWriter();
        const buffer = new Uint8Array(130);
        for (let at = 0; at < input.length; at += buffer.length) {
          const chunk = input.subarray(at, at + buffer.length);
          buffer.set(chunk);
          await writer.write(buffer.subarray(0, chunk.length));
          buffer.fill(0xee);
        }
        await writer.close();
        const result = expected ? await output : (await envelope.decrypt(await output)).plaintext;
        assert.deepEqual(new Uint8Array(result), expected ?? input, `${engine} ${make}`);
      }
    }
  });

  test("progress tells the bytes of input, to the last", async () => {
    const envelope = envelopeWith();
    for (const suite of SUITES) {
      const seen = [];
      const onProgress = ({ bytesProcessed }) => seen.push(bytesProcessed);
      const message = await throughStream(patternedBytes(1050), envelope.encryptStream({ suite, onProgress }), [300]);
      assert.equal(seen.at(-1), 1050);
      assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
      seen.length = 0;
      await throughStream(message, envelope.decryptStream({ onProgress }), [300]);
      assert.equal(seen.at(-1), message.length);
    }
  });
});

describe("failures", () => {
  for (const engine of ENGINES) {
    test(`${engine}: frames before a changed one come out, nothing of it or after it`, async () => {
      const envelope = envelopeWith({ engine });
      const plaintext = patternedBytes(1000);
      const message = await envelope.encrypt(plaintext);
      const { headerLength } = await inspect(message);
      const frameLength = 4 + 12 + 100 + 16;
      const changed = message.slice();
      changed[headerLength + 3 * frameLength + 50] ^= 1;
      const { released, readError, writeError } = await pump(envelope.decryptStream(), changed, [64]);
      assert.equal(readError?.code, "FrameNotAuthentic");
      assert.equal(writeError?.code, "FrameNotAuthentic");
      assert.ok(released.length <= 300);
      assert.deepEqual(released, plaintext.subarray(0, released.length));
    });

    test(`${engine}: frames that change places are refused`, async () => {
      const envelope = envelopeWith({ engine });
      const message = await envelope.encrypt(patternedBytes(1000));
      const { headerLength } = await inspect(message);
      const frameLength = 4 + 12 + 100 + 16;
      const frame = (i) => message.subarray(headerLength + i * frameLength, headerLength + (i + 1) * frameLength);
      const rest = message.subarray(headerLength + 2 * frameLength);
      const swapped = concatBytes([message.subarray(0, headerLength), frame(1), frame(0), rest]);
      const { released, readError } = await pump(envelope.decryptStream(), swapped, [64]);
      assert.equal(readError?.code, "FrameOutOfOrder");
      assert.equal(released.length, 0);
    });
  }

  test("the last frame of a signed message waits for the signature", async () => {
    const envelope = envelopeWith({ suite: 0x0578 });
    const message = await envelope.encrypt(patternedBytes(250));
    const changed = message.slice();
    changed[message.length - 1] ^= 1;
    for (const engine of ENGINES) {
      const { released, readError } = await pump(envelope.decryptStream({ engine }), changed, [64]);
      assert.equal(readError?.code, "SignatureNotValid", engine);
      assert.ok(released.length <= 200, engine);
    }
  });

  test("an end before the last frame, or a byte after it, is an error", async () => {
    for (const suite of SUITES) {
      const envelope = envelopeWith({ suite });
      const message = await envelope.encrypt(patternedBytes(250));
      for (const length of [0, 10, 300, message.length - 1]) {
        const { readError } = await pump(envelope.decryptStream(), message.slice(0, length), [64]);
        assert.equal(readError?.code, "TruncatedMessage", `${length}`);
      }
      const { readError } = await pump(envelope.decryptStream(), concatBytes([message, new Uint8Array(1)]), [64]);
      assert.equal(readError?.code, "TrailingBytes");
    }
  });

  test("the header's promise fails with the stream, and disturbs nobody who ignores it", async () => {
    const envelope = envelopeWith();
    const opening = envelope.decryptStream();
    await pump(opening, new Uint8Array([9, 9, 9]), [1]);
    const error = await opening.header.catch((e) => e);
    assert.ok(error instanceof EdgekmsError);
  });

  test("a keyring that cannot wrap fails the stream before any byte", async () => {
    const failing = new Envelope({ keyring, frameLength: 0 });
    const { readError, released } = await pump(failing.encryptStream(), patternedBytes(10), [10]);
    assert.equal(readError?.code, "InvalidArgument");
    assert.equal(released.length, 0);
  });

  test("a signal ends sealing and opening with its reason", async () => {
    for (const make of ["encryptStream", "decryptStream"]) {
      const controller = new AbortController();
      const stream = envelopeWith()[make]({ signal: controller.signal });
      const reading = settles(new Response(stream.readable).bytes(), make);
      const reason = new Error("enough");
      controller.abort(reason);
      assert.equal((await reading).error, reason);
      const writer = stream.writable.getWriter();
      writer.closed.catch(() => {});
      await assert.rejects(writer.write(new Uint8Array(1)), (error) => error === reason);
    }
    const aborted = envelopeWith().encrypt("x", { signal: AbortSignal.abort(new Error("before")) });
    await assert.rejects(aborted, /before/);
  });
});

describe("memory", () => {
  for (const engine of ENGINES) {
    test(`${engine}: without a reader only a few frames are made of one huge chunk`, async () => {
      const envelope = new Envelope({ keyring, engine });
      let processed = 0;
      const onProgress = ({ bytesProcessed }) => (processed = bytesProcessed);
      const { writable, readable } = envelope.encryptStream({ onProgress });
      const writer = writable.getWriter();
      writer.closed.catch(() => {});
      const writing = writer.write(new Uint8Array(32 * 1024 * 1024));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const frameLength = engine === "webcrypto" ? 262_144 : 65_536;
      assert.ok(processed <= 24 * frameLength, `${processed} bytes`);
      await readable.cancel();
      await rejectsWithCode(writing, "StreamClosed");
    });
  }
});

describe("Node's streams", () => {
  const plaintext = patternedBytes(5000);
  const source = () => Readable.from([Buffer.from(plaintext.subarray(0, 3000)), Buffer.from(plaintext.subarray(3000))]);
  const gather = async (readable) => concatBytes(await readable.toArray());

  test("pipeline takes the pair as it is", async () => {
    const envelope = envelopeWith();
    const sink = new PassThrough();
    const gathered = gather(sink);
    await pipeline(source(), envelope.encryptStream(), envelope.decryptStream(), sink);
    assert.deepEqual(await gathered, plaintext);
  });

  test("pipeline takes the generators, too", async () => {
    const envelope = envelopeWith();
    const sink = new PassThrough();
    const gathered = gather(sink);
    await pipeline(source(), envelope.encryptStream().through, envelope.decryptStream().through, sink);
    assert.deepEqual(await gathered, plaintext);
  });

  test("Duplex.fromWeb makes a Node stream of it", async () => {
    const envelope = envelopeWith();
    const duplex = source().pipe(Duplex.fromWeb(envelope.encryptStream()));
    const message = await gather(duplex);
    assert.deepEqual((await envelope.decrypt(message)).plaintext, plaintext);
  });

  test("Readable.toWeb and async iterables can be piped through", async () => {
    const envelope = envelopeWith();
    const iterable = ReadableStream.from(source()).pipeThrough(envelope.encryptStream());
    const web = Readable.toWeb(source()).pipeThrough(envelope.encryptStream());
    for (const stream of [iterable, web]) {
      const message = await new Response(stream).bytes();
      assert.deepEqual((await envelope.decrypt(message)).plaintext, plaintext);
    }
  });
});

describe("generators", () => {
  const gathered = async (generator) => concatBytes(await Array.fromAsync(generator));

  test("give what the pair gives, for arrays and for generators", async () => {
    const envelope = envelopeWith();
    const plaintext = patternedBytes(1234);
    const message = await gathered(envelope.encryptStream().through([plaintext.subarray(0, 1000), plaintext.subarray(1000)]));
    async function* source() {
      for (let at = 0; at < message.length; at += 64) yield message.subarray(at, at + 64);
    }
    assert.deepEqual(await gathered(envelope.decryptStream().through(source())), plaintext);
  });

  test("whoever stops reading stops the source", async () => {
    const { promise: stopped, resolve } = Promise.withResolvers();
    async function* endless() {
      try {
        for (;;) yield patternedBytes(100_000);
      } finally {
        resolve();
      }
    }
    for await (const piece of envelopeWith().encryptStream().through(endless())) {
      assert.ok(piece.length > 0);
      break;
    }
    await settles(stopped, "the source");
  });

  test("fail as the source fails, and as the message does", async () => {
    const failure = new Error("the disk is gone");
    async function* failing() {
      yield patternedBytes(10);
      throw failure;
    }
    await assert.rejects(gathered(envelopeWith().encryptStream().through(failing())), failure);
    const message = await envelopeWith().encrypt(patternedBytes(250));
    await rejectsWithCode(gathered(envelopeWith().decryptStream().through([message.subarray(0, -1)])), "TruncatedMessage");
    const released = [];
    message[message.length - 1] ^= 1;
    const reading = (async () => {
      for await (const piece of envelopeWith().decryptStream().through([message])) released.push(piece);
    })();
    await rejectsWithCode(reading, "FrameNotAuthentic");
    assert.ok(concatBytes(released).length <= 200, "nothing of the frame that was changed");
  });
});
