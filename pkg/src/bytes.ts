// SPDX-License-Identifier: Apache-2.0
/** Small helpers over bytes that every runtime has. */

import { EdgekmsError, invalidArgument, kindOf } from "./errors.js";

/** Bytes over an ordinary buffer, which is what WebCrypto, `Blob` and `fetch` take. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** The UTF-8 form of a text. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

const zeroed = (length: number): Bytes => new Uint8Array(length);

/** All parts in one new array; a single part is given back without a copy. */
export function concat(parts: readonly Bytes[], allocate = zeroed): Bytes {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  let length = 0;
  for (const part of parts) length += part.length;
  const all = allocate(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The bytes of a chunk, whatever kind of buffer it is, as a plain array: a `Buffer`'s `slice` would be a view.
 *
 * They are copied where others could change them, or their number, while they are worked on: shared memory, and
 * buffers that can be resized. WebCrypto refuses both. `or` says what else may be given.
 *
 * @throws EdgekmsError `InvalidArgument`, also for bytes that are gone: they would be sealed as nothing at all.
 */
export function viewOf(chunk: unknown, what: string, or = ""): Bytes {
  const isView = ArrayBuffer.isView(chunk);
  const buffer = isView ? chunk.buffer : (chunk as ArrayBufferLike);
  // By its name, as an array of another realm (a frame, Jest) has another constructor.
  if (!isView && !/^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(chunk))) {
    throw invalidArgument(`${what} must be bytes (Uint8Array, ArrayBuffer or another view)${or}, not ${kindOf(chunk)}`);
  }
  try {
    const ours = buffer instanceof ArrayBuffer && (buffer as { resizable?: boolean }).resizable !== true;
    if (ours && isView && Object.getPrototypeOf(chunk) === Uint8Array.prototype && chunk.byteLength > 0) return chunk as Bytes;
    // Of an array whose bytes are gone the length is 0; only its methods tell it from an empty one.
    if (isView && chunk.byteLength === 0 && "length" in chunk) Uint8Array.prototype.keys.call(chunk as Uint8Array);
    // What only looks like a buffer (a proxy of one) would be read as an array of nothing.
    const real = new DataView(buffer).buffer;
    const bytes = isView ? new Uint8Array(real, chunk.byteOffset, chunk.byteLength) : new Uint8Array(real);
    return ours ? (bytes as Bytes) : new Uint8Array(bytes);
  } catch {
    throw invalidArgument(`${what} has no bytes any more: its buffer was transferred or made shorter, or is none`);
  }
}

/**
 * Fills bytes with randomness, and gives them.
 *
 * @throws EdgekmsError `RandomnessUnavailable`.
 */
export function randomized(bytes: Bytes): Bytes {
  let cause: unknown;
  try {
    bytes.fill(0);
    crypto.getRandomValues(bytes);
    // A stand-in of a test that does nothing, say. By chance 16 bytes are never all 0.
    if (bytes.length < 16 || bytes.some((byte) => byte !== 0)) return bytes;
  } catch (error) {
    cause = error;
  }
  const text = "crypto.getRandomValues is missing or does not work; nothing is sealed";
  throw new EdgekmsError("RandomnessUnavailable", text, { cause });
}

/** Standard base64 with padding (RFC 4648 section 4). For small values: keys and blobs. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of a standard base64 text, or `undefined` where it is none. */
export function fromBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Lowercase hexadecimal. */
export function hex(bytes: Bytes): string {
  let text = "";
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}
