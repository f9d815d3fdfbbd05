// SPDX-License-Identifier: Apache-2.0
/** No loader: for bundlers without one, and for libraries that leave the choice to their users. */

import { another } from "../core/another.js";
import { once, provideRuntime, wasmFailure } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";

/** `WebAssembly.Module`, in programs whose types have it: those of the DOM do, and those of Node do not. */
type CompiledWasm = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : never;

/** A WebAssembly file: compiled, as bytes, as an answer of `fetch`, or as its address. */
export type WasmSource =
  | CompiledWasm
  | ArrayBuffer
  | Uint8Array
  | Response
  | URL
  | string
  | Promise<Response>;

let started: Promise<void> | undefined;

/** A wait in Cloudflare Workers may never end: the host ends a request's work with the request. */
const ORPHANED = globalThis.navigator?.userAgent === "Cloudflare-Workers" ? { orphanedAfterMillis: 15_000 } : {};

/**
 * Starts the package; calling it again does nothing. `extra` (`edgekms/edgekms_extra.wasm`) is only for those
 * who use what a page rarely needs (signed messages as streams, for one), and may be a function, called at
 * that time.
 *
 * @example
 * ```ts
 * import core from "edgekms/edgekms.wasm";
 * import { Envelope, init } from "edgekms/slim";
 *
 * await init(core);
 * ```
 *
 * @throws EdgekmsError `WasmUnavailable`, whose text says why.
 */
export function init(
  wasm: WasmSource,
  extra?: WasmSource | (() => WasmSource | Promise<WasmSource>),
): Promise<void> {
  started ??= start(wasm, extra).catch(async (error: unknown) => {
    started = undefined;
    throw await wasmFailure(error);
  });
  return started;
}

async function start(
  wasm: WasmSource,
  extra: WasmSource | (() => WasmSource | Promise<WasmSource>) | undefined,
): Promise<void> {
  const core = await hot.default({ module_or_path: wasm as BufferSource });
  provideRuntime({
    name: "slim",
    concurrentCalls: 16,
    ...ORPHANED,
    core: (spent) => another(spent) ?? core,
    extra: once(async () => {
      if (extra === undefined) throw new Error("init(...) was given no second module (edgekms_extra.wasm)");
      const module = await import("../wasm/edgekms_extra.js");
      const source = typeof extra === "function" ? await extra() : extra;
      await module.default({ module_or_path: source as BufferSource });
      return module;
    }),
  });
}

export * from "../index.js";
