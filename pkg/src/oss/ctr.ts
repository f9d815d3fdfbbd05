// SPDX-License-Identifier: Apache-2.0
/** AES-CTR from any position of an object, by WebCrypto. */

import type { Bytes } from "../bytes.js";
import { subtle } from "../engine/webcrypto.js";
import { EdgekmsError } from "../errors.js";
import type { Emit, Stage } from "../stream/duplex.js";

const BLOCK = 16;
/** Bytes that a stream handles at once, so that a chunk of any size waits for its reader in pieces. */
const PIECE = 1024 * 1024;
/** A call of WebCrypto costs more than turning so few bytes: shorter chunks share one. */
const SHORT = 4096;
/** Bytes of key stream that short chunks share. */
const AHEAD = 4 * SHORT;

/** The key stream of one object. Encrypting and decrypting are the same. */
export class Ctr {
  readonly #key: CryptoKey;
  readonly #first: bigint;

  private constructor(key: CryptoKey, iv: Bytes) {
    this.#key = key;
    this.#first = iv.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  }

  /** Imports the key and wipes the bytes that it was given as. */
  static async of(key: Bytes, iv: Bytes): Promise<Ctr> {
    try {
      return new Ctr(await subtle().importKey("raw", key, "AES-CTR", false, ["encrypt"]), iv);
    } finally {
      key.fill(0);
    }
  }

  /** The bytes that stand at `position` of the object, turned. */
  async turn(bytes: Bytes, position: number): Promise<Bytes> {
    const skip = position % BLOCK;
    const counter = this.#counter(BigInt((position - skip) / BLOCK));
    let input = bytes;
    if (skip > 0) {
      input = new Uint8Array(skip + bytes.length);
      input.set(bytes, skip);
    }
    const algorithm = { name: "AES-CTR", counter, length: 8 * BLOCK };
    const turned = new Uint8Array(await subtle().encrypt(algorithm, this.#key, input));
    return turned.subarray(skip);
  }

  #counter(blocks: bigint): Bytes {
    let number = BigInt.asUintN(8 * BLOCK, this.#first + blocks);
    const counter = new Uint8Array(BLOCK);
    for (let at = BLOCK - 1; at >= 0; at--, number >>= 8n) counter[at] = Number(number & 0xffn);
    return counter;
  }
}

/** The same for a stream, whose bytes are counted. */
export class CtrStage implements Stage {
  readonly #ctr: Ctr;
  readonly #expected: number | undefined;
  #position: number;
  #ahead: { start: number; bytes: Bytes } | undefined;

  /** `expected` is the length of the whole object, if the stream is to end there. */
  constructor(ctr: Ctr, start: number, expected: number | undefined) {
    this.#ctr = ctr;
    this.#position = start;
    this.#expected = expected;
  }

  async write(chunk: Bytes, emit: Emit): Promise<void> {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      const turned = await this.#turn(piece, this.#position);
      this.#position += piece.length;
      checkLength(this.#position, this.#expected, false);
      await emit(turned);
    }
  }

  close(): void {
    checkLength(this.#position, this.#expected, true);
  }

  dispose(): void {
    this.#ahead?.bytes.fill(0);
  }

  async #turn(piece: Bytes, position: number): Promise<Bytes> {
    if (piece.length >= SHORT) return this.#ctr.turn(piece, position);
    let ahead = this.#ahead;
    if (ahead === undefined || position + piece.length > ahead.start + AHEAD) {
      // What zeros turn into is the key stream.
      const bytes = await this.#ctr.turn(new Uint8Array(AHEAD), position);
      this.#ahead = ahead = { start: position, bytes };
    }
    const { start, bytes } = ahead;
    return piece.map((byte, at) => byte ^ (bytes[position - start + at] ?? 0));
  }
}

/** Compares what came with what the headers say: the only thing here that notices a cut, and no attacker. */
export function checkLength(got: number, expected: number | undefined, atEnd: boolean): void {
  if (expected === undefined) return;
  if (got > expected) {
    throw new EdgekmsError("TrailingBytes", "the object has more bytes than its headers say");
  }
  if (atEnd && got < expected) {
    throw new EdgekmsError("TruncatedMessage", "the object has fewer bytes than its headers say");
  }
}
