// SPDX-License-Identifier: Apache-2.0
/** Small helpers over bytes that every runtime has. */

import { invalidArgument, kindOf } from "./errors.js";

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

/** A view of the bytes of a chunk, whatever kind of buffer it is. `or` says what else may be given. */
export function viewOf(chunk: unknown, what: string, or = ""): Bytes {
  if (chunk instanceof Uint8Array) return chunk as Bytes;
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength);
  }
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw invalidArgument(`${what} must be bytes (Uint8Array, ArrayBuffer or another view)${or}, not ${kindOf(chunk)}`);
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
