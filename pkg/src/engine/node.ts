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

/** A plain view: a `Buffer` would leak Node's type, and its methods, to callers. */
function plain(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}

/**
 * Memory that is not zeroed: for frames, zeroing took longer than copying. Not from Node's pool,
 * whose other users a caller could see, and take along in a transfer, by the array's buffer.
 */
export function allocate(length: number): Bytes {
  return plain(Buffer.allocUnsafeSlow(length));
}

/** Takes the key into OpenSSL's memory. */
export function nodeCipher(keyBytes: Bytes): FrameCipher {
  const key = createSecretKey(keyBytes);
  const algorithm = `aes-${keyBytes.length * 8}-gcm` as CipherGCMTypes;
  const options = { authTagLength: TAG_LENGTH };
  return {
    seal({ iv, aad }, plaintext) {
      const cipher = createCipheriv(algorithm, key, iv, options);
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      return [plain(ciphertext), plain(cipher.getAuthTag())];
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
