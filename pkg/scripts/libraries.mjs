// SPDX-License-Identifier: Apache-2.0
/*
 * Whose work is in what esbuild bundled. release/papers.mjs reads it: nothing else knows, since what is bundled is
 * installed with nobody's package.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LIST = fileURLToPath(new URL("../libraries.json", import.meta.url));
const FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Writes down the folders in node_modules, from the root, of whatever is in the bundle.
 *
 * @param {string} bundle its place in the package
 * @param {import("esbuild").Metafile} metafile
 * @param {string} folder that its paths are from
 */
export function bringsAlong(bundle, metafile, folder) {
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(folder, path).slice(ROOT.length));
  const folders = new Set(inputs.flatMap((path) => FOLDER.exec(path)?.[0] ?? []));
  const known = existsSync(LIST) ? JSON.parse(readFileSync(LIST, "utf8")) : {};
  const list = { ...known, [bundle]: [...folders].toSorted() };
  writeFileSync(LIST, `${JSON.stringify(list, null, 1)}\n`);
}
