// SPDX-License-Identifier: Apache-2.0
import type { Flat } from "./bindings.js";

/** All that the module imports: what would fill its table of JavaScript values, of which none crosses. */
const IMPORTS = { "./edgekms_bg.js": { __wbindgen_init_externref_table() {} } };

/** The file, compiled: by the time that another instance is needed, the server may have another release's. */
let compiled: WebAssembly.Module | undefined;

/**
 * Starts the hot module from its file. The binder's own loader (wasm/edgekms.js), which the other entry points
 * use, does the same for every kind of source; a page would download 0.4 KB more.
 */
export async function fetchCore(url: URL): Promise<Flat> {
  if (compiled === undefined) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`failed to fetch Wasm: ${response.status} ${response.statusText} fetching '${url}'`);
    // Not while it streams: that would need the server's Content-Type, and gains nothing at 100 KB.
    compiled = await WebAssembly.compile(await response.arrayBuffer());
  }
  return (await WebAssembly.instantiate(compiled, IMPORTS)).exports as unknown as Flat;
}
