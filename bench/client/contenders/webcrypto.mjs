// SPDX-License-Identifier: Apache-2.0
/**
 * The runtime's own `crypto.subtle` with the key imported beforehand: no format, no data keys, no commitment. A
 * stream is web streams, as ours is, with frames in flight.
 */
import { FRAME, PIECE, TAG, framesOf, randomBytes } from "../plan.mjs";

/** More gain nothing. */
export const IN_FLIGHT = 8;
export const SEALED_FRAME = FRAME + TAG;
/** A piece of plaintext is sixteen frames; sealed, each has its tag behind it. */
export const SEALED_PIECE = (PIECE / FRAME) * SEALED_FRAME;

const key = await crypto.subtle.importKey("raw", randomBytes(32), "AES-GCM", false, ["encrypt", "decrypt"]);
// One IV for everything would be fatal anywhere but here, where nothing sealed is kept.
const iv = randomBytes(12);

export const seal = (plaintext) => crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plaintext);
export const open = (sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);

export async function message(plaintext) {
  return { seal: () => seal(plaintext), open: async (sealed) => new Uint8Array(await open(sealed)) };
}

const P384 = { name: "ECDSA", namedCurve: "P-384" };
const SHA384 = { name: "ECDSA", hash: "SHA-384" };

/** The P-384 of suite 0x0578: a key pair and a signature for each message; opened with the public key imported. */
export async function signed(plaintext) {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(P384, false, ["sign", "verify"]);
  const signature = await crypto.subtle.sign(SHA384, privateKey, plaintext);
  return {
    async seal() {
      const pair = await crypto.subtle.generateKey(P384, false, ["sign", "verify"]);
      return crypto.subtle.sign(SHA384, pair.privateKey, plaintext);
    },
    async open() {
      if (!(await crypto.subtle.verify(SHA384, publicKey, signature, plaintext))) throw new Error("a wrong signature");
      return plaintext;
    },
  };
}

export async function stream() {
  const through = (source, sink, length, action) => source.web().pipeThrough(inFlight(length, action)).pipeTo(sink.web());
  return {
    sealedPiece: SEALED_PIECE,
    seal: (source, sink) => through(source, sink, FRAME, seal),
    open: (source, sink) => through(source, sink, SEALED_FRAME, open),
  };
}

/** Frames go out in their order, and so many are being worked on when the next piece is asked for. */
function inFlight(length, action) {
  const flying = [];
  const land = async (controller) => controller.enqueue(new Uint8Array(await flying.shift()));
  return new TransformStream({
    async transform(piece, controller) {
      for (const frame of framesOf(piece, length)) {
        if (flying.length === IN_FLIGHT) await land(controller);
        flying.push(action(frame));
      }
    },
    async flush(controller) {
      while (flying.length > 0) await land(controller);
    },
  });
}
