// SPDX-License-Identifier: Apache-2.0

/**
 * Draws from a seed, so that a failure can be seen again: it prints the seed, and `EDGEKMS_SEED` sets it.
 *
 * @param {number} seed
 */
export function drawing(seed) {
  let state = (seed >>> 0) + 0x9e3779b9;
  /** Mulberry32: 32 bits of state are enough to draw cases. */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  /** A whole number from `least` to `most`. */
  const whole = (least, most) => least + Math.floor(next() * (most - least + 1));
  const one = (list) => list[whole(0, list.length - 1)];
  /** Cuts bytes into chunks: of a few bytes (of what is short), around a length that matters, empty, or the whole rest. */
  const chunks = (bytes, border) => {
    const parts = [];
    const style = one(bytes.length < 800 ? ["tiny", "border", "mixed", "huge"] : ["border", "mixed", "huge"]);
    for (let at = 0; at < bytes.length; ) {
      if (next() < 0.1) parts.push(new Uint8Array(0));
      const size = {
        tiny: () => whole(1, 3),
        border: () => Math.max(1, border + whole(-2, 2), bytes.length >> 8),
        mixed: () => whole(1, one([40, 4 * border + 1, bytes.length])),
        huge: () => bytes.length,
      }[style]();
      parts.push(bytes.slice(at, at + size));
      at += size;
    }
    return parts;
  };
  return { next, whole, one, chunks };
}

/** The seed of this run. */
export const SEED = Number(process.env.EDGEKMS_SEED ?? Math.floor(Math.random() * 2 ** 32));
