// SPDX-License-Identifier: Apache-2.0

/** Parts of messages: from bytes, Blobs and files, sealed here and by another implementation. */

import assert from "node:assert/strict";
import { open, writeFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { Envelope, inspect, plaintextSize, rawAesKeyring, sealedSize } from "edgekms";
import { SUITES, awsRawAes, awsSeal, awsSealNonFramed, suiteLabel } from "../lib/aws-esdk.mjs";
import { concatBytes, patternedBytes, throughStream } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { cut, join } from "../lib/message.mjs";
import { temporaryFolder } from "./lib/folder.mjs";

const KEY = { namespace: "ranges", name: "key", wrappingKey: patternedBytes(32, 7) };
const LENGTH = 1000;
const PLAINTEXT = patternedBytes(LENGTH);

/** @param {object} options */
function envelopeWith(options = {}) {
  return new Envelope({ keyring: rawAesKeyring(KEY), frameLength: 64, ...options });
}

/** A source that counts what is read of it, as an open file. */
function counted(bytes) {
  const reads = [];
  return {
    reads,
    stat: async () => ({ size: bytes.length }),
    async read(buffer, offset, length, position) {
      const part = bytes.subarray(position, position + length);
      buffer.set(part, offset);
      reads.push([position, position + part.length]);
      return { bytesRead: part.length };
    },
  };
}

const EDGES = [0, 1, 63, 64, 65, 127, 128, 500, 960, 999, 1000];
const RANGES = EDGES.flatMap((start) => EDGES.filter((end) => end >= start).map((end) => ({ start, end })));

describe("a part of a message is that part of its plaintext", () => {
  for (const engine of ["auto", "node", "webcrypto", "wasm"]) {
    test(`by engine ${engine}, wherever it starts and ends`, async () => {
      const envelope = envelopeWith({ engine });
      const encryptionContext = { film: "42" };
      const message = await envelope.encrypt(PLAINTEXT, { encryptionContext });
      const reader = await envelope.rangeReader(message, { encryptionContext });
      assert.deepEqual({ ...reader.encryptionContext }, encryptionContext);
      assert.equal(reader.plaintextLength, LENGTH);
      for (const { start, end } of RANGES) {
        const part = await reader.read({ start, end });
        assert.deepEqual(part.plaintext, PLAINTEXT.slice(start, end), `${start} to ${end}`);
        assert.ok(part.start === start && part.end === end && part.endVerified);
      }
    });
  }

  test("from a stream's message too, whose last frame is empty, and of an empty plaintext", async () => {
    const envelope = envelopeWith();
    for (const length of [0, 1, 64, 128, 130]) {
      const plaintext = PLAINTEXT.slice(0, length);
      const messages = [
        await envelope.encrypt(plaintext),
        await throughStream(plaintext, envelope.encryptStream(), [30]),
      ];
      for (const message of messages) {
        const whole = await envelope.openRange(message);
        assert.deepEqual(whole.plaintext, plaintext);
        assert.equal(whole.plaintextLength, length);
        const { plaintext: none } = await envelope.openRange(message, { start: length });
        assert.equal(none.length, 0);
      }
    }
  });

  test("from every kind of source", async (t) => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const path = `${await temporaryFolder(t)}/message`;
    await writeFile(path, message);
    const file = await open(path);
    t.after(() => file.close());
    const inside = concatBytes([new Uint8Array(5), message, new Uint8Array(7)]).subarray(5, 5 + message.length);
    for (const source of [message, message.buffer.slice(0), inside, new Blob([message]), file]) {
      const { plaintext } = await envelope.openRange(source, { start: 100, end: 200 });
      assert.deepEqual(plaintext, PLAINTEXT.slice(100, 200), source.constructor.name);
    }
    for (const source of [undefined, null, 5, {}, "a/path", "ftp://example.org/x", new URL("file:///x")]) {
      const error = await rejectsWithCode(envelope.openRange(source), "InvalidArgument");
      assert.match(error.message, /FileHandle/);
    }
  });

  test("of a message that another implementation sealed, in frames or in one piece", async () => {
    const envelope = envelopeWith({ commitmentPolicy: "require-encrypt-allow-decrypt" });
    for (const { id, signing } of SUITES) {
      const options = { suiteId: id, frameLength: 64, encryptionContext: { a: "1", B: "2" } };
      const framed = await awsSeal(awsRawAes(KEY), PLAINTEXT, options);
      const whole = await awsSealNonFramed(awsRawAes(KEY), PLAINTEXT, { suiteId: id });
      for (const message of [framed, whole]) {
        const range = { start: 130, end: 999, acceptUnverifiedSignature: true };
        const part = await envelope.openRange(message, range);
        assert.deepEqual(part.plaintext, PLAINTEXT.slice(130, 999), suiteLabel(id));
        assert.ok(part.endVerified && part.plaintextLength === LENGTH);
        assert.equal(part.header.signed, signing);
      }
    }
  });

  test("of frames and blocks that are many megabytes", async () => {
    const plaintext = patternedBytes(5_000_000);
    for (const frameLength of [1000, 65_536, 3_000_000]) {
      const envelope = envelopeWith({ frameLength });
      const source = counted(await envelope.encrypt(plaintext));
      const reader = await envelope.rangeReader(source);
      const parts = [];
      for await (const piece of reader.stream({ start: 999, end: 4_999_000 })) parts.push(piece);
      assert.deepEqual(concatBytes(parts), plaintext.slice(999, 4_999_000));
      const longest = Math.max(...source.reads.map(([from, to]) => to - from));
      assert.ok(longest <= Math.max(1 << 20, frameLength + 40), `${longest}`);
    }
  });
});

