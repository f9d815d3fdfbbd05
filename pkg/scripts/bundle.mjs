// SPDX-License-Identifier: Apache-2.0
/*
 * What must be one file, by esbuild:
 *
 * - dist/cjs, for `require`: Jest without flags, and Node older than 20.19, know no other modules there. Newer
 *   Nodes and bundlers take the ES modules for `require` too, so that a program has one copy.
 * - dist/all.js and dist/inline.js, which import nothing later.
 * - dist/edgekms.min.js, for a page's own `<script type="module">`, and dist/integrity.json with its hash.
 * - dist/seed, with the parts of other packages that it needs: edgekms itself depends on none.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bringsAlong } from "./libraries.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const settings = {
  absWorkingDir: dist,
  bundle: true,
  legalComments: "none",
  logLevel: "warning",
  // The sources are in the package once, in src: every map says where.
  sourcemap: true,
  sourcesContent: false,
};

/** The hash of a file in dist, as the attribute `integrity` has it (Subresource Integrity, section 3.1). */
const integrityOf = (path) => `sha384-${createHash("sha384").update(readFileSync(join(dist, path))).digest("base64")}`;

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
// The same declarations, of what `require` gives, one folder further from the sources.
for (const path of readdirSync(dist, { recursive: true })) {
  if (/^(seed|testing|companion)\b/.test(path)) continue;
  const given = path.startsWith("entrypoints") ? /node\.d\.ts(\.map)?$/ : /\.d\.ts(\.map)?$/;
  if (!given.test(path) || path === "wasm-file.d.ts" || path.startsWith("cjs")) continue;
  const copy = join(dist, "cjs", path);
  mkdirSync(dirname(copy), { recursive: true });
  if (!path.endsWith(".map")) cpSync(join(dist, path), copy);
  else {
    const map = JSON.parse(readFileSync(join(dist, path), "utf8"));
    writeFileSync(copy, JSON.stringify({ ...map, sources: map.sources.map((source) => `../${source}`) }));
  }
}

/** Made one file, which then stands for the module: whoever imports it gets the one file. */
async function oneFile(name, made, options) {
  const entry = `entrypoints/${name}.js`;
  const general = { platform: "neutral", target: "es2022", format: "esm" };
  await build({ ...settings, ...general, ...options, entryPoints: [entry], outfile: made });
  for (const file of [entry, `${entry}.map`]) rmSync(join(dist, file));
}

const EXTRA = "wasm/edgekms_extra_bg.wasm";
const SCRIPT = "edgekms.min.js";
await oneFile("all", "all.js");
await oneFile("inline", "inline.js");
await oneFile("script", SCRIPT, { minify: true, define: { EXTRA_INTEGRITY: JSON.stringify(integrityOf(EXTRA)) } });
const hashes = [SCRIPT, EXTRA].map((path) => [path, integrityOf(path)]);
writeFileSync(`${dist}/integrity.json`, `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);

// The rest of the package stays outside: a class that is there twice is two classes.
const ours = {
  name: "ours",
  setup: ({ onResolve }) => onResolve({ filter: /^\.\.\// }, ({ path, importer }) => (importer.includes("node_modules") ? undefined : { path, external: true })),
};
const SEED = { ...settings, platform: "node", target: "node20", format: "esm", mainFields: ["module", "main"], plugins: [ours] };
// Without a map: the sources of other packages, which are in it, are not in this one.
const made = { entryPoints: ["seed/index.js"], outfile: "seed/index.js", allowOverwrite: true, sourcemap: false, metafile: true };
const { metafile } = await build({ ...SEED, ...made });
bringsAlong("dist/seed", metafile, dist);
for (const name of readdirSync(join(dist, "seed"))) {
  if (/\.js(\.map)?$/.test(name) && name !== "index.js") rmSync(join(dist, "seed", name));
}
