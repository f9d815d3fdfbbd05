// SPDX-License-Identifier: Apache-2.0
/**
 * How several values lie in the area (crates/wasm/src/wire.rs): numbers little-endian; a field is its length
 * (u32) and its bytes.
 */

import type { Bytes } from "../bytes.js";
import type { Pairs } from "./bindings.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes that a text takes at the most, with its length. */
export function roomOf(texts: readonly string[]): number {
  let room = 0;
  for (const text of texts) room += 4 + text.length * 3;
  return room;
}

/** Writes values one after the other; there must be room for them. */
export class FieldWriter {
  /** Bytes written. */
  length = 0;
  readonly #bytes: Bytes;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  u8(value: number): void {
    this.#bytes[this.length++] = value;
  }

  u32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.u8(value >>> shift);
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  field(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  /** Whoever takes a text from a user has refused half of a surrogate pair, which UTF-8 cannot hold. */
  text(text: string): void {
    const start = this.length + 4;
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start));
    this.u32(written);
    this.length = start + written;
  }

  texts(texts: readonly string[]): void {
    this.u32(texts.length);
    for (const text of texts) this.text(text);
  }

  pairs(pairs: Pairs): void {
    this.u32(pairs.length);
    for (const [name, value] of pairs) {
      this.text(name);
      this.text(value);
    }
  }
}

/** The number at a place; by index, as views and iterators cost a microsecond. */
export function u32At(bytes: Bytes, at: number): number {
  const byte = (index: number) => bytes[at + index] as number;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}

/** Reads values in their order. What it gives are copies: the area is another's with the next call. */
export class FieldReader {
  #at = 0;
  readonly #bytes: Bytes;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  u32(): number {
    const at = this.#at;
    this.#at += 4;
    return u32At(this.#bytes, at);
  }

  field(): Bytes {
    return this.#take(this.u32()).slice();
  }

  text(): string {
    return decoder.decode(this.#take(this.u32()));
  }

  /** A count, and what is read as often. */
  list<T>(read: () => T): T[] {
    const list: T[] = [];
    for (let left = this.u32(); left > 0; left -= 1) list.push(read());
    return list;
  }

  pairs(): Pairs {
    return this.list(() => [this.text(), this.text()]);
  }

  #take(length: number): Bytes {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
