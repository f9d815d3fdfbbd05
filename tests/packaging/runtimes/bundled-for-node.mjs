// SPDX-License-Identifier: Apache-2.0

/** Bundles for Node: one file in a folder of its own, where neither the package nor its WebAssembly files are. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { output } from "../lib/project.mjs";
import { importTool, tool } from "../lib/tools.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];

/** Makes a bundle of `node.mjs` outside of the project, and runs it there. */
function bundled(runtime, how, name, bundle) {
  const run = async (project) => {
    const folder = join(project.elsewhere, name.replace(/\W/g, "-"));
    await mkdir(folder, { recursive: true });
    await bundle(project.folder, join(folder, name));
    return JSON.parse(await output(folder, process.execPath, name));
  };
  return { runtime, how, engines: ENGINES, run };
}

const esbuilt = (format) => (root, outfile) =>
  esbuild({
    absWorkingDir: root,
    entryPoints: ["node.mjs"],
    bundle: true,
    platform: "node",
    format,
    outfile,
    logLevel: "error",
  });

const viteServer = (ssr) => async (root, file) => {
  const [outDir, entryFileNames] = [join(file, ".."), file.split("/").at(-1)];
  const build = { ssr: "node.mjs", outDir, emptyOutDir: true, rollupOptions: { output: { entryFileNames } } };
  await vite({ root, configFile: false, logLevel: "error", build, ssr });
};

async function rolledUp(root, file, format = "es") {
  const { rollup } = await importTool("rollup");
  const { nodeResolve } = await importTool("@rollup/plugin-node-resolve");
  const plugins = [nodeResolve({ exportConditions: ["node"], preferBuiltins: true })];
  const external = /^node:/;
  const bundle = await rollup({ input: join(root, "node.mjs"), external, plugins });
  await bundle.write({ dir: join(file, ".."), entryFileNames: file.split("/").at(-1), format });
  await bundle.close();
}

async function webpacked(root, file) {
  await output(root, process.execPath, "bundlers/webpack.mjs", "node", "./node.mjs", file);
}

async function bunBuilt(root, file, ...more) {
  await output(root, tool("bun/bin/bun.exe"), "build", "node.mjs", "--target=node", `--outfile=${file}`, ...more);
}

export const rows = [
  bundled("esbuild", "for Node, ES module", "esbuild.mjs", esbuilt("esm")),
  bundled("esbuild", "for Node, CommonJS", "esbuild.cjs", esbuilt("cjs")),
  bundled("Rollup", "for Node, ES module", "rollup.mjs", rolledUp),
  bundled("Rollup", "for Node, CommonJS", "rollup.cjs", (root, file) => rolledUp(root, file, "cjs")),
  bundled("webpack 5", "for Node", "webpack.cjs", webpacked),
  bundled("Vite", "for Node (SSR), `noExternal`", "vite.mjs", viteServer({ noExternal: true })),
  bundled("Bun", "`bun build` for Node", "bun.mjs", bunBuilt),
  bundled("Bun", "`bun build` for Node, CommonJS", "bun.cjs", (root, file) => bunBuilt(root, file, "--format=cjs")),
  {
    runtime: "Vite",
    how: "for Node (SSR)",
    engines: ENGINES,
    // The package stays outside of the bundle, which must therefore lie where Node finds it.
    run: async ({ folder }) => {
      await viteServer(undefined)(folder, join(folder, "vite-ssr/server.mjs"));
      return JSON.parse(await output(folder, process.execPath, "vite-ssr/server.mjs"));
    },
  },
];
