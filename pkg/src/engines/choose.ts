// SPDX-License-Identifier: Apache-2.0
/** Which engine `auto` means, by runtime and size: data, with the figures behind it. */

import type { Engine } from "./engine.js";

/** Where the package runs. */
export type RuntimeName = "node" | "browser" | "workerd" | "slim";

/** One runtime's choice. */
interface Choice {
  /** At and above the limit. */
  readonly large: Exclude<Engine, "auto">;
  /** Payloads (or, in streams, frames) shorter than this many bytes go to WebAssembly. */
  readonly wasmBelow: number;
}

/**
 * The crossover: below it the fixed cost of the host's engine (importing the key, crossing over)
 * outweighs its speed.
 */
const CHOICES: Readonly<Record<RuntimeName, Choice>> = {
  node: { large: "node", wasmBelow: 256 },
  browser: { large: "webcrypto", wasmBelow: 2048 },
  workerd: { large: "webcrypto", wasmBelow: 2048 },
  slim: { large: "webcrypto", wasmBelow: 2048 },
};

/** The engine for a payload of this many bytes under a key of this many. */
export function chooseEngine(
  wanted: Engine,
  runtime: RuntimeName,
  payloadLength: number,
  keyLength: number,
): Exclude<Engine, "auto"> {
  if (wanted !== "auto") return wanted;
  const { large, wasmBelow } = CHOICES[runtime];
  if (payloadLength < wasmBelow) return "wasm";
  // Chromium's WebCrypto has no AES-192; the three suites that use it are read, never written.
  if (large === "webcrypto" && keyLength === 24) return "wasm";
  if (large === "webcrypto" && globalThis.crypto?.subtle === undefined) return "wasm";
  return large;
}
