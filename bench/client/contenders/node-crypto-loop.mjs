// SPDX-License-Identifier: Apache-2.0
/** Node's own AES-256-GCM over the frames in a loop, with no stream around it. */
import { FRAME, TAG, framesOf } from "../plan.mjs";
import { SEALED_PIECE, open, parted, seal } from "./node-crypto.mjs";

export async function stream() {
  return {
    sealedPiece: SEALED_PIECE,
    seal(source, sink) {
      for (const piece of source) {
        for (const frame of framesOf(piece)) {
          const { ciphertext, tag } = seal(frame);
          sink.take(ciphertext);
          sink.take(tag);
        }
      }
    },
    open(source, sink) {
      for (const piece of source) {
        for (const frame of framesOf(piece, FRAME + TAG)) sink.take(open(parted(frame)));
      }
    },
  };
}