describe("no more is read than is needed", () => {
  test("the header, the frames of the range, the last frame", async () => {
    const envelope = envelopeWith({ frameLength: 10_000 });
    const message = await envelope.encrypt(patternedBytes(100_000));
    const { headerLength } = await inspect(message);
    const source = counted(message);
    const reader = await envelope.rangeReader(source);
    assert.deepEqual(source.reads, [[0, 4096]]);
    const frame = (number) => headerLength + (number - 1) * 10_032;
    const { plaintext } = await reader.read({ start: 35_000, end: 45_000 });
    assert.equal(plaintext.length, 10_000);
    const read = source.reads.slice(1).sort(([a], [b]) => a - b);
    assert.deepEqual(read, [[frame(4), frame(6)], [frame(10), message.length]]);
    assert.ok(reader.endVerified);
    source.reads.length = 0;
    await reader.read({ start: 0, end: 1 });
    assert.deepEqual(source.reads, [[frame(1), frame(2)]], "the end is verified once");
  });

  test("without verifyEnd not the last frame, and the answer says so", async () => {
    const envelope = envelopeWith({ frameLength: 10_000 });
    const source = counted(await envelope.encrypt(patternedBytes(100_000)));
    const part = await envelope.openRange(source, { start: 1, end: 2, verifyEnd: false });
    assert.ok(part.plaintext.length === 1 && !part.endVerified && part.plaintextLength === 100_000);
    assert.equal(source.reads.length, 2);
  });

  test("a header that is longer than most is read to its end", async () => {
    const envelope = envelopeWith();
    const encryptionContext = { long: "x".repeat(40_000) };
    const source = counted(await envelope.encrypt(PLAINTEXT, { encryptionContext }));
    const { plaintext } = await envelope.openRange(source, { start: 5, end: 9 });
    assert.deepEqual(plaintext, PLAINTEXT.slice(5, 9));
  });
});

