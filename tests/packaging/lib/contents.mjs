// SPDX-License-Identifier: Apache-2.0

/** Which files a package has: what follows from its sources, and what is named here. Nothing else is to be shipped. */

import { ROOT, runIn } from "../../../release/run.mjs";

/** Every package says what it is, what it is made of, and what changed. */
const PAPERS = ["CHANGELOG.md", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt", "package.json", "sbom.cdx.json"];

const mapped = (path) => [path, `${path}.map`];
const declared = (name) => [...mapped(`dist/${name}.d.ts`), `src/${name}.ts`];
const compiled = (name) => mapped(`dist/${name}.js`);

/** Names of the modules below `src`, without `.ts`, and of the files that declare types by hand. */
async function sourcesOf(folder) {
  const list = await runIn(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard", `${folder}/src/**.ts`);
  const names = list.trim().split("\n").map((path) => path.slice(`${folder}/src/`.length, -".ts".length));
  const byHand = names.filter((name) => name.endsWith(".d"));
  return { modules: names.filter((name) => !byHand.includes(name)), byHand };
}

/** Made one file, which then stands for the module. */
export const ONE_FILE = { all: "all", inline: "inline", script: "edgekms.min" };

async function client() {
  const { modules, byHand } = await sourcesOf("pkg");
  const room = (name) => (name.includes("/") ? name.split("/")[0] : "");
  // The command line is bundled, in pieces whose names follow from what is in them.
  const shipped = modules.filter((name) => room(name) !== "cli");
  const replaced = (name) => room(name) === "seed" || name.replace("entrypoints/", "") in ONE_FILE;
  // For `require`: one program, and declarations that are the modules' own.
  const without = /^(seed|testing|companion)\b/;
  const required = (name) => !without.test(name) && (room(name) !== "entrypoints" || name.endsWith("/node"));
  return [
    ...PAPERS,
    ...shipped.flatMap(declared),
    ...shipped.filter((name) => !replaced(name)).flatMap(compiled),
    ...Object.values(ONE_FILE).flatMap(compiled),
    ...shipped.filter(required).flatMap((name) => mapped(`dist/cjs/${name}.d.ts`)),
    ...mapped("dist/cjs/entrypoints/node.js"),
    "dist/cjs/package.json",
    "dist/integrity.json",
    ...["edgekms", "edgekms_extra", "edgekms_api"].flatMap((name) => [`${name}.js`, `${name}_inline.js`, `${name}_bg.wasm`]).map((name) => `dist/wasm/${name}`),
    ...byHand.filter((name) => room(name) !== "cli").map((name) => `src/${name}.ts`),
    "dist/wasm-file.d.ts",
    "dist/seed/index.js",
    "dist/seed/schema-check.d.ts",
    "seed.schema.json",
  ];
}

/** The worker that the server's package brings: what its main module imports, and what the build makes. */
export const SERVER_WORKER = ["build/index.js", "build/index_bg.wasm", "src/clock.js", "src/entry.js", "src/hosted.js", "src/microtasks.js", "worker.json"];

async function server() {
  const { modules } = await sourcesOf("server");
  const compiledAll = modules.flatMap((name) => [...declared(name), ...compiled(name)]);
  return [...PAPERS, ...compiledAll, ...SERVER_WORKER.map((name) => `dist/worker/${name}`)];
}

/** By the package's folder: the files, those whose names are not known before, and how much may travel. */
export const CONTENTS = {
  pkg: {
    files: client,
    pieces: /^dist\/cli\/(main|[\w-]+-[A-Z0-9]{8})\.js$/,
    budget: { size: 3_200_000, unpackedSize: 12_000_000 },
  },
  server: { files: server, pieces: undefined, budget: { size: 3_000_000, unpackedSize: 10_000_000 } },
};
