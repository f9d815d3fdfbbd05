// SPDX-License-Identifier: Apache-2.0
/** What a package is made of. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compiledInto, knownCrates, rustc } from "./crates.mjs";
import { bundledInto, installedWith } from "./npm-packages.mjs";
import { ROOT } from "./run.mjs";

/**
 * @typedef {object} Inventory
 * @property {object} manifest package.json
 * @property {string} folder the package's
 * @property {{ crate: string, file: string, uses: Map<string, string[]> }[]} modules
 * @property {Map<string, import("./crates.mjs").Part>} crates those that are compiled in
 * @property {import("./crates.mjs").Part[]} libraries npm packages that are bundled in
 * @property {{ version: string, commit: string }} rustc
 * @property {Awaited<ReturnType<typeof installedWith>>} npm
 */

/**
 * @param {string} workspace the package's folder, from the root
 * @param {{ crate: string, file: string }[]} modules its WebAssembly modules: as `compiledInto` takes them, and where each is
 * @returns {Promise<Inventory>}
 */
export async function inventory(workspace, modules) {
  const folder = join(ROOT, workspace);
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const made = await Promise.all(modules.map(async (module) => ({ ...module, uses: await compiledInto(module.crate) })));
  const known = await knownCrates();
  const keys = new Set(made.flatMap(({ uses }) => [...uses.keys()]));
  return {
    manifest,
    folder,
    modules: made,
    crates: new Map([...keys].map((key) => [key, known.get(key)])),
    libraries: await bundledInto(folder),
    rustc: await rustc(),
    npm: await installedWith(workspace, manifest),
  };
}
