// SPDX-License-Identifier: Apache-2.0
/** What is measured, the same in Node and in the browser. */

const KIB = 1 << 10;
const MIB = 1 << 20;

/** Whole messages of these sizes. */
export const SIZES = [KIB, 64 * KIB, MIB];

/** The frames of a message, and the pieces that its baseline ciphers. */
export const FRAME = 64 * KIB;

/** A stream arrives in pieces, as from a disk. */
export const PIECE = MIB;

/** @param {boolean} quick enough to see that the benchmark works, too short to say anything. */
export function planOf(quick) {
  return quick
    ? { stream: 8 * MIB, small: { rounds: 1, sliceMs: 20 }, large: { rounds: 1, sliceMs: 1 } }
    : { stream: 256 * MIB, small: { rounds: 9, sliceMs: 120 }, large: { rounds: 5, sliceMs: 1 } };
}

/** Bytes that no compressor or cache could make anything of. */
export function randomBytes(length) {
  const bytes = new Uint8Array(length);
  // One call gives at most 65,536 bytes.
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
