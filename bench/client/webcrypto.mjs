// SPDX-License-Identifier: Apache-2.0
/**
 * The browser's own AES-256-GCM: no format, no keys to wrap, no commitment, no order to keep. A
 * stream keeps several frames in flight, which is the fastest way to use it.
 */
import { FRAME, randomBytes } from "./plan.mjs";

const IN_FLIGHT = 8;
const key = await crypto.subtle.importKey("raw", randomBytes(32), "AES-GCM", false, ["encrypt", "decrypt"]);
// One IV for everything would be fatal anywhere but here, where nothing sealed is kept.
const iv = randomBytes(12);

const seal = (plaintext) => crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plaintext);
const open = (sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);

/** @type {import("./run.mjs").Contender} */
export const webCrypto = {
  async message(plaintext) {
    const sealed = await seal(plaintext);
    return { seal: () => seal(plaintext), open: () => open(sealed) };
  },
  async stream(piece, total) {
    const frames = [];
    for (let at = 0; at < total; at += FRAME) {
      const from = at % piece.length;
      frames.push(piece.subarray(from, from + FRAME));
    }
    const sealed = [];
    for (const frame of frames) sealed.push(await seal(frame));
    return { seal: () => all(frames, seal), open: () => all(sealed, open) };
  },
};

async function all(frames, action) {
  const flying = [];
  for (const frame of frames) {
    if (flying.length === IN_FLIGHT) await flying.shift();
    flying.push(action(frame));
  }
  await Promise.all(flying);
}
