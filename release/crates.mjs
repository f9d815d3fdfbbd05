// SPDX-License-Identifier: Apache-2.0
/** Which crates are compiled into a WebAssembly module, with all that cargo knows of them. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT, output } from "./run.mjs";

const TARGET = "wasm32-unknown-unknown";

/** What runs while compiling (build scripts, procedural macros) and what only tests have is not in the module. */
const COMPILED_IN = ["--edges", "normal,no-proc-macro", "--target", TARGET, "--locked"];

/**
 * Somebody's work that is in a package.
 *
 * @typedef {object} Part
 * @property {string} ref what the bill of materials calls it
 * @property {string | undefined} purl where it is published; ours is not
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression
 * @property {string | undefined} repository
 * @property {string} folder of its files on this machine
 * @property {{ alg: string, content: string }[] | undefined} hashes of what is published, in hexadecimal digits
 */

/**
 * A crate with the features that it is built with, and all below it.
 *
 * @param {string} given `crate`, or `crate:feature,feature`
 * @returns {Promise<Map<string, string[]>>} by `name@version`, what each crate uses itself; the module's own is the first
 */
export async function compiledInto(given) {
  const [name, features] = given.split(":");
  const chosen = features ? ["--features", features] : [];
  const text = await output("cargo", "tree", "--package", name, ...chosen, ...COMPILED_IN, "--prefix", "depth");
  const uses = new Map();
  /** The crates above the line that is read. */
  const above = [];
  for (const line of text.trimEnd().split("\n")) {
    const [, depth, crate, version] = /^(\d+)(\S+) v(\S+)/.exec(line);
    const key = `${crate}@${version}`;
    above.splice(Number(depth), Infinity, key);
    if (!uses.has(key)) uses.set(key, []);
    const user = uses.get(above[depth - 1]);
    if (user && !user.includes(key)) user.push(key);
  }
  return uses;
}

/** Everything in Cargo.lock, by `name@version`. @returns {Promise<Map<string, Part>>} */
export async function knownCrates() {
  const text = await output("cargo", "metadata", "--locked", "--all-features", "--format-version", "1");
  const checksums = await checksumsOf(join(ROOT, "Cargo.lock"));
  return new Map(
    JSON.parse(text).packages.map((found) => {
      const { name, version, license, repository, manifest_path: manifest } = found;
      const key = `${name}@${version}`;
      const content = checksums.get(key);
      const purl = content && `pkg:cargo/${key}`;
      const hashes = content && [{ alg: "SHA-256", content }];
      // Before SPDX had expressions, cargo had the slash.
      const licence = license.replaceAll("/", " OR ");
      return [key, { ref: purl ?? key, purl, name, version, licence, repository, folder: dirname(manifest), hashes }];
    }),
  );
}

async function checksumsOf(lock) {
  const entry = /^name = "(.+)"\nversion = "(.+)"\nsource = .*\nchecksum = "([0-9a-f]{64})"$/gm;
  const found = (await readFile(lock, "utf8")).matchAll(entry);
  return new Map([...found].map(([, name, version, checksum]) => [`${name}@${version}`, checksum]));
}

/** The compiler: its standard library is part of every module. */
export async function rustc() {
  const text = await output("rustc", "--version", "--verbose");
  const word = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(text)[1];
  return { version: word("release"), commit: word("commit-hash") };
}
