// SPDX-License-Identifier: Apache-2.0
/**
 * Where the WebAssembly files lie: in the folder `wasm` beside this module, or beside the bundle
 * that this module became part of. Vite, webpack, Parcel and Rollup's asset plug-ins read the form
 * `new URL("...", import.meta.url)` and bring the files along.
 */

/** The script that is running while this module is: a bundle that is a classic script has no `import.meta.url`. */
const script =
  typeof document === "undefined"
    ? (globalThis.location as Location | undefined)?.href
    : (document.currentScript as HTMLScriptElement | null)?.src;

/** The main module. */
export function coreUrl(): URL {
  return located("edgekms", () => new URL("./wasm/edgekms_bg.wasm", import.meta.url));
}

/** The second module. */
export function extraUrl(): URL {
  return located("edgekms_extra", () => new URL("./wasm/edgekms_extra_bg.wasm", import.meta.url));
}

/** The third module. */
export function apiUrl(): URL {
  return located("edgekms_api", () => new URL("./wasm/edgekms_api_bg.wasm", import.meta.url));
}

function located(name: string, besideModule: () => URL): URL {
  try {
    return besideModule();
  } catch {
    return new URL(`./wasm/${name}_bg.wasm`, script);
  }
}
