// SPDX-License-Identifier: Apache-2.0
/** From an engine's name to a cipher under a key. */

import type { Bytes } from "../bytes.js";
import { EdgekmsError } from "../errors.js";
import { runtime } from "../runtime.js";
import type { Engine, FrameCipher, MaybePromise } from "./engine.js";
import { webCryptoCipher } from "./webcrypto.js";

/** A cipher of one of the host's engines. The caller wipes its copy of the key. */
export function makeCipher(
  engine: Exclude<Engine, "auto" | "wasm">,
  key: Bytes,
): MaybePromise<FrameCipher> {
  if (engine === "webcrypto") return webCryptoCipher(key);
  const { native } = runtime();
  if (native === undefined) {
    throw new EdgekmsError("EngineUnavailable", "the engine `node` exists in Node only");
  }
  return native.cipher(key);
}
