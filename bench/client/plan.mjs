// SPDX-License-Identifier: Apache-2.0
/** Sizes and bytes, the same in Node and in the browser. */

export const KIB = 1 << 10;
export const MIB = 1 << 20;
export const GIB = 1 << 30;

/** The frames of a message, and the pieces that its baseline ciphers. */
export const FRAME = 64 * KIB;

/** A stream arrives in pieces, as from a disk. */
export const PIECE = MIB;

/** The authentication tag of AES-GCM. */
export const TAG = 16;

/** Bytes that no compressor or cache could make anything of. */
export function randomBytes(length) {
  const bytes = new Uint8Array(length);
  // One call gives at most 65,536 bytes.
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

export function same(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** The frames of one piece. */
export function* framesOf(piece, length = FRAME) {
  for (let at = 0; at < piece.length; at += length) yield piece.subarray(at, at + length);
}

/** In words: "64 KiB". */
export function sizeOf(bytes) {
  const [unit, name] = [[GIB, "GiB"], [MIB, "MiB"], [KIB, "KiB"]].find(([unit]) => bytes >= unit);
  return `${bytes / unit} ${name}`;
}
