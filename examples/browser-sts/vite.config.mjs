// SPDX-License-Identifier: Apache-2.0
/** One origin for page and broker, as in production: no other page can ask the broker for anything. */
const proxy = { "/credentials": process.env.BROKER ?? "http://127.0.0.1:8788" };

export default {
  base: "./",
  server: { proxy },
  preview: { proxy },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // While developing, Vite packs dependencies together, and their WebAssembly would stay behind.
  optimizeDeps: { exclude: ["edgekms"] },
};
