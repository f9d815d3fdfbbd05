// SPDX-License-Identifier: Apache-2.0

/** Chunks of any length become pieces of the lengths asked for, and no caller's buffer is kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteQueue } from "../../pkg/dist/stream/byte-queue.js";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";

test("any chunking gives the same pieces", () => {
  const bytes = patternedBytes(1000);
  for (let chunkLength = 1; chunkLength <= 97; chunkLength += 3) {
    for (let pieceLength = 1; pieceLength <= 97; pieceLength += 5) {
      const queue = new ByteQueue();
      const pieces = [];
      for (let at = 0; at < bytes.length; at += chunkLength) {
        queue.push(bytes.slice(at, at + chunkLength));
        for (let piece = queue.take(pieceLength); piece; piece = queue.take(pieceLength)) {
          assert.equal(piece.length, pieceLength);
          pieces.push(piece.slice());
        }
        queue.retain();
      }
      pieces.push(queue.take(queue.length));
      assert.deepEqual(concatBytes(pieces), bytes, `${chunkLength} into ${pieceLength}`);
    }
  }
});

test("a caller may use its buffer again after retain", () => {
  const queue = new ByteQueue();
  const buffer = new Uint8Array([1, 2, 3]);
  queue.push(buffer);
  queue.retain();
  buffer.fill(9);
  assert.deepEqual(queue.take(3), new Uint8Array([1, 2, 3]));
});

test("a peek shows the beginning and leaves it there", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array([1, 2]));
  queue.retain();
  queue.push(new Uint8Array([3, 4, 5]));
  assert.deepEqual(queue.peek(4), new Uint8Array([1, 2, 3, 4]));
  assert.deepEqual(queue.peek(99), new Uint8Array([1, 2, 3, 4, 5]));
  assert.equal(queue.length, 5);
  assert.equal(queue.take(6), undefined);
  assert.deepEqual(queue.take(5), new Uint8Array([1, 2, 3, 4, 5]));
});

test("a piece taken earlier is not changed by what comes later", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array([1, 2]));
  queue.retain();
  queue.push(new Uint8Array([3, 4]));
  const first = queue.take(3);
  queue.push(new Uint8Array([5, 6]));
  queue.retain();
  queue.clear();
  assert.deepEqual(first, new Uint8Array([1, 2, 3]));
});
