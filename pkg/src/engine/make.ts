// SPDX-License-Identifier: Apache-2.0
/** From an engine's name to the cipher of a message. */

import type { Bytes } from "../bytes.js";
import type { Core } from "../core/core.js";
import { EdgekmsError } from "../errors.js";
import { runtime } from "../runtime.js";
import type { Engine, FrameCipher } from "./engine.js";
import { wasmCipher } from "./wasm.js";
import { webCryptoCipher } from "./webcrypto.js";

/** A message whose header is sealed or authentic. */
interface Keyed {
  readonly slot: number;
  payloadKey(): Bytes;
}

/** The cipher of a message's frames. */
export function cipherOf(
  engine: Exclude<Engine, "auto">,
  core: Core,
  message: Keyed,
): FrameCipher {
  if (engine === "wasm") return wasmCipher(core, message);
  const { native } = runtime();
  if (engine === "node" && native === undefined) {
    throw new EdgekmsError("EngineUnavailable", "this runtime has no engine `node`");
  }
  const inside = message.payloadKey();
  try {
    if (engine === "node") return (native as NonNullable<typeof native>).cipher(inside);
    return webCryptoCipher(inside.slice());
  } finally {
    inside.fill(0);
  }
}
