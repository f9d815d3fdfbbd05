// SPDX-License-Identifier: Apache-2.0
/** In workerd an imported `.wasm` file is a compiled module. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

/** Vercel's edge runtime and those like it compile what is imported with this query. */
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

/** A WebAssembly file as text, by scripts/inline-wasm.mjs. */
declare module "*_inline.js" {
  const text: string;
  export default text;
}
