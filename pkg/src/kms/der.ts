// SPDX-License-Identifier: Apache-2.0
/** As much of DER (X.690) as public keys and ECDSA signatures need, read strictly. */

import type { Bytes } from "../bytes.js";

const INTEGER = 0x02;
export const SEQUENCE = 0x30;

/** Octets of the longest length: the element has at most 65,535 bytes. */
const LENGTH_OCTETS_MAX = 2;

/** What is in an element, and what follows it. */
export interface Element {
  content: Bytes;
  rest: Bytes;
}

/** The first element, if it has this tag. */
export function element(der: Bytes, tag: number): Element | undefined {
  const [found, first = 0x80] = der;
  // 0x80 alone is BER's length "until the end is marked".
  if (found !== tag || first === 0x80) return undefined;
  const octets = first < 0x80 ? 0 : first - 0x80;
  if (octets > LENGTH_OCTETS_MAX) return undefined;
  const start = 2 + octets;
  let length = octets === 0 ? first : 0;
  for (const octet of der.subarray(2, start)) length = length * 256 + octet;
  // In the fewest octets, and all there.
  if (octets > 0 && length < Math.max(0x80, 256 ** (octets - 1))) return undefined;
  if (der.length < start + length) return undefined;
  return { content: der.subarray(start, start + length), rest: der.subarray(start + length) };
}

/**
 * An ECDSA signature, `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 section 2.2.3), as WebCrypto
 * takes it: both numbers in `size` bytes each (IEEE P1363).
 */
export function p1363Signature(der: Bytes, size: number): Bytes | undefined {
  const pair = element(der, SEQUENCE);
  if (pair?.rest.length !== 0) return undefined;
  const joined = new Uint8Array(2 * size);
  let { content: rest } = pair;
  for (const end of [size, 2 * size]) {
    const number = unsigned(rest);
    if (number === undefined || number.content.length > size) return undefined;
    joined.set(number.content, end - number.content.length);
    rest = number.rest;
  }
  return rest.length === 0 ? joined : undefined;
}

/** An INTEGER that is not negative and has no byte too many, without the zero that is its sign. */
function unsigned(der: Bytes): Element | undefined {
  const found = element(der, INTEGER);
  const [first, second] = found?.content ?? [];
  if (found === undefined || first === undefined || first >= 0x80) return undefined;
  if (first !== 0 || second === undefined) return found;
  return second >= 0x80 ? { ...found, content: found.content.subarray(1) } : undefined;
}
