// SPDX-License-Identifier: Apache-2.0
/**
 * Where the WebAssembly files lie: in the folder `wasm` beside this module, or beside the bundle
 * that this module became part of. Vite, webpack and Rollup's asset plug-ins read this form and
 * bring the files along.
 */

/** The main module. */
export function coreUrl(): URL {
  return new URL("./wasm/edgekms_bg.wasm", import.meta.url);
}

/** The signing module. */
export function extraUrl(): URL {
  return new URL("./wasm/edgekms_extra_bg.wasm", import.meta.url);
}
