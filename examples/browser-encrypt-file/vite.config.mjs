// SPDX-License-Identifier: Apache-2.0
/** Vite finds the package's WebAssembly by itself and puts it beside the script. */
export default {
  // Relative addresses, so that the built page works from any folder of any host.
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // While developing, Vite packs dependencies together, and their WebAssembly would stay behind.
  optimizeDeps: { exclude: ["edgekms"] },
};
