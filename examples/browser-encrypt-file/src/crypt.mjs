// SPDX-License-Identifier: Apache-2.0
/**
 * The whole of the encryption: a file in, a stream of bytes out.
 *
 * This is the file to copy. Everything else on this page is forms and buttons.
 */
import { Envelope, KmsClient, inspect } from "edgekms";

/** A header is at the front of the message, and one with a few keys is a few hundred bytes. */
const HEADER_LIMIT = 1 << 20;

/** A piece of the file at a time: large enough to be fast, small enough to stay small. */
const PIECE = 4 << 20;

/**
 * @param {{ endpoint: string, region: string, keyId: string, credentials: object }} settings
 * @returns {Envelope} what seals and opens under that key.
 */
export function envelopeFor({ endpoint, region, keyId, credentials }) {
  const kms = new KmsClient({ endpoint, region, credentials });
  return new Envelope({ keyring: kms.keyring(keyId) });
}

/**
 * Seals or opens `file`, and writes the result to `sink` piece by piece: only a few frames are in
 * memory at any time, however large the file is.
 *
 * @param {"seal" | "open"} task
 * @param {Envelope} envelope
 * @param {File} file
 * @param {WritableStream<Uint8Array>} sink
 * @param {{ encryptionContext: object, onProgress: (bytes: number) => void, signal: AbortSignal }} options
 */
export async function crypt(task, envelope, file, sink, { encryptionContext, onProgress, signal }) {
  const transform =
    task === "seal"
      ? envelope.encryptStream({ encryptionContext, signal })
      : envelope.decryptStream({ encryptionContext, signal });
  await pieces(file, onProgress).pipeThrough(transform, { signal }).pipeTo(sink, { signal });
}

/** What the header of a sealed file says, or `undefined` when the file is not a sealed one. */
export async function headerOf(file) {
  const start = new Uint8Array(await file.slice(0, HEADER_LIMIT).arrayBuffer());
  // Version 2, or version 1 of type "customer authenticated encrypted data".
  if (!(start[0] === 2 || (start[0] === 1 && start[1] === 0x80))) return undefined;
  try {
    return await inspect(start);
  } catch {
    return undefined;
  }
}

/** Reads the file in pieces. `file.stream()` does too, in pieces so small that it is slower. */
function pieces(file, onProgress) {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        if (at >= file.size) return controller.close();
        const piece = await file.slice(at, at + PIECE).arrayBuffer();
        at += piece.byteLength;
        controller.enqueue(new Uint8Array(piece));
        onProgress(at);
      },
    },
    { highWaterMark: 1 },
  );
}
