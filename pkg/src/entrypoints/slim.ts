// SPDX-License-Identifier: Apache-2.0
/** No loader: for bundlers without one, and for libraries that leave the choice to their users. */

import { once, provideRuntime, wasmFailure } from "../runtime.js";
import * as core from "../wasm/edgekms.js";

/** A WebAssembly file: compiled, as bytes, as an answer of `fetch`, or as its address. */
export type WasmSource =
  | WebAssembly.Module
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
 * Starts the package; calling it again does nothing. `signing` (`edgekms/edgekms_extra.wasm`) is
 * only for those who seal or open signed messages, and may be a function, called at that time.
 *
 * @throws EdgekmsError `WasmUnavailable`, whose text says why.
 */
export function init(
  wasm: WasmSource,
  signing?: WasmSource | (() => WasmSource | Promise<WasmSource>),
): Promise<void> {
  started ??= start(wasm, signing).catch(async (error: unknown) => {
    started = undefined;
    throw await wasmFailure(error);
  });
  return started;
}

async function start(
  wasm: WasmSource,
  signing: WasmSource | (() => WasmSource | Promise<WasmSource>) | undefined,
): Promise<void> {
  await core.default({ module_or_path: wasm as BufferSource });
  provideRuntime({
    name: "slim",
    digests: () => Promise.reject(new Error("INTERIM")),
    concurrentCalls: 16,
    ...ORPHANED,
    bindings: () => core,
    signing: once(async () => {
      if (signing === undefined) throw new Error("init(...) was given no signing module");
      const module = await import("../wasm/edgekms_extra.js");
      const source = typeof signing === "function" ? await signing() : signing;
      await module.default({ module_or_path: source as BufferSource });
      return module;
    }),
  });
}

export * from "../index.js";
