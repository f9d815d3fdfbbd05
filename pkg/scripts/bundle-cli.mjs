// SPDX-License-Identifier: Apache-2.0
/*
 * The command line, dist/cli, by esbuild: the libraries that it uses are in it, so that the package depends on nothing,
 * and each command is a file that is loaded when it is named. The package itself is not in it a second time: the
 * command line is a user of dist/cjs/entrypoints/node.js, which loads twice as fast as the same in 130 modules.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bringsAlong } from "./libraries.mjs";

const pkg = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = /\/entrypoints\/(node|management)\.js$/;
/** Where they lie, seen from dist/cli. What is not public is in no bundle. */
const PLACES = { node: "../cjs/entrypoints/node.js", management: "../entrypoints/management.js" };
const SEED = /\/seed\/index\.js$/;

/** commander starts commands that are programs of their own, which there are none of; to load what could costs 10 ms. */
const noPrograms = {
  name: "commander starts nothing",
  setup(builder) {
    builder.onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
      /\/commander\//.test(importer) ? { path, namespace: "nothing" } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** The package. */
const thePackage = {
  name: "the package is not bundled",
  setup(builder) {
    builder.onResolve({ filter: PACKAGE }, ({ kind, path }) => {
      if (kind !== "dynamic-import") return { errors: [{ text: "import the package where it is used: `await import(...)`" }] };
      return { path: PLACES[PACKAGE.exec(path)[1]], external: true };
    });
    // A bundle of its own already.
    builder.onResolve({ filter: SEED }, () => ({ path: "../seed/index.js", external: true }));
  },
};

const { metafile } = await build({
  absWorkingDir: pkg,
  entryPoints: ["src/cli/main.ts"],
  outdir: "dist/cli",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  tsconfig: "tsconfig.cli.json",
  loader: { ".bash": "text", ".zsh": "text", ".fish": "text", ".ps1": "text" },
  plugins: [thePackage, noPrograms],
  // What libraries `require` of Node's own.
  banner: { js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);' },
});

const inputs = Object.keys(metafile.inputs);
/** Modules outside src/cli that hold nothing, and may be there twice. */
const LEAVES = [
  "src/companion.ts",
  "src/errors.ts",
  "src/files/aside.ts",
  "src/files/folder.ts",
  "src/files/private.ts",
  "src/kms/environment-names.ts",
  "src/kms/nearest.ts",
  "src/testing/trusting-fetch.ts",
];
const twice = inputs.filter((path) => /^src\/(?!cli\/)/.test(path) && !LEAVES.includes(path));
if (twice.length > 0) throw new Error(`take these from the package, or name them in LEAVES: ${twice.join(", ")}`);

bringsAlong("dist/cli", metafile, pkg);
