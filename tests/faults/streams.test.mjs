// SPDX-License-Identifier: Apache-2.0

/**
 * Streams that end badly: aborted by signal, by reader or by writer, fed by a source that fails,
 * cut off, or damaged. Nothing hangs, both ends hear of it, and the only plaintext that ever comes
 * out is whole frames that were authentic.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, rawAesKeyring } from "edgekms";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";
import { cut, join } from "../lib/message.mjs";
import { pump, settles } from "../lib/pump.mjs";

const ENGINES = ["node", "webcrypto", "wasm"];
const KEY = { namespace: "faults", name: "streams", wrappingKey: patternedBytes(32, 3) };
const FRAME = 1000;
const PLAINTEXT = patternedBytes(10 * FRAME + 37, 9);
const CHUNKS = [[FRAME], [1, 777], [50_000]];

function envelope(engine, options = {}) {
  return new Envelope({ keyring: rawAesKeyring(KEY), frameLength: FRAME, engine, ...options });
}

const message = await envelope("auto").encrypt(PLAINTEXT, { encryptionContext: { kind: "stream" } });
const signed = await envelope("auto", { suite: 0x0578 }).encrypt(PLAINTEXT);

/** The stream failed at both ends with this code, having released exactly these frames. */
function assertFailed(outcome, code, frames, what) {
  assert.equal(outcome.readError?.code, code, `${what}: ${outcome.readError?.stack}`);
  if (outcome.writeError !== undefined) assert.equal(outcome.writeError.code, code, what);
  assert.deepEqual(outcome.released, PLAINTEXT.slice(0, frames * FRAME), what);
}

/** No byte beyond the authentic frames came out; a stream may stop short of them when it fails. */
function assertAuthenticPrefix(released, frames, what) {
  assert.ok(released.length <= frames * FRAME, `${what}: ${released.length} bytes of ${frames} frames`);
  assert.equal(released.length % FRAME, 0, `${what}: a part of a frame`);
  assert.deepEqual(released, PLAINTEXT.slice(0, released.length), what);
}

for (const engine of ENGINES) {
  describe(`damaged streams, ${engine}`, () => {
    for (const sizes of CHUNKS) {
      test(`cut off at every boundary and inside every piece, in chunks of ${sizes.join(", ")}`, async () => {
        const { header, frames } = cut(message);
        const boundaries = [0, header.length];
        for (const frame of frames) boundaries.push(boundaries.at(-1) + frame.length);
        for (const boundary of boundaries) {
          for (const length of [boundary - 1, boundary, boundary + 1]) {
            if (length < 0 || length >= message.length) continue;
            const outcome = await pump(envelope(engine).decryptStream(), message.slice(0, length), sizes);
            const whole = Math.max(0, boundaries.filter((end) => end <= length).length - 2);
            assert.equal(outcome.readError?.code, "TruncatedMessage", `cut at ${length}: ${outcome.readError?.stack}`);
            assertAuthenticPrefix(outcome.released, whole, `cut at ${length}`);
          }
        }
      });

      test(`one byte changed in any frame, in chunks of ${sizes.join(", ")}`, async () => {
        const pieces = cut(message);
        for (const [index, frame] of pieces.frames.entries()) {
          // The last byte of the ciphertext, and of the tag.
          for (const offset of [frame.length - 17, frame.length - 1]) {
            const frames = [...pieces.frames];
            frames[index] = frame.with(offset, frame[offset] ^ 1);
            const outcome = await pump(envelope(engine).decryptStream(), join({ ...pieces, frames }), sizes);
            assert.equal(outcome.readError?.code, "FrameNotAuthentic", `frame ${index}: ${outcome.readError?.stack}`);
            assertAuthenticPrefix(outcome.released, index, `frame ${index}`);
          }
        }
      });

      test(`one byte changed in the header, in chunks of ${sizes.join(", ")}: nothing comes out`, async () => {
        const tag = cut(message).header.length - 1;
        const outcome = await pump(envelope(engine).decryptStream(), message.with(tag, message[tag] ^ 1), sizes);
        assertFailed(outcome, "HeaderNotAuthentic", 0, "tag");
      });

      test(`a changed signature ends the stream with an error, in chunks of ${sizes.join(", ")}`, async () => {
        const last = signed.length - 1;
        const outcome = await pump(envelope(engine).decryptStream(), signed.with(last, signed[last] ^ 1), sizes);
        assert.equal(outcome.readError?.code, "SignatureNotValid", outcome.readError?.stack);
      });

      test(`bytes after the end, in chunks of ${sizes.join(", ")}`, async () => {
        const outcome = await pump(envelope(engine).decryptStream(), concatBytes([message, new Uint8Array(1)]), sizes);
        assert.equal(outcome.readError?.code, "TrailingBytes", outcome.readError?.stack);
      });
    }
  });
}

