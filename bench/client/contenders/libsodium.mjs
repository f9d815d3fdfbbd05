// SPDX-License-Identifier: Apache-2.0
/**
 * libsodium in WebAssembly: XChaCha20-Poly1305 under one key for all messages, no data keys; streams by
 * `secretstream`, in frames of 64 KiB.
 */
import sodium from "libsodium-wrappers";

import { FRAME, PIECE, framesOf } from "../plan.mjs";

await sodium.ready;

const MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;

export async function message(plaintext) {
  const key = sodium.crypto_aead_xchacha20poly1305_ietf_keygen();
  return {
    seal() {
      const nonce = sodium.randombytes_buf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
      return { nonce, sealed: sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key) };
    },
    open: ({ nonce, sealed }) => sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key),
  };
}

export async function stream() {
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen();
  const sealedFrame = FRAME + sodium.crypto_secretstream_xchacha20poly1305_ABYTES;
  // It frames nothing by itself: the header goes beside the stream, and pieces are whole numbers of frames.
  const seal = (source, sink) => {
    const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
    sink.beside = header;
    const push = (frame) => sodium.crypto_secretstream_xchacha20poly1305_push(state, frame, null, MESSAGE);
    return source.web().pipeThrough(eachFrame(FRAME, push)).pipeTo(sink.web());
  };
  const open = (source, sink) => {
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(source.beside, key);
    const pull = (frame) => sodium.crypto_secretstream_xchacha20poly1305_pull(state, frame).message;
    return source.web().pipeThrough(eachFrame(sealedFrame, pull)).pipeTo(sink.web());
  };
  return { sealedPiece: (PIECE / FRAME) * sealedFrame, seal, open };
}

function eachFrame(length, action) {
  return new TransformStream({
    transform(piece, controller) {
      for (const frame of framesOf(piece, length)) controller.enqueue(action(frame));
    },
  });
}
