// SPDX-License-Identifier: Apache-2.0
/** `crypto.subtle` over the frames with several in flight, and no stream around it: the fastest way to use it. */
import { FRAME, framesOf } from "../plan.mjs";
import { IN_FLIGHT, SEALED_FRAME, SEALED_PIECE, open, seal } from "./webcrypto.mjs";

export async function stream() {
  return {
    sealedPiece: SEALED_PIECE,
    seal: (source, sink) => all(source, sink, FRAME, seal),
    open: (source, sink) => all(source, sink, SEALED_FRAME, open),
  };
}

async function all(source, sink, length, action) {
  const flying = [];
  const land = async () => sink.take(new Uint8Array(await flying.shift()));
  for (const piece of source) {
    for (const frame of framesOf(piece, length)) {
      if (flying.length === IN_FLIGHT) await land();
      flying.push(action(frame));
    }
  }
  while (flying.length > 0) await land();
}
