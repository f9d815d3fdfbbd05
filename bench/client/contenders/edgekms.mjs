// SPDX-License-Identifier: Apache-2.0
/** Ours, as users make it: default suite, default frame length, engine chosen by itself; a raw AES key, no server. */
import { Envelope, rawAesKeyring } from "edgekms";

import { randomBytes } from "../plan.mjs";

/** @param {Partial<import("edgekms").EnvelopeOptions>} [options] */
export function makeEnvelope(options) {
  const wrappingKey = randomBytes(32);
  return new Envelope({ keyring: rawAesKeyring({ namespace: "bench", name: "key", wrappingKey }), ...options });
}

export const message = async (plaintext) => messageWork(makeEnvelope(), plaintext);

/** Suite 0x0578: each message has a P-384 key pair of its own, whose public half is in its header. */
export const signed = async (plaintext) => messageWork(makeEnvelope({ suite: 0x0578 }), plaintext);

export async function stream() {
  const envelope = makeEnvelope();
  return {
    seal: (source, sink) => sealOnly(envelope, source, sink),
    open: (source, sink) => source.web().pipeThrough(envelope.decryptStream()).pipeTo(sink.web()),
  };
}

/** For measuring memory: one stream with nothing held, and two. */
export const sealOnly = (envelope, source, sink) => source.web().pipeThrough(envelope.encryptStream()).pipeTo(sink.web());
export const sealAndOpen = (envelope, source, sink) =>
  source.web().pipeThrough(envelope.encryptStream()).pipeThrough(envelope.decryptStream()).pipeTo(sink.web());

function messageWork(envelope, plaintext) {
  return {
    seal: () => envelope.encrypt(plaintext),
    open: async (sealed) => (await envelope.decrypt(sealed)).plaintext,
  };
}
