// SPDX-License-Identifier: Apache-2.0
/** Vite finds the package's WebAssembly by itself and puts it beside the scripts. */
export default {
  // Relative addresses, so that the built page works from any folder of any host.
  base: "./",
  // What `seal.mjs` writes is served as it is; Vite's server, like most, knows Range requests.
  publicDir: "films",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
};
