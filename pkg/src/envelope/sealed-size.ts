// SPDX-License-Identifier: Apache-2.0
/** Sizes of messages: arithmetic of the core's, in the second module. Loaded at its first use. */

import { extra } from "../core/extra.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { type SealJob, start } from "./seal.js";
import type { SealedSizeOptions, SizedHeader } from "./sizes.js";

export { SHARED } from "../shared.js";

/** Bytes of the message that a job makes; of its own header it makes one to see how long it is. */
export async function sealedSizeOf(job: SealJob, plaintextLength: number, streamed: boolean): Promise<number> {
  checkLengths({ plaintextLength });
  const { header, frameLength, sealing, signer } = await start(job, streamed ? undefined : plaintextLength);
  sealing.free();
  signer?.free();
  if (signer !== undefined) {
    const text = "the message would be signed, and the length of a signature varies; seal it to know its size";
    throw new EdgekmsError("SignedMessage", text);
  }
  return sealedSize(plaintextLength, { headerLength: header.length, frameLength, streamed });
}

/** See `sizes.ts`. */
export async function sealedSize(
  plaintextLength: number,
  { headerLength, frameLength, streamed = false }: SealedSizeOptions,
): Promise<number> {
  checkLengths({ plaintextLength, headerLength, frameLength });
  return (await extra()).sealedSize(headerLength, frameLength, plaintextLength, streamed);
}

/** See `sizes.ts`. */
export async function plaintextSize(
  messageLength: number,
  { headerLength, frameLength }: SizedHeader,
): Promise<number> {
  checkLengths({ messageLength, headerLength, frameLength });
  return (await extra()).plaintextSize(headerLength, frameLength, messageLength);
}

/** Refuses what is no length. */
function checkLengths(lengths: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(lengths)) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw invalidArgument(`${name} must be a whole number of bytes, 0 or more`);
  }
}
