// SPDX-License-Identifier: Apache-2.0

/** What a page downloads of the package, as a bundler that splits code makes it. */

import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const WASM = new URL("../../pkg/dist/wasm/edgekms_bg.wasm", import.meta.url);

/** Bytes as hosts send them: brotli at its best. */
export function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/**
 * What a page that splits its code downloads before it does anything, and what it may download later.
 *
 * @param {string} contents the page's program
 * @returns the scripts' texts, the names of the modules in them, and `modules`: the bytes of each module in the first ones
 */
export async function pageOf(contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: "page.mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    conditions: ["browser"],
    outdir: "out",
    logLevel: "error",
  });
  const { outputs } = metafile;
  const textOf = (path) => outputFiles.find((file) => file.path.endsWith(path)).text;
  const [entry] = Object.keys(outputs).filter((path) => outputs[path].entryPoint?.includes("page.mjs"));
  const first = new Set([entry]);
  for (const path of first) {
    for (const { path: imported, kind } of outputs[path].imports) {
      if (kind === "import-statement") first.add(imported);
    }
  }
  const later = Object.keys(outputs).filter((path) => !first.has(path));
  const filesOf = (path) => Object.keys(outputs[path].inputs);
  const parts = [...first].flatMap((path) => Object.entries(outputs[path].inputs));
  return {
    first: [...first].map(textOf),
    later: later.map(textOf),
    files: { first: [...first].flatMap(filesOf), later: later.flatMap(filesOf) },
    modules: parts
      .map(([name, { bytesInOutput }]) => ({ name: name.replace(/^.*\/dist\//, ""), bytes: bytesInOutput }))
      .filter(({ bytes }) => bytes > 0),
  };
}

/**
 * What such a page weighs, each file compressed by itself, with the WebAssembly that encrypting needs.
 *
 * @param {string} contents the page's program
 */
export async function weightOf(contents) {
  const { first, modules } = await pageOf(contents);
  const wasm = brotli(readFileSync(WASM));
  const scripts = first.map((text) => brotli(Buffer.from(text)));
  return { total: scripts.reduce((sum, bytes) => sum + bytes, wasm), wasm, scripts, modules };
}
