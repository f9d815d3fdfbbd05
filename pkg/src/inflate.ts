// SPDX-License-Identifier: Apache-2.0
/** WebAssembly files that travel as text. */

import { type Bytes, fromBase64 } from "./bytes.js";

/**
 * The bytes of base64 text over a raw deflate stream (RFC 1951).
 *
 * `DecompressionStream` is in Node 18 and newer, Deno, Bun, workerd and browsers since 2023.
 */
export async function inflate(text: string): Promise<Bytes> {
  const packed = fromBase64(text) ?? new Uint8Array();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
