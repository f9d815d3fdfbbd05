// SPDX-License-Identifier: Apache-2.0
/**
 * Node's own AES-256-GCM with the key imported beforehand: no format, no data keys, no commitment, no order to
 * keep. The most that anything in Node can do. A stream is web streams, as ours is, with one cipher a frame.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

import { FRAME, PIECE, TAG, framesOf } from "../plan.mjs";

const ALGORITHM = "aes-256-gcm";
const P384 = { namedCurve: "P-384" };
const key = createSecretKey(randomBytes(32));
// One IV for everything would be fatal anywhere but here, where nothing sealed is kept.
const iv = randomBytes(12);

/** A piece of plaintext is sixteen frames; sealed, each has its tag behind it. */
export const SEALED_PIECE = (PIECE / FRAME) * (FRAME + TAG);

export function seal(plaintext) {
  const cipher = createCipheriv(ALGORITHM, key, iv);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
}

export function open({ ciphertext, tag }) {
  const decipher = createDecipheriv(ALGORITHM, key, iv);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  decipher.final();
  return plaintext;
}

/** A frame with its tag behind it. */
export const parted = (frame) => ({ ciphertext: frame.subarray(0, -TAG), tag: frame.subarray(-TAG) });

export async function message(plaintext) {
  return { seal: () => seal(plaintext), open };
}

/** The P-384 of suite 0x0578: a key pair and a signature for each message; opened with the public key imported. */
export async function signed(plaintext) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", P384);
  const signature = sign("sha384", plaintext, privateKey);
  return {
    seal: () => sign("sha384", plaintext, generateKeyPairSync("ec", P384).privateKey),
    open() {
      if (!verify("sha384", plaintext, publicKey, signature)) throw new Error("a wrong signature");
      return plaintext;
    },
  };
}

export async function stream() {
  const sealing = () =>
    new TransformStream({
      transform(piece, controller) {
        for (const frame of framesOf(piece)) {
          const { ciphertext, tag } = seal(frame);
          controller.enqueue(ciphertext);
          controller.enqueue(tag);
        }
      },
    });
  const opening = () =>
    new TransformStream({
      transform(piece, controller) {
        for (const frame of framesOf(piece, FRAME + TAG)) controller.enqueue(open(parted(frame)));
      },
    });
  return {
    sealedPiece: SEALED_PIECE,
    seal: (source, sink) => source.web().pipeThrough(sealing()).pipeTo(sink.web()),
    open: (source, sink) => source.web().pipeThrough(opening()).pipeTo(sink.web()),
  };
}

/** One cipher for the whole file, in Node's `pipeline`, as its manual shows it. */
export async function files() {
  const tags = new Map();
  return {
    async seal(from, to) {
      const cipher = createCipheriv(ALGORITHM, key, iv);
      await pipeline(createReadStream(from), cipher, createWriteStream(to));
      tags.set(to, cipher.getAuthTag());
    },
    async open(from, to) {
      const decipher = createDecipheriv(ALGORITHM, key, iv).setAuthTag(tags.get(from));
      await pipeline(createReadStream(from), decipher, createWriteStream(to));
    },
  };
}
