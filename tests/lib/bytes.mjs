// SPDX-License-Identifier: Apache-2.0

/**
 * Bytes that a test can name: the same length gives the same bytes on every run, and no two
 * stretches of them look alike, so a frame that lands in the wrong place is seen.
 *
 * @param {number} length
 * @param {number} seed
 * @returns {Uint8Array}
 */
export function patternedBytes(length, seed = 1) {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i += 1) {
    // xorshift32 (Marsaglia, 2003): short, well mixed, and nothing here needs more.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/**
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array}
 */
export function concatBytes(parts) {
  return new Uint8Array(Buffer.concat(parts));
}

/** @param {string} text */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  return Buffer.from(bytes).toString("base64");
}

/** @param {string} text */
export function fromBase64(text) {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/**
 * The chunks of `bytes`, their sizes taken from `sizes` in turn, again and again.
 *
 * @param {Uint8Array} bytes
 * @param {number[]} sizes
 */
export function* chunksOf(bytes, sizes) {
  let offset = 0;
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length];
    yield bytes.slice(offset, offset + size);
    offset += size;
  }
}

/**
 * Runs `bytes` through a pair of web streams in the given chunk sizes and gathers what comes out.
 *
 * @param {Uint8Array} bytes
 * @param {ReadableWritablePair<Uint8Array, Uint8Array>} transform
 * @param {number[]} sizes
 * @returns {Promise<Uint8Array>}
 */
export async function throughStream(bytes, transform, sizes) {
  const parts = [];
  for await (const part of ReadableStream.from(chunksOf(bytes, sizes)).pipeThrough(transform)) {
    parts.push(part);
  }
  return concatBytes(parts);
}
