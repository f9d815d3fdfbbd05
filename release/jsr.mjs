// SPDX-License-Identifier: Apache-2.0
/**
 * The package as JSR wants it, in a folder of its own: `node release/jsr.mjs FOLDER`, then `deno publish` there.
 *
 * JSR reads types without a compiler ("no slow types") and takes a module's declarations from the file that its first
 * line names. A declaration that imports `./x.js` leads it to that module's code and, of an internal one, to types that
 * it has cut; so here declarations import each other.
 */

import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PKG = fileURLToPath(new URL("../pkg", import.meta.url));

/** Every relative import, with what is before and in the quotes. */
const IMPORTED = /((?:from|import\() ?")(\.[^"]*)\.js"/g;

/** The declarations of an entry, from the folder that it lies in: those of one file lie with the others. */
function declarationsOf(entry) {
  const name = basename(entry, ".js");
  return dirname(entry).endsWith("entrypoints") ? `./${name}.d.ts` : `./entrypoints/${name}.d.ts`;
}

/** @param {string} folder that is there and empty @returns {string[]} what was put there */
export function makeJsr(folder) {
  const { exports, publish } = JSON.parse(readFileSync(join(PKG, "jsr.json"), "utf8"));
  const out = (path) => publish.exclude.some((left) => path === left || path.startsWith(`${left}/`));
  const paths = globSync(publish.include, { cwd: PKG }).filter((path) => !out(path));
  for (const path of paths) cpSync(join(PKG, path), join(folder, path));
  const rewrite = (path, change) => writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
  for (const path of paths.filter((path) => path.endsWith(".d.ts"))) {
    rewrite(path, (text) => text.replace(IMPORTED, '$1$2.d.ts"'));
  }
  for (const entry of Object.values(exports)) {
    rewrite(entry, (text) => `/* @ts-self-types="${declarationsOf(entry)}" */ ${text}`);
  }
  return paths;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makeJsr(process.argv[2]);
