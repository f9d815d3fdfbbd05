// SPDX-License-Identifier: Apache-2.0
/** A `{ readable, writable }` pair as a generator. Loaded by those who use it so. */

import type { Bytes } from "../bytes.js";
import { invalidArgument } from "../errors.js";
import type { Streams } from "./duplex.js";

export { SHARED } from "../shared.js";

/**
 * What comes out of the pair while the source is put in. Whoever stops reading stops the source; a source that
 * fails ends this with its error.
 */
export async function* through(
  { readable, writable }: Streams,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Bytes, void, undefined> {
  if (readable.locked || writable.locked) {
    throw invalidArgument("the streams are in use already; `through` is instead of them, and once");
  }
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(source) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  if ((later ?? now) === undefined || typeof source === "string" || ArrayBuffer.isView(source)) {
    throw invalidArgument("source must give chunks of bytes: a stream, a generator, or an array of them, as [bytes] is");
  }
  const reader = readable.getReader();
  const poured = pour(source, writable);
  // The reader has the same error.
  poured.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return await poured;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function pour(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  try {
    for await (const chunk of source) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}
