// SPDX-License-Identifier: Apache-2.0
/** Builds page and service worker into `dist/`: `node build.mjs`, or `await buildPage()` from another script. */
import { fileURLToPath } from "node:url";

import { build } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** @returns {Promise<string>} the folder to serve. */
export async function buildPage(folder = fileURLToPath(new URL("dist", import.meta.url))) {
  await build({ root: ROOT, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
  // The service worker by itself: what it shared with the page would be a file that it had to import.
  await build({
    root: ROOT,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: {
        input: fileURLToPath(new URL("src/service-worker.mjs", import.meta.url)),
        output: { entryFileNames: "service-worker.js", codeSplitting: false },
      },
    },
  });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`built ${await buildPage()}`);
}
