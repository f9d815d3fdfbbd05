// SPDX-License-Identifier: Apache-2.0
/** AES-GCM in WebAssembly, by the core: for short frames, and where the host has nothing. */

import type { Bytes } from "../bytes.js";
import type { Core } from "../core/core.js";
import { type FrameCipher, type FrameInput, TAG_LENGTH } from "./engine.js";

/** The cipher of a message, or of {@link wasmKey}, as long as that is not freed. Its key does not leave the core. */
export function wasmCipher(core: Core, kept: { readonly slot: number }): FrameCipher {
  return {
    seal(frame, plaintext) {
      const at = give(core, frame, plaintext, TAG_LENGTH);
      const length = core.checked(core.flat.aes_seal(kept.slot, frame.aad.length, plaintext.length));
      return [taken(core, at, length)];
    },
    open(frame, sealed) {
      const at = give(core, frame, sealed, 0);
      const length = core.checked(core.flat.aes_open(kept.slot, frame.aad.length, sealed.length));
      return taken(core, at, length);
    },
  };
}

/** A cipher of its own under a key; the caller wipes its copy. */
export function wasmKey(core: Core, key: Bytes): FrameCipher {
  return wasmCipher(core, { slot: core.checked(core.flat.aes_new(core.give(key))) });
}

/** Puts IV, AAD and text into the area; says where the text begins. */
function give(core: Core, { iv, aad }: FrameInput, text: Bytes, more: number): number {
  const at = iv.length + aad.length;
  const area = core.room(at + text.length + more);
  area.set(iv);
  area.set(aad, iv.length);
  area.set(text, at);
  return at;
}

function taken(core: Core, at: number, length: number): Bytes {
  const text = core.room(at + length).subarray(at);
  const copy = text.slice();
  text.fill(0);
  return copy;
}

