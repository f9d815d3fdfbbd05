// SPDX-License-Identifier: Apache-2.0
/*
 * What must be one file, by esbuild:
 *
 * - dist/cjs, for `require`: Jest without flags, and Node older than 20.19, know no other modules there. Newer
 *   Nodes and bundlers take the ES modules for `require` too, so that a program has one copy.
 * - dist/all.js and dist/inline.js, which import nothing later.
 * - dist/seed, with the parts of other packages that it needs: edgekms itself depends on none.
 */
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const settings = { absWorkingDir: dist, bundle: true, legalComments: "none", logLevel: "warning" };

await build({
  ...settings,
  entryPoints: ["entrypoints/node.js"],
  outdir: "cjs/entrypoints",
  platform: "node",
  target: "node20",
  format: "cjs",
  // The text is of use to bundles alone; and a bundle is made of the ES modules.
  external: ["*_inline.js"],
  // The files lie in dist/wasm; a module in dist says so.
  define: { "import.meta.url": "moduleInDist" },
  banner: {
    js: 'const moduleInDist = require("node:url").pathToFileURL(`${__dirname}/../../runtime.js`).href;',
  },
});
writeFileSync(`${dist}/cjs/package.json`, '{ "type": "commonjs" }\n');
// The same declarations, of what `require` gives.
for (const path of readdirSync(dist, { recursive: true })) {
  if (/^(seed|testing|companion)\b/.test(path)) continue;
  const given = path.startsWith("entrypoints") ? path.endsWith("node.d.ts") : path.endsWith(".d.ts");
  if (given && path !== "wasm-file.d.ts") cpSync(join(dist, path), join(dist, "cjs", path));
}

const ONE_FILE = { ...settings, platform: "neutral", target: "es2022", format: "esm" };
for (const name of ["all", "inline"]) {
  const entry = `entrypoints/${name}.js`;
  await build({ ...ONE_FILE, entryPoints: [entry], outfile: `${name}.js` });
  // Whoever imports it gets the one file.
  rmSync(join(dist, entry));
}

// The rest of the package stays outside: a class that is there twice is two classes.
const ours = {
  name: "ours",
  setup: ({ onResolve }) => onResolve({ filter: /^\.\.\// }, ({ path, importer }) => (importer.includes("node_modules") ? undefined : { path, external: true })),
};
const SEED = { ...settings, platform: "node", target: "node20", format: "esm", mainFields: ["module", "main"], plugins: [ours] };
await build({ ...SEED, entryPoints: ["seed/index.js"], outfile: "seed/index.js", allowOverwrite: true });
for (const name of readdirSync(join(dist, "seed"))) {
  if (name.endsWith(".js") && name !== "index.js") rmSync(join(dist, "seed", name));
}
