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

/** Takes the key in, not extractable, while the caller goes on; wipes these bytes when it is in. */
export function webCryptoCipher(keyBytes: Bytes): FrameCipher {
  const webCrypto = subtle();
  let key: Awaited<ReturnType<typeof webCrypto.importKey>> | undefined;
  const ready = webCrypto
    .importKey("raw", keyBytes, "AES-GCM", false, ["encrypt", "decrypt"])
    .then(
      (imported) => (key = imported),
      (cause: unknown) => {
        // Chromium has no AES-192.
        const text = `this runtime's WebCrypto has no AES-${keyBytes.length * 8}-GCM`;
        throw new EdgekmsError("EngineUnavailable", text, { cause });
      },
    )
    .finally(() => void keyBytes.fill(0));
  // A message that fails before its first frame never looks at it.
  ready.catch(() => {});
  return {
    ready,
    async seal({ iv, aad }, plaintext) {
      const parameters = { name: "AES-GCM", iv, additionalData: aad };
      return [new Uint8Array(await webCrypto.encrypt(parameters, key ?? (await ready), plaintext))];
    },
    async open({ iv, aad }, sealed) {
      const parameters = { name: "AES-GCM", iv, additionalData: aad };
      const usable = key ?? (await ready);
      try {
        return new Uint8Array(await webCrypto.decrypt(parameters, usable, sealed));
      } catch {
        throw frameNotAuthentic();
      }
    },
  };
}
