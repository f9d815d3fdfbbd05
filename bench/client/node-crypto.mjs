// SPDX-License-Identifier: Apache-2.0
/**
 * Node's own AES-256-GCM: no format, no keys to wrap, no commitment, no order to keep. The most
 * that anything in Node can do.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import { FRAME } from "./plan.mjs";

const ALGORITHM = "aes-256-gcm";
const key = randomBytes(32);
// One IV for everything would be fatal anywhere but here, where nothing sealed is kept.
const iv = randomBytes(12);

function seal(plaintext) {
  const cipher = createCipheriv(ALGORITHM, key, iv);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return { ciphertext, tag: cipher.getAuthTag() };
}

function open({ ciphertext, tag }) {
  const decipher = createDecipheriv(ALGORITHM, key, iv);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  decipher.final();
  return plaintext;
}

/** @type {import("./run.mjs").Contender} */
export const nodeCrypto = {
  async message(plaintext) {
    const sealed = seal(plaintext);
    return { seal: () => seal(plaintext), open: () => open(sealed) };
  },
  async stream(piece, total) {
    const sealed = [];
    forFrames(piece, total, (frame) => sealed.push(seal(frame)));
    return {
      seal: () => forFrames(piece, total, seal),
      open: () => sealed.forEach(open),
    };
  },
};

/** The frames of a stream that repeats `piece`. */
function forFrames(piece, total, action) {
  for (let at = 0; at < total; at += FRAME) {
    const from = at % piece.length;
    action(piece.subarray(from, from + FRAME));
  }
}
