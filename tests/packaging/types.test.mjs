// SPDX-License-Identifier: Apache-2.0

/** The declarations, as a user's compiler reads them: every file of the package is checked (`skipLibCheck` is off). */

import assert from "node:assert/strict";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { installedProject, output } from "./lib/project.mjs";
import { importTool, tool } from "./lib/tools.mjs";

const COMPILERS = ["5.7", "5.9", "7"];
const NODES = ["20", "22", "24", "25", "26"];
const DOM = ["es2022", "dom", "dom.iterable", "dom.asynciterable"];
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
};

/** What each combination compiles: with Node's types a program may stream files, without them it is a page's. */
const PAGE = ["consumer.ts", "entries.ts", "keys.ts", "wasm-files.ts"];
const ON_NODE = [...PAGE, "common.cts", "recipe.ts", "testing.ts"];

const COMBINATIONS = [
  { name: "a page", libraries: DOM, module: "nodenext", files: PAGE },
  { name: "a page behind a bundler", libraries: DOM, module: "esnext", files: PAGE },
  ...NODES.flatMap((node) => [
    { name: `Node ${node}`, node, libraries: ["es2022"], module: "nodenext", files: ON_NODE },
    { name: `Node ${node} with the DOM's types`, node, libraries: DOM, module: "nodenext", files: ON_NODE },
  ]),
];

/** The recipe of the package's README that streams a file, as it stands there. */
async function recipe(project) {
  const readme = await readFile(join(project.folder, "node_modules/edgekms/README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const streaming = blocks.filter((code) => code.includes("createReadStream"));
  assert.ok(streaming.length > 0, "the README has a recipe that streams a file");
  return streaming.map((code) => `{\n${code.replace(/^import .*\n/gm, "")}}\n`).reduce(
    (program, block) => program + block,
    [...new Set(streaming.flatMap((code) => code.match(/^import .*\n/gm)))].join(""),
  );
}

let project;
before(async () => {
  project = await installedProject();
  await writeFile(join(project.folder, "types", "recipe.ts"), await recipe(project));
  for (const node of ["none", ...NODES]) {
    const folder = join(project.folder, `node-${node}`);
    await cp(join(project.folder, "types"), folder, { recursive: true });
    if (node === "none") continue;
    await mkdir(join(folder, "node_modules/@types"), { recursive: true });
    await symlink(tool(`types-node-${node}`), join(folder, "node_modules/@types/node"));
  }
});
after(() => project?.remove());

/** Writes the program's settings beside it, and compiles it. */
async function compiled(version, { node = "none", libraries, module, files }) {
  const folder = join(project.folder, `node-${node}`);
  const moduleResolution = module === "esnext" ? "bundler" : module;
  const types = node === "none" ? [] : ["node"];
  const compilerOptions = { ...STRICT, lib: libraries, module, moduleResolution, types };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  await output(folder, process.execPath, tool(`typescript-${version}/bin/tsc`), "--project", ".", "--pretty", "false");
}

for (const version of COMPILERS) {
  describe(`TypeScript ${version}`, () => {
    for (const combination of COMBINATIONS) test(combination.name, () => compiled(version, combination));
  });
}

test("publint has nothing to say", async () => {
  const { publint } = await importTool("publint");
  const { formatMessage } = await importTool("publint/utils");
  const pkgDir = join(project.folder, "node_modules/edgekms");
  const { messages, pkg } = await publint({ pkgDir, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), []);
});

describe("arethetypeswrong", () => {
  let analysis;
  before(async () => {
    const { checkPackage, createPackageFromTarballData } = await importTool("@arethetypeswrong/core");
    analysis = await checkPackage(createPackageFromTarballData(await readFile(project.tarball)));
  });

  test("has nothing to say of the package itself, for any way of resolving it", () => {
    const own = analysis.problems.filter(({ entrypoint = "." }) => entrypoint === ".");
    assert.deepEqual(own, []);
  });

  test("has of the other entries nothing but that they are ES modules, which `exports` names", () => {
    const others = analysis.problems.filter(({ entrypoint = "." }) => entrypoint !== ".");
    const expected = ({ kind, resolutionKind }) => resolutionKind === "node10" || kind === "CJSResolvesToESM";
    assert.deepEqual(others.filter((problem) => !expected(problem)), []);
  });
});
