// SPDX-License-Identifier: Apache-2.0

/** A Worker of a few lines that uses the built package, bundled as its user would, in workerd on loopback. */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const requireOfWorker = createRequire(new URL("../../worker/package.json", import.meta.url));
const { Miniflare, convertV4MiniflareOptions } = createRequire(requireOfWorker.resolve("wrangler/package.json"))("miniflare");

/**
 * @param {string} contents the Worker's main module
 * @param {Record<string, string>} bindings texts that it finds in its environment
 * @returns {Promise<{ address: URL, stop: () => Promise<void> }>}
 */
export async function startBundledWorker(contents, bindings) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-bundled-"));
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    outfile: join(folder, "worker.mjs"),
    logLevel: "error",
  });
  const wasm = (await readdir(folder)).filter((name) => name.endsWith(".wasm"));
  const worker = {
    name: "bundled",
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "worker.mjs") },
      ...wasm.map((name) => ({ type: "CompiledWasm", path: join(folder, name) })),
    ],
    compatibilityDate: "2026-01-01",
    bindings,
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ host: "127.0.0.1", port: 0, cf: false, workers: [worker] }));
  return {
    address: await miniflare.ready,
    async stop() {
      await miniflare.dispose();
      await rm(folder, { recursive: true });
    },
  };
}
