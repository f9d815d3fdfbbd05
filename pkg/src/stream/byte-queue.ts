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
  /** Bytes of earlier chunks: ours, the first `#heldLength` of a growing buffer. */
  #held = NOTHING;
  #heldLength = 0;
  /** The rest of the chunk being written: the caller's. */
  #chunk = NOTHING;

  /** Bytes waiting. */
  get length(): number {
    return this.#heldLength + this.#chunk.length;
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
    const piece = this.#held.subarray(0, length);
    const rest = this.#held.subarray(length, this.#heldLength);
    // A new buffer: an engine may still be reading the piece.
    this.#held = rest.length === 0 ? NOTHING : rest.slice();
    this.#heldLength = rest.length;
    return piece;
  }

  /** A view of at most the first `length` bytes, left where they are. */
  peek(length: number): Bytes {
    if (this.#heldLength === 0) return this.#chunk.subarray(0, length);
    const missing = Math.min(length - this.#heldLength, this.#chunk.length);
    if (missing > 0) this.#hold(missing);
    return this.#held.subarray(0, Math.min(length, this.#heldLength));
  }

  /** Copies what is left of the caller's chunk. */
  retain(): void {
    if (this.#chunk.length > 0) this.#hold(this.#chunk.length);
    this.#chunk = NOTHING;
  }

  /** Wipes and forgets everything. */
  clear(): void {
    this.#held.fill(0);
    this.#held = NOTHING;
    this.#heldLength = 0;
    this.#chunk = NOTHING;
  }

  /** Moves bytes from the chunk behind the held ones. */
  #hold(length: number): void {
    const wanted = this.#heldLength + length;
    if (wanted > this.#held.length) {
      // Doubling: never more than twice what has really come in, whatever a header claims.
      const grown = new Uint8Array(Math.max(wanted, this.#held.length * 2));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held.fill(0);
      this.#held = grown;
    }
    this.#held.set(this.#chunk.subarray(0, length), this.#heldLength);
    this.#chunk = this.#chunk.subarray(length);
    this.#heldLength = wanted;
  }
}
