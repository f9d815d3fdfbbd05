// SPDX-License-Identifier: Apache-2.0
/** Sizes of messages, without making them. */

import { part } from "../part.js";

/** What of a message's header its size depends on: give what `inspect` told. */
export interface SizedHeader {
  /** Bytes of the header. */
  headerLength: number;
  /** Bytes of plaintext in a frame; 0 for a message in one piece. */
  frameLength: number;
}

/** How a message is written. */
export interface SealedSizeOptions extends SizedHeader {
  /**
   * Whether a stream writes it, which ends a plaintext that fills its last frame in an empty frame (32 bytes more).
   * Default false: one call.
   */
  streamed?: boolean;
}

/**
 * Bytes of the message that holds so many bytes of plaintext. For messages without a signature, whose length varies.
 *
 * @example
 * ```js
 * const header = await inspect(await envelope.encrypt(""));
 * const contentLength = await sealedSize(file.size, { ...header, streamed: true });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` for what is no whole number, `MessageTooLong` if there are not enough frames.
 */
export async function sealedSize(plaintextLength: number, options: SealedSizeOptions): Promise<number> {
  const { sealedSize } = await arithmetic();
  return sealedSize(plaintextLength, options);
}

/**
 * Bytes of plaintext in a message of so many bytes, however it was written: the inverse of {@link sealedSize}. It is
 * arithmetic; only decrypting the last frame proves it.
 *
 * @example
 * ```js
 * const length = await plaintextSize(blob.size, await inspect(new Uint8Array(await blob.slice(0, 4096).arrayBuffer())));
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` for what is no whole number, `TruncatedMessage` if no message with such a
 * header has this size.
 */
export async function plaintextSize(messageLength: number, header: SizedHeader): Promise<number> {
  const { plaintextSize } = await arithmetic();
  return plaintextSize(messageLength, header);
}

const arithmetic = () => part(() => import("./sealed-size.js"));