describe("streams that are given up", () => {
  const DIRECTIONS = [
    ["encryptStream", PLAINTEXT],
    ["decryptStream", message],
  ];
  const reason = new Error("the user closed the page");

  for (const [direction, bytes] of DIRECTIONS) {
    for (const engine of ENGINES) {
      const half = bytes.slice(0, 5500);

      test(`${direction} (${engine}): an aborted signal ends both sides with its reason`, async () => {
        const abort = new AbortController();
        const transform = envelope(engine)[direction]({ signal: abort.signal });
        const reader = transform.readable.getReader();
        const writer = transform.writable.getWriter();
        const closed = [settles(reader.closed, "reader.closed"), settles(writer.closed, "writer.closed")];
        writer.write(half).catch(() => {});
        await reader.read();
        abort.abort(reason);
        for (const { error } of await Promise.all(closed)) assert.equal(error, reason);
        assert.equal((await settles(reader.read(), "read")).error, reason);
        assert.equal((await settles(writer.write(half), "write")).error, reason);
      });

      test(`${direction} (${engine}): a signal that was aborted before ends it at once`, async () => {
        const transform = envelope(engine)[direction]({ signal: AbortSignal.abort(reason) });
        const outcome = await pump(transform, bytes, [100]);
        assert.equal(outcome.readError, reason);
        assert.equal(outcome.released.length, 0);
      });

      test(`${direction} (${engine}): a reader that cancels stops the writer`, async () => {
        const transform = envelope(engine)[direction]();
        const reader = transform.readable.getReader();
        const writer = transform.writable.getWriter();
        const closed = settles(writer.closed, "writer.closed");
        writer.write(half).catch(() => {});
        await reader.read();
        await settles(reader.cancel(reason), "cancel");
        // Write until it is heard: a few chunks may still fit the queue.
        const writing = (async () => {
          for (let time = 0; time < 1000; time += 1) await writer.write(half);
        })();
        assert.ok("error" in (await settles(writing, "the writes after the cancel")));
        assert.ok("error" in (await closed));
      });

      test(`${direction} (${engine}): a writer that aborts stops the reader with its reason`, async () => {
        const transform = envelope(engine)[direction]();
        const reader = transform.readable.getReader();
        const writer = transform.writable.getWriter();
        writer.closed.catch(() => {});
        writer.write(half).catch(() => {});
        await reader.read();
        await settles(writer.abort(reason), "abort");
        const reading = (async () => {
          while (!(await reader.read()).done);
        })();
        const { error } = await settles(reading, "the reads after the abort");
        assert.equal(error, reason);
      });

      test(`${direction} (${engine}): a source that fails is an error at the sink, never a short result`, async () => {
        const source = new ReadableStream({
          start(controller) {
            controller.enqueue(half);
          },
          pull(controller) {
            controller.error(reason);
          },
        });
        let closed = false;
        const sink = new WritableStream({
          close() {
            closed = true;
          },
        });
        const { error } = await settles(source.pipeThrough(envelope(engine)[direction]()).pipeTo(sink), "pipeTo");
        assert.equal(error, reason);
        assert.equal(closed, false);
      });

      test(`${direction} (${engine}): a reader that never reads stops the writer from filling memory`, async () => {
        const transform = envelope(engine)[direction]();
        const writer = transform.writable.getWriter();
        const piece = patternedBytes(64 * 1024, 5);
        // Valid input throughout: a stream that failed would refuse writes for another reason.
        const input = direction === "encryptStream" ? null : (await sealedInPieces(engine)).values();
        let taken = 0;
        for (; taken < 100; taken += 1) {
          const chunk = input === null ? piece : input.next().value;
          const write = writer.write(chunk);
          write.catch(() => {});
          const waited = await Promise.race([write.then(() => false), new Promise((resolve) => setTimeout(resolve, 200, true))]);
          if (waited) break;
        }
        assert.ok(taken < 50, `${taken} chunks of 64 KiB were taken with nobody reading`);
        await writer.abort(reason).catch(() => {});
      });
    }
  }

  /** A message of about 6 MiB in pieces of 64 KiB. */
  async function sealedInPieces(engine) {
    const long = await envelope(engine, { frameLength: 65_536 }).encrypt(patternedBytes(100 * 65_536));
    return Array.from({ length: 100 }, (_, index) => long.slice(index * 65_536, (index + 1) * 65_536));
  }
});
