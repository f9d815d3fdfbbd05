// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "../bytes.js";

/** Below this a buffer is not worth the call. */
const WORTH_IT = 4096;

/**
 * Gives a buffer's memory back at once, where the runtime can (`ArrayBuffer.prototype.transfer`): what waits for
 * the garbage collector costs as much time as the AES. Only for buffers that this package made and nobody else
 * has seen; a view of a part of one is left alone.
 */
export function release(bytes: Bytes): void {
  const { buffer } = bytes as { buffer: ArrayBuffer & { transfer?(length: number): ArrayBuffer } };
  if (bytes.length >= WORTH_IT && bytes.length === buffer.byteLength) buffer.transfer?.(0);
}
