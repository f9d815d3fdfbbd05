// SPDX-License-Identifier: Apache-2.0

import { chunksOf, concatBytes } from "./bytes.mjs";

/** A stream that settles does so at once; this long means that it hangs. */
const SETTLES_WITHIN_MS = 5000;

/**
 * The promise's outcome, or a failure if it never has one.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @returns {Promise<{ value?: T, error?: unknown }>}
 */
export async function settles(promise, what) {
  let timer;
  const hanging = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} never settles`)), SETTLES_WITHIN_MS);
  });
  const outcome = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  try {
    return await Promise.race([outcome, hanging]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Drives both ends of a pair by hand and keeps what each end said, so that a test sees exactly
 * what was released before a failure.
 *
 * @param {ReadableWritablePair<Uint8Array, Uint8Array>} transform
 * @param {Uint8Array} bytes
 * @param {number[]} sizes
 * @returns {Promise<{ released: Uint8Array, readError?: any, writeError?: any }>}
 */
export async function pump(transform, bytes, sizes) {
  const reader = transform.readable.getReader();
  const writer = transform.writable.getWriter();
  // Awaited below through write and close; unheard, they would end the process.
  writer.closed.catch(() => {});
  reader.closed.catch(() => {});
  const released = [];
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      released.push(value.slice());
    }
  })();
  const writing = (async () => {
    for (const chunk of chunksOf(bytes, sizes)) {
      await writer.ready;
      await writer.write(chunk);
    }
    await writer.close();
  })();
  const write = settles(writing, "the writer");
  const read = settles(reading, "the reader");
  const { error: writeError } = await write;
  const { error: readError } = await read;
  return { released: concatBytes(released), readError, writeError };
}
