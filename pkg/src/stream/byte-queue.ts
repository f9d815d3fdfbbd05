// SPDX-License-Identifier: Apache-2.0
/**
 * Turns chunks of any length into pieces of the lengths that frames need.
 *
 * A piece that lies inside one chunk is a view of it; only pieces across chunks are copied, once.
 * Between writes nothing of a caller's chunk is kept, so callers may use their buffers again.
 */

import type { Bytes } from "../bytes.js";

const NOTHING: Bytes = new Uint8Array(0);

/** A first-in first-out queue of bytes. */
export class ByteQueue {
  /** Bytes of earlier chunks: ours, from `#start` to `#end` of a growing buffer. */
  #held = NOTHING;
  #start = 0;
  #end = 0;
  /** The rest of the chunk being written: the caller's. */
  #chunk = NOTHING;

  /** Bytes waiting. */
  get length(): number {
    return this.#heldLength + this.#chunk.length;
  }

  get #heldLength(): number {
    return this.#end - this.#start;
  }

  /** Bytes that {@link peek} gives without copying. */
  get contiguous(): number {
    return this.#heldLength || this.#chunk.length;
  }

  /** Adds a chunk; {@link retain} must be called before the caller gets control back. */
  push(chunk: Bytes): void {
    this.retain();
    this.#chunk = chunk;
  }

  /** The first `length` bytes, removed, or `undefined` where there are fewer. */
  take(length: number): Bytes | undefined {
    if (this.length < length) return undefined;
    if (this.#heldLength === 0) {
      const piece = this.#chunk.subarray(0, length);
      this.#chunk = this.#chunk.subarray(length);
      return piece;
    }
    if (this.#heldLength < length) this.#hold(length - this.#heldLength);
    const piece = this.#held.subarray(this.#start, this.#start + length);
    // What follows stays where it is: moved for each piece, many small frames in one chunk took a square of its length.
    this.#start += length;
    if (this.#heldLength === 0) this.#forget();
    return piece;
  }

  /** A view of at most the first `length` bytes, left where they are. */
  peek(length: number): Bytes {
    if (this.#heldLength === 0) return this.#chunk.subarray(0, length);
    const missing = Math.min(length - this.#heldLength, this.#chunk.length);
    if (missing > 0) this.#hold(missing);
    return this.#held.subarray(this.#start, Math.min(this.#start + length, this.#end));
  }

  /** Copies what is left of the caller's chunk. */
  retain(): void {
    if (this.#chunk.length > 0) this.#hold(this.#chunk.length);
    this.#chunk = NOTHING;
  }

  /** Wipes and forgets everything. */
  clear(): void {
    this.#held.fill(0, this.#start, this.#end);
    this.#forget();
    this.#chunk = NOTHING;
  }

  #forget(): void {
    this.#held = NOTHING;
    this.#start = 0;
    this.#end = 0;
  }

  /** Moves bytes from the chunk behind the held ones. */
  #hold(length: number): void {
    if (this.#end + length > this.#held.length) {
      // Twice what is there: never more than that of what has really come in, whatever a header claims.
      const wanted = this.#heldLength + length;
      const grown = new Uint8Array(Math.max(wanted, this.#heldLength * 2));
      grown.set(this.#held.subarray(this.#start, this.#end));
      this.#held.fill(0, this.#start, this.#end);
      this.#held = grown;
      this.#end = this.#heldLength;
      this.#start = 0;
    }
    this.#held.set(this.#chunk.subarray(0, length), this.#end);
    this.#chunk = this.#chunk.subarray(length);
    this.#end += length;
  }
}
