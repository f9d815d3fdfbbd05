// SPDX-License-Identifier: Apache-2.0
/**
 * AES-GCM in WebAssembly, one call a piece.
 *
 * Messages do not go this way (the core seals whole frames itself, without giving the key out);
 * this form exists so that the same vectors can be put to every engine.
 */

import type { Bindings } from "../core/bindings.js";
import type { Bytes } from "../bytes.js";
import type { FrameCipher } from "./engine.js";

/** Keeps a copy of the key: the bindings take it with every call. */
export function wasmCipher(bindings: Bindings, keyBytes: Bytes): FrameCipher {
  const key = keyBytes.slice();
  return {
    seal: ({ iv, aad }, plaintext) => [bindings.aesGcmSeal(key, iv, aad, plaintext) as Bytes],
    open: ({ iv, aad }, sealed) => bindings.aesGcmOpen(key, iv, aad, sealed) as Bytes,
  };
}
