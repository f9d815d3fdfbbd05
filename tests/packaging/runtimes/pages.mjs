// SPDX-License-Identifier: Apache-2.0

/** Pages, each built by one bundler with no setting but those of the README, in real browsers. */

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { createServer, build as vite } from "vite";
import { inChromium, inFirefox, inWebKit } from "../lib/browsers.mjs";
import { outcomeOf } from "../lib/page.mjs";
import { output } from "../lib/project.mjs";
import { importTool, tool } from "../lib/tools.mjs";
import { servePage } from "../../../demo/lib/page-server.mjs";

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

/** No bundler: the package as it is, beside the page. */
async function unbundled(root, folder) {
  await cp(join(root, PACKAGE), join(folder, "edgekms"), { recursive: true });
  await cp(join(root, "scenario.mjs"), join(folder, "scenario.mjs"));
}

const importMap = async (root, folder) => {
  await unbundled(root, folder);
  await cp(join(root, "page.mjs"), join(folder, "page.mjs"));
  const map = { imports: { edgekms: "./edgekms/dist/entrypoints/browser.js" } };
  const html = await readFile(join(root, "index.html"), "utf8");
  const script = `<script type="importmap">${JSON.stringify(map)}</script>`;
  await writeFile(join(folder, "index.html"), html.replace("<script", `${script}<script`));
};

/** A policy allows no inline script, so no import map either: the module is named by its path. */
const byPath = async (root, folder, script) => {
  await unbundled(root, folder);
  const source = await readFile(join(root, script), "utf8");
  const path = "./edgekms/dist/entrypoints/browser.js";
  await writeFile(join(folder, "page.mjs"), source.replace('"edgekms"', JSON.stringify(path)));
};

/** Here a module is really not to be imported later; a bundle may have it all anyway. */
const serviceWorker = async (root, folder) => {
  await unbundled(root, folder);
  await cp(join(root, "with-service-worker.mjs"), join(folder, "page.mjs"));
  const source = await readFile(join(root, "service-worker.mjs"), "utf8");
  await writeFile(join(folder, "service-worker.mjs"), source.replace("edgekms/all", "./edgekms/dist/all.js"));
};

const POLICY = {
  "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:",
};

/** A folder that `prepare` fills, in each of the engines that browsers have. */
function inEach(how, prepare, headers) {
  return Object.entries({ Chromium: inChromium, Firefox: inFirefox, WebKitGTK: inWebKit }).map(([runtime, browse]) => {
    const run = async ({ folder: root }) => {
      const folder = join(root, "built", `${runtime} ${how}`.replace(/\W+/g, "-"));
      await mkdir(folder, { recursive: true });
      await cp(join(root, "index.html"), join(folder, "index.html"));
      await prepare(root, folder, "page.mjs");
      return outcomeOf(folder, browse, headers);
    };
    return { runtime, how, engines: ENGINES, run };
  });
}

/** Any name but this machine's own makes http insecure: then there is neither `crypto.subtle` nor `randomUUID`. */
const insecure = {
  runtime: "Chromium",
  how: "page on plain http, where `crypto.subtle` and `crypto.randomUUID` are missing",
  engines: ["auto", "wasm"],
  subtle: false,
  async run({ folder: root }) {
    const folder = join(root, "built", "insecure");
    await mkdir(folder, { recursive: true });
    await cp(join(root, "index.html"), join(folder, "index.html"));
    await byPath(root, folder, "insecure.mjs");
    const server = await servePage(folder);
    try {
      const { port } = new URL(server.origin);
      return await inChromium(`http://plain.example:${port}/`, { hosts: ["plain.example"] });
    } finally {
      await server.stop();
    }
  },
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
  ...inEach("no bundler, import map", importMap),
  ...inEach("no bundler, Content-Security-Policy", byPath, POLICY),
  ...inEach("no bundler, service worker, `edgekms/all`", serviceWorker),
  insecure,
];
