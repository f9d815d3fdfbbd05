// SPDX-License-Identifier: Apache-2.0
/** The size of an envelope's own messages. Loaded at its first use. */

import { EdgekmsError } from "../errors.js";
import { type SealJob, start } from "./seal.js";
import { checkLengths, sealedSize } from "./sizes.js";

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
