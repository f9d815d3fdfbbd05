// SPDX-License-Identifier: Apache-2.0

/** Cloudflare Workers: what wrangler bundles, in workerd. */

import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { output } from "../lib/project.mjs";

const requireOfWorker = createRequire(new URL("../../../worker/package.json", import.meta.url));
const WRANGLER = requireOfWorker.resolve("wrangler/package.json");
const CONFIG = { name: "packaging", main: "worker.mjs", compatibility_date: "2026-01-01" };

async function run({ folder: root }) {
  await writeFile(join(root, "wrangler.json"), JSON.stringify(CONFIG));
  const wrangler = join(dirname(WRANGLER), "bin", "wrangler.js");
  await output(root, process.execPath, wrangler, "deploy", "--dry-run", "--outdir", "workerd");
  // As wrangler brings it: the one copy, at the version that wrangler was tested with.
  const { Miniflare, convertV4MiniflareOptions } = createRequire(WRANGLER)("miniflare");
  const folder = join(root, "workerd");
  const wasm = (await readdir(folder)).filter((name) => name.endsWith(".wasm"));
  if (wasm.length !== 3) throw new Error(`wrangler took ${wasm.length} WebAssembly files and not all three`);
  const worker = {
    name: CONFIG.name,
    modules: [
      { type: "ESModule", path: join(folder, "worker.js") },
      ...wasm.map((name) => ({ type: "CompiledWasm", path: join(folder, name) })),
    ],
    modulesRoot: folder,
    compatibilityDate: CONFIG.compatibility_date,
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers: [worker] }));
  try {
    return await (await miniflare.dispatchFetch("http://localhost/")).json();
  } finally {
    await miniflare.dispose();
  }
}

export const rows = [{ runtime: "workerd", how: "wrangler's bundle", engines: ["auto", "webcrypto", "wasm"], run }];
