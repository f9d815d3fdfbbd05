// SPDX-License-Identifier: Apache-2.0
/** Copies of a few bytes that stay inside the package. */

import type { Bytes } from "../bytes.js";

/** Bytes that are allocated at once. */
const BLOCK = 8192;

let block: Bytes = new Uint8Array(0);
let used = 0;

/**
 * A copy in one block with others: to allocate each by itself, and to collect it, took 3% of the time of a message of
 * 1 KiB. Nothing secret, and nothing that a user gets: by its buffer the others could be seen and changed.
 */
export function shortCopy(bytes: Bytes): Bytes {
  const { length } = bytes;
  if (used + length > block.length) {
    block = new Uint8Array(Math.max(BLOCK, length));
    used = 0;
  }
  const copy = block.subarray(used, (used += length));
  copy.set(bytes);
  return copy;
}
