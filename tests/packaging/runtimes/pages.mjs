// SPDX-License-Identifier: Apache-2.0

/** Pages, each built by one bundler with no setting but those of the README, in Chromium. */

import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { createServer, build as vite } from "vite";
import { inChromium } from "../lib/browsers.mjs";
import { outcomeOf } from "../lib/page.mjs";
import { output } from "../lib/project.mjs";
import { importTool, tool } from "../lib/tools.mjs";

const ENGINES = ["auto", "webcrypto", "wasm"];
const PACKAGE = "node_modules/edgekms";

/**
 * A page that `bundle` builds into a folder where only index.html is, with `script` for its entry and
 * `index` for its HTML.
 */
function page(runtime, how, bundle, { script = "page.mjs", index = "index.html", more = {} } = {}) {
  const run = async ({ folder: root }) => {
    const folder = join(root, "built", `${runtime} ${how}`.replace(/\W+/g, "-"));
    await mkdir(folder, { recursive: true });
    await cp(join(root, index), join(folder, "index.html"));
    await bundle(root, folder, script);
    return outcomeOf(folder);
  };
  return { runtime, how, engines: ENGINES, run, ...more };
}

const viteBuilt = async (root, outDir) => {
  const build = { outDir, emptyOutDir: true, target: "es2022" };
  await vite({ root, configFile: false, logLevel: "error", build });
};

/** Vite takes index.html for its entry, so a page with a worker has a root of its own. */
const viteWithWorker = async (root, outDir) => {
  const own = join(root, "vite-worker");
  await mkdir(own, { recursive: true });
  for (const file of ["index.html", "web-worker.mjs", "scenario.mjs"]) await cp(join(root, file), join(own, file));
  await cp(join(root, "with-worker.mjs"), join(own, "page.mjs"));
  const build = { outDir, emptyOutDir: true, target: "es2022" };
  await vite({ root: own, configFile: false, logLevel: "error", worker: { format: "es" }, build });
};

async function viteServed({ folder: root }) {
  const optimizeDeps = { exclude: ["edgekms"] };
  const server = { host: "127.0.0.1", port: 0 };
  const vite = await createServer({ root, configFile: false, logLevel: "error", optimizeDeps, server });
  try {
    await vite.listen();
    return await inChromium(`http://127.0.0.1:${vite.httpServer.address().port}/`);
  } finally {
    await vite.close();
  }
}

/** A bundle by esbuild; `files` says whether the folder `wasm` is copied beside it, as the README says. */
const esbuilt = (options, files = true) => async (root, folder, script) => {
  await esbuild({
    absWorkingDir: root,
    entryPoints: { page: script },
    bundle: true,
    format: "esm",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
    ...options,
  });
  if (files) await cp(join(root, PACKAGE, "dist/wasm"), join(folder, "wasm"), { recursive: true });
};

const webpacked = async (root, folder, script) => {
  await output(root, process.execPath, "bundlers/webpack.mjs", "web", `./${script}`, join(folder, "page.mjs"));
};

/** Parcel's root is the folder of the lock file nearest to the page. */
const parcelled = (settings) => async (root, folder, script) => {
  const own = join(folder, "source");
  await mkdir(own);
  await writeFile(join(own, "package.json"), JSON.stringify({ private: true, ...settings }));
  await writeFile(join(own, "package-lock.json"), "{}");
  for (const file of ["index.html", "scenario.mjs"]) await cp(join(root, file), join(own, file));
  await cp(join(root, script), join(own, "page.mjs"));
  await cp(join(root, "node_modules"), join(own, "node_modules"), { recursive: true });
  const more = ["--no-cache", "--no-source-maps", "--log-level=error", "--dist-dir", folder];
  await output(own, process.execPath, tool("parcel/lib/bin.js"), "build", "index.html", ...more);
};

const rolledUp = (options, files = false) => async (root, folder, script) => {
  const { rollup } = await importTool("rollup");
  const { nodeResolve } = await importTool("@rollup/plugin-node-resolve");
  const bundle = await rollup({ input: join(root, script), plugins: [nodeResolve(options)] });
  await bundle.write({ dir: folder, entryFileNames: "page.mjs", format: "es" });
  await bundle.close();
  if (files) await cp(join(root, PACKAGE, "dist/wasm"), join(folder, "wasm"), { recursive: true });
};

const bunBuilt = async (root, folder, script) => {
  const naming = ["--entry-naming=page.mjs", "--asset-naming=[name].[ext]"];
  await output(root, tool("bun/bin/bun.exe"), "build", script, "--target=browser", `--outdir=${folder}`, ...naming);
  await cp(join(root, PACKAGE, "dist/wasm"), join(folder, "wasm"), { recursive: true });
};

export const rows = [
  page("Vite", "page", viteBuilt),
  { runtime: "Vite", how: "development server, `optimizeDeps.exclude`", engines: ENGINES, run: viteServed },
  page("Vite", "worker of a page", viteWithWorker),
  page("webpack 5", "page", webpacked),
  page("webpack 5", "worker of a page", webpacked, { script: "with-worker.mjs" }),
  page("Parcel", "page", parcelled({})),
  page("Parcel", "page, `packageExports`", parcelled({ "@parcel/resolver-default": { packageExports: true } })),
  page("Rollup", "page, alone", rolledUp({})),
  page("Rollup", "page, `browser`, folder `wasm` copied", rolledUp({ browser: true }, true)),
  page("esbuild", "page, folder `wasm` copied", esbuilt({})),
  page("esbuild", "page, classic script, folder `wasm` copied", esbuilt({ format: "iife" }), { index: "classic.html" }),
  page("esbuild", "`edgekms/inline`", esbuilt({}, false), { script: "inline.mjs" }),
  page("esbuild", "`edgekms/inline`, classic script", esbuilt({ format: "iife" }, false), {
    script: "inline.mjs",
    index: "classic.html",
  }),
  ...["binary", "file"].map((loader) =>
    page("esbuild", `\`edgekms/slim\`, loader ${loader}`, esbuilt({ loader: { ".wasm": loader } }, false), {
      script: "slim.mjs",
      more: { before: { early: "NotInitialized" } },
    }),
  ),
  page("Bun", "`bun build` of a page, folder `wasm` copied", bunBuilt),
];
