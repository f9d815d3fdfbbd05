// SPDX-License-Identifier: Apache-2.0
/** How long frames are, unless a user says it: long where the whole message is there, as each costs a call. */

import type { Engine } from "../engine/engine.js";

/** Frames of short messages, and of streams but for WebCrypto's: long enough that a call of the AES pays. */
export const DEFAULT_FRAME_LENGTH = 65_536;

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * What a whole message's frames are, up to a length and beyond it. Node's calls are synchronous, so one frame is
 * best while it is not too long to be kept; WebCrypto's frames are ciphered beside each other, and each crosses to
 * another thread and back, which takes as long as the AES of 64 KiB.
 */
const WHOLE = {
  node: { one: 4 * MIB, beyond: MIB },
  webcrypto: { one: 64 * KIB, beyond: 256 * KIB },
  wasm: { one: 64 * KIB, beyond: 64 * KIB },
} as const;

/** The frame length of a message of so many bytes, or of a stream. */
export function frameLengthOf(engine: Exclude<Engine, "auto">, length: number | undefined): number {
  const { one, beyond } = WHOLE[engine];
  // In Node longer ones gain less than a tenth, and cost a third where buffers cannot be freed at once (Node 20).
  if (length === undefined) return engine === "webcrypto" ? beyond : DEFAULT_FRAME_LENGTH;
  if (length > one) return beyond;
  // Never below the default, so that short messages tell nothing more of their length than their size does.
  return Math.max(DEFAULT_FRAME_LENGTH, length);
}
