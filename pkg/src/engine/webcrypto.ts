// SPDX-License-Identifier: Apache-2.0
/** AES-GCM by WebCrypto, asynchronously: several frames can be in flight. */

import type { Bytes } from "../bytes.js";
import { EdgekmsError } from "../errors.js";
import type { FrameCipher } from "./engine.js";
import { frameNotAuthentic } from "./failure.js";

/** The runtime's WebCrypto. */
export function subtle(): typeof crypto.subtle {
  const found = globalThis.crypto?.subtle;
  if (found !== undefined) return found;
  const text = "WebCrypto does not exist here (in a browser it needs https or localhost)";
  throw new EdgekmsError("EngineUnavailable", text);
}

/** Imports the key, not extractable. */
export async function webCryptoCipher(keyBytes: Bytes): Promise<FrameCipher> {
  const webCrypto = subtle();
  const key = await webCrypto
    .importKey("raw", keyBytes, "AES-GCM", false, ["encrypt", "decrypt"])
    .catch((cause: unknown) => {
      // Chromium has no AES-192.
      const text = `this runtime's WebCrypto has no AES-${keyBytes.length * 8}-GCM`;
      throw new EdgekmsError("EngineUnavailable", text, { cause });
    });
  return {
    async seal({ iv, aad }, plaintext) {
      const parameters = { name: "AES-GCM", iv, additionalData: aad };
      return [new Uint8Array(await webCrypto.encrypt(parameters, key, plaintext))];
    },
    async open({ iv, aad }, sealed) {
      const parameters = { name: "AES-GCM", iv, additionalData: aad };
      try {
        return new Uint8Array(await webCrypto.decrypt(parameters, key, sealed));
      } catch {
        throw frameNotAuthentic();
      }
    },
  };
}
