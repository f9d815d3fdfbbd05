// SPDX-License-Identifier: Apache-2.0
/** Pages of contenders as users deploy them: bundled by esbuild, minified, split where a library loads a part later. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const WASM = fileURLToPath(new URL("../../pkg/dist/wasm", import.meta.url));

const PAGE = `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<script type="module" src="./page.js"></script>
`;

/** OpenPGP.js advises pages to take its entry that loads parts later. */
const ALIAS = { openpgp: "openpgp/lightweight" };

/** @param {string} code of the page, which may import from `./contenders`. */
export async function bundlePage(folder, code) {
  await mkdir(folder, { recursive: true });
  await build({
    stdin: { contents: code, resolveDir: HERE, sourcefile: "page.js" },
    outdir: folder,
    entryNames: "page",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    alias: ALIAS,
    logLevel: "error",
  });
  // The package looks for its WebAssembly beside the script that it is in.
  await cp(WASM, join(folder, "wasm"), { recursive: true, filter: (path) => !/\.(js|ts)$/.test(path) });
  await writeFile(join(folder, "index.html"), PAGE);
}

/** Everything that a program for Node would ship, in one file. @returns {Promise<Uint8Array>} */
export async function bundleForNode(code) {
  const options = { bundle: true, minify: true, format: "cjs", platform: "node", write: false, logLevel: "error" };
  const { outputFiles } = await build({ stdin: { contents: code, resolveDir: HERE }, ...options });
  return outputFiles[0].contents;
}
