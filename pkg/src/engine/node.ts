// SPDX-License-Identifier: Apache-2.0
/** AES-GCM by `node:crypto`, synchronously. Imported by the Node entry point only. */

import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
} from "node:crypto";

import type { Bytes } from "../bytes.js";
import { frameNotAuthentic } from "./failure.js";
import { type FrameCipher, TAG_LENGTH } from "./engine.js";
import type { Digests } from "../kms/signing.js";

const SHORT = 4096;

/** A plain view: a `Buffer` would leak Node's type, and its methods, to callers. */
function plain(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}

/**
 * Memory that is not zeroed: for frames, zeroing took longer than copying. Not from Node's pool,
 * whose other users a caller could see, and take along in a transfer, by the array's buffer.
 */
export function allocate(length: number): Bytes {
  // A short one is zeroed in less time than such memory takes to be asked for.
  return length < SHORT ? new Uint8Array(length) : plain(Buffer.allocUnsafeSlow(length));
}

/** By bytes of the key. Not put together: Node looks a name up anew, in microseconds, unless it is the same string. */
const ALGORITHMS: Readonly<Record<number, CipherGCMTypes>> = {
  16: "aes-128-gcm",
  24: "aes-192-gcm",
  32: "aes-256-gcm",
};

/** Takes the key into OpenSSL's memory. */
export function nodeCipher(keyBytes: Bytes): FrameCipher {
  const key = createSecretKey(keyBytes);
  const algorithm = ALGORITHMS[keyBytes.length] as CipherGCMTypes;
  const options = { authTagLength: TAG_LENGTH };
  return {
    seal({ iv, aad }, plaintext) {
      const cipher = createCipheriv(algorithm, key, iv, options);
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      // Not plain: they are put into a message, and nobody else sees them.
      return [ciphertext, cipher.getAuthTag()] as Bytes[];
    },
    open({ iv, aad }, sealed) {
      const end = sealed.length - TAG_LENGTH;
      if (end < 0) throw frameNotAuthentic();
      const decipher = createDecipheriv(algorithm, key, iv, options);
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(end));
      const plaintext = decipher.update(sealed.subarray(0, end));
      try {
        decipher.final();
      } catch {
        plaintext.fill(0);
        throw frameNotAuthentic();
      }
      return plain(plaintext);
    },
  };
}

/** Hashes for signing requests: a program that only calls the API never loads WebAssembly. */
export const nodeDigests: Digests = {
  sha256: (data) => plain(createHash("sha256").update(data).digest()),
  hmacSha256: (key, data) => plain(createHmac("sha256", key).update(data).digest()),
};