describe("what was changed does not open", () => {
  test("a message cut anywhere has no verified end", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT.slice(0, 200));
    for (let length = 0; length < message.length; length += 1) {
      const part = message.slice(0, length);
      await rejectsWithCode(envelope.openRange(part, { start: 0, end: 10 }), "TruncatedMessage", `${length}`);
      // Nor is a range behind the cut taken for one behind the end.
      await rejectsWithCode(envelope.openRange(part, { start: 190, end: 200 }), "TruncatedMessage", `${length}`);
    }
  });

  test("but without verifyEnd what is left of it opens", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT.slice(0, 200));
    const { header, frames } = cut(message);
    const cutInFrame = concatBytes([header, ...frames.slice(0, 2), frames[2].slice(0, 50)]);
    const options = { end: 128, verifyEnd: false };
    const part = await envelope.openRange(cutInFrame, options);
    assert.deepEqual(part.plaintext, PLAINTEXT.slice(0, 128));
    assert.equal(part.endVerified, false);
  });

  test("bytes after the end, frames swapped, repeated, missing and of another message", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const pieces = cut(message);
    const [first, second, third, ...rest] = pieces.frames;
    const { frames: others } = cut(await envelope.encrypt(PLAINTEXT));
    const cases = [
      [[second, first, third, ...rest], "FrameOutOfOrder"],
      [[first, first, third, ...rest], "FrameOutOfOrder"],
      [[first, others[1], third, ...rest], "FrameNotAuthentic"],
    ];
    for (const [frames, code] of cases) {
      await rejectsWithCode(envelope.openRange(join({ ...pieces, frames }), { start: 64, end: 70 }), code);
    }
    const padded = concatBytes([message, new Uint8Array(1)]);
    await rejectsWithCode(envelope.openRange(padded, { end: 1 }), "TrailingBytes");
    const missing = join({ ...pieces, frames: [first, third, ...rest] });
    await rejectsWithCode(envelope.openRange(missing, { end: 1 }), ["FrameOutOfOrder", "TruncatedMessage"]);
  });

  test("a changed byte of a frame of the range, with nothing given out; of another frame, unnoticed", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const { headerLength } = await inspect(message);
    for (let at = 0; at < 96; at += 1) {
      const changed = message.slice();
      changed[headerLength + at] ^= 1;
      await rejectsWithCode(envelope.openRange(changed, { start: 10, end: 100 }), [
        "FrameNotAuthentic",
        "FrameOutOfOrder",
        "MalformedFrame",
      ]);
      const { plaintext } = await envelope.openRange(changed, { start: 64, end: 128 });
      assert.deepEqual(plaintext, PLAINTEXT.slice(64, 128));
    }
  });

  test("a stream of a part fails before its first byte if the end is not there", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const reader = await envelope.rangeReader(message.slice(0, -33));
    await rejectsWithCode(reader.stream({ end: 10 }).getReader().read(), "TruncatedMessage");
  });

  test("the wrong key, context and policy", async () => {
    const message = await envelopeWith().encrypt(PLAINTEXT, { encryptionContext: { a: "1" } });
    const other = envelopeWith({ keyring: rawAesKeyring({ ...KEY, wrappingKey: patternedBytes(32, 8) }) });
    await rejectsWithCode(other.openRange(message), "NoDataKey");
    await rejectsWithCode(envelopeWith().openRange(message, { encryptionContext: { a: "2" } }), "ContextMismatch");
    const old = await awsSeal(awsRawAes(KEY), PLAINTEXT, { suiteId: 0x0178 });
    await rejectsWithCode(envelopeWith().openRange(old), "CommitmentPolicyViolation");
  });
});

describe("signed messages", () => {
  test("are refused with the reason", async () => {
    const envelope = envelopeWith({ suite: 0x0578 });
    const message = await envelope.encrypt(PLAINTEXT);
    const error = await rejectsWithCode(envelope.openRange(message), "SignedMessage");
    assert.match(error.message, /acceptUnverifiedSignature/);
  });

  test("open for whoever accepts what a range cannot prove, wherever the footer begins", async () => {
    const envelope = envelopeWith({ suite: 0x0578 });
    for (let length = 190; length < 262; length += 3) {
      const plaintext = PLAINTEXT.slice(0, length);
      const message = await envelope.encrypt(plaintext);
      const part = await envelope.openRange(message, { start: 60, acceptUnverifiedSignature: true });
      assert.deepEqual(part.plaintext, plaintext.slice(60));
      assert.ok(part.endVerified && part.plaintextLength === length);
    }
  });

  test("cut, they have no end", async () => {
    const envelope = envelopeWith({ suite: 0x0578 });
    const message = await envelope.encrypt(PLAINTEXT.slice(0, 200));
    for (let length = message.length - 1; length > 600; length -= 7) {
      const opening = envelope.openRange(message.slice(0, length), { end: 1, acceptUnverifiedSignature: true });
      await rejectsWithCode(opening, "TruncatedMessage", `${length}`);
    }
  });
});

describe("ranges that are none", () => {
  test("behind the end they are refused, and ended there if that is asked for", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    for (const range of [{ start: 1001 }, { start: 5, end: 1001 }, { start: 2000, end: 3000, clamp: true }]) {
      const error = await rejectsWithCode(envelope.openRange(message, range), "RangeNotSatisfiable");
      assert.match(error.message, /1000 bytes/);
    }
    const { plaintext, end } = await envelope.openRange(message, { start: 990, end: 5000, clamp: true });
    assert.deepEqual([plaintext, end], [PLAINTEXT.slice(990), LENGTH]);
  });

  test("what is no range at all", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const bad = [{ start: -1 }, { start: 0.5 }, { end: NaN }, { end: Infinity }, { start: "1" }, { start: 5, end: 4 }];
    for (const range of bad) {
      await rejectsWithCode(envelope.openRange(message, range), "InvalidArgument", JSON.stringify(range));
    }
  });
});

