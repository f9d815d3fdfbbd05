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
 * Below the crossover the fixed cost of the host's engine (taking the key in, each call) outweighs
 * its speed. Microseconds for one whole message by `Envelope.encrypt`, the best of many runs on two
 * x86-64 cores under load (Node 24, Chromium; the key wrapped with raw AES):
 *
 * ```text
 * bytes   Node: node  wasm    Chromium: webcrypto  wasm
 *   256          105    94                     75    47
 *   512           78    55                     65    43
 *  1024           66    77                     70    58
 *  2048           64   134                     70    82
 *  4096           73   144                     78   110
 * 16384          177   337                    110   307
 * ```
 *
 * workerd's WebCrypto is called as Chromium's is; its figures are taken over.
 */
const CHOICES: Readonly<Record<RuntimeName, Choice>> = {
  node: { large: "node", wasmBelow: 768 },
  browser: { large: "webcrypto", wasmBelow: 1536 },
  workerd: { large: "webcrypto", wasmBelow: 1536 },
  slim: { large: "webcrypto", wasmBelow: 1536 },
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
