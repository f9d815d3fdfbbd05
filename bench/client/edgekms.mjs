// SPDX-License-Identifier: Apache-2.0
/** Our contender, in both runtimes: whole messages and streams under a raw AES key, no server. */
import { Envelope, rawAesKeyring } from "edgekms";

import { PIECE, randomBytes } from "./plan.mjs";

/** An envelope as users make it: default suite, default frame length, engine chosen by itself. */
export function makeEnvelope() {
  const wrappingKey = randomBytes(32);
  return new Envelope({ keyring: rawAesKeyring({ namespace: "bench", name: "key", wrappingKey }) });
}

/** Seals and opens one message of `plaintext`, checked once before anything is timed. */
export async function messageWork(envelope, plaintext) {
  const message = await envelope.encrypt(plaintext);
  const opened = await envelope.decrypt(message);
  if (!same(opened.plaintext, plaintext)) throw new Error("edgekms did not give back what it sealed");
  return { seal: () => envelope.encrypt(plaintext), open: () => envelope.decrypt(message) };
}

/** Seals and opens a stream of `total` bytes; the sealed one is held in pieces. */
export async function streamWork(envelope, piece, total) {
  const sealed = await gather(repeat(piece, total).pipeThrough(envelope.encryptStream()));
  return {
    seal: () => drain(repeat(piece, total).pipeThrough(envelope.encryptStream())),
    open: async () => {
      const length = await drain(each(sealed).pipeThrough(envelope.decryptStream()));
      if (length !== total) throw new Error(`opened ${length} bytes of ${total}`);
    },
  };
}

/** Sealed and opened at once, with nothing held: for measuring memory. */
export function sealAndOpen(envelope, piece, total) {
  return drain(
    repeat(piece, total).pipeThrough(envelope.encryptStream()).pipeThrough(envelope.decryptStream()),
  );
}

/** `piece`, over and over, until `total` bytes have come. */
function repeat(piece, total) {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      const next = left < piece.length ? piece.subarray(0, left) : piece;
      left -= next.length;
      controller.enqueue(next);
    },
  });
}

function each(pieces) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at === pieces.length) return controller.close();
      controller.enqueue(pieces[at]);
      at += 1;
    },
  });
}

/** Reads a stream to its end and tells its length. */
async function drain(stream) {
  let length = 0;
  await stream.pipeTo(
    new WritableStream({
      write(bytes) {
        length += bytes.length;
      },
    }),
  );
  return length;
}

/** Reads a stream to its end, into pieces as large as those of a file. */
async function gather(stream) {
  const pieces = [];
  let piece = new Uint8Array(PIECE);
  let used = 0;
  await stream.pipeTo(
    new WritableStream({
      write(bytes) {
        for (let at = 0; at < bytes.length; ) {
          const taken = Math.min(PIECE - used, bytes.length - at);
          piece.set(bytes.subarray(at, at + taken), used);
          at += taken;
          used += taken;
          if (used === PIECE) {
            pieces.push(piece);
            piece = new Uint8Array(PIECE);
            used = 0;
          }
        }
      },
    }),
  );
  if (used > 0) pieces.push(piece.subarray(0, used));
  return pieces;
}

function same(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