describe("sources and readers that stop", () => {
  /** A file of which reads from the `nth` on fail or are short. */
  function failing(bytes, nth, how) {
    const file = counted(bytes);
    const read = file.read;
    let count = 0;
    file.read = async (...args) => ((count += 1) < nth ? read(...args) : how());
    return file;
  }

  test("a source that fails is named, and an end that could not be read is read again", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(patternedBytes(20_000));
    const io = Object.assign(new Error("i/o error"), { code: "EIO" });
    let broken = true;
    const file = counted(message);
    const { read } = file;
    file.read = async (...args) => {
      if (broken && args[3] > 0) throw io;
      return read(...args);
    };
    const reader = await envelope.rangeReader(file);
    const error = await rejectsWithCode(reader.read({ start: 9000, end: 9010 }), "FileFailed");
    assert.ok(error.cause === io && error.message.includes("EIO"));
    broken = false;
    assert.equal((await reader.read({ start: 9000, end: 9010 })).endVerified, true);
  });

  test("a file that became shorter", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(patternedBytes(20_000));
    const short = failing(message, 2, () => ({ bytesRead: 0 }));
    await rejectsWithCode(envelope.openRange(short, { end: 1 }), "SourceChanged");
  });

  test("an abort before and during a read fails with its reason", async () => {
    const envelope = envelopeWith();
    const message = await envelope.encrypt(PLAINTEXT);
    const reason = new Error("enough");
    await assert.rejects(envelope.openRange(message, { signal: AbortSignal.abort(reason) }), reason);
    const abort = new AbortController();
    const never = failing(message, 2, () => {
      abort.abort(reason);
      return new Promise((resolve) => setTimeout(resolve, 20, { bytesRead: 0 }));
    });
    const reader = await envelope.rangeReader(never);
    await assert.rejects(reader.read({ end: 1, signal: abort.signal }), reason);
  });

  test("a reader that stops half-way leaves no rejection behind", async () => {
    const envelope = envelopeWith();
    const source = counted(await envelope.encrypt(patternedBytes(3_000_000)));
    const reader = await envelope.rangeReader(source);
    for await (const piece of reader.stream()) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.ok(source.reads.length < 5, `${source.reads.length} reads`);
    const stream = reader.stream().getReader();
    await stream.cancel();
    const abort = new AbortController();
    const aborted = reader.stream({ signal: abort.signal }).getReader();
    await aborted.read();
    abort.abort(new Error("enough"));
    await assert.rejects(async () => {
      while (!(await aborted.read()).done);
    }, /enough/);
  });

  test("a closed reader reads nothing more", async () => {
    const envelope = envelopeWith();
    const reader = await envelope.rangeReader(await envelope.encrypt(PLAINTEXT));
    reader.close();
    await rejectsWithCode(reader.read({ end: 1 }), "InvalidArgument");
  });
});

describe("sizes", () => {
  test("are those of what is written, by one call and by a stream, and back", async () => {
    const envelope = envelopeWith();
    for (const length of [0, 1, 63, 64, 65, 128, 1000]) {
      const plaintext = PLAINTEXT.slice(0, length);
      const message = await envelope.encrypt(plaintext);
      const streamed = await throughStream(plaintext, envelope.encryptStream(), [10]);
      const header = await inspect(message);
      assert.equal(await sealedSize(length, header), message.length);
      assert.equal(await sealedSize(length, { ...header, streamed: true }), streamed.length);
      assert.equal(await plaintextSize(message.length, header), length);
      assert.equal(await plaintextSize(streamed.length, header), length);
    }
  });

  test("an envelope's own, whatever its header needs", async () => {
    const envelope = envelopeWith();
    const encryptionContext = { a: "1" };
    const message = await envelope.encrypt(PLAINTEXT, { encryptionContext });
    assert.equal(await envelope.sealedSize(LENGTH, { encryptionContext }), message.length);
    await rejectsWithCode(envelopeWith({ suite: 0x0578 }).sealedSize(1), "SignedMessage");
  });

  test("that nothing can have are refused", async () => {
    const header = { headerLength: 100, frameLength: 64 };
    for (const length of [-1, 1.5, NaN, 2 ** 53, "1"]) {
      await rejectsWithCode(sealedSize(length, header), "InvalidArgument", `${length}`);
      await rejectsWithCode(plaintextSize(length, header), "InvalidArgument", `${length}`);
    }
    await rejectsWithCode(sealedSize(2 ** 40, { headerLength: 100, frameLength: 1 }), "MessageTooLong");
    await rejectsWithCode(plaintextSize(139, header), "TruncatedMessage");
    await rejectsWithCode(sealedSize(1, { headerLength: 100, frameLength: 2 ** 32 }), "InvalidArgument");
  });
});
