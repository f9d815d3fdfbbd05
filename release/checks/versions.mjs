// SPDX-License-Identifier: Apache-2.0
/** One version, and one compiler. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGES } from "../packages.mjs";
import { runIn } from "../run.mjs";
import { workspace } from "./workspace.mjs";

const json = async (root, path) => JSON.parse(await readFile(join(root, path), "utf8"));

/** The version that is to be released. */
export async function versionOf(root) {
  return (await json(root, "pkg/package.json")).version;
}

export async function versions({ root }) {
  const wanted = await versionOf(root);
  const lock = await json(root, "package-lock.json");
  const cargoLock = await readFile(join(root, "Cargo.lock"), "utf8");
  const { packages: crates } = await workspace(root);
  const locked = new Map([...cargoLock.matchAll(/^name = "(.*)"\nversion = "(.*)"$/gm)].map(([, name, version]) => [name, version]));
  const folders = ["", ...PACKAGES.map(({ folder }) => folder)];
  const manifests = await Promise.all(folders.map(async (at) => [join(at, "package.json"), await json(root, join(at, "package.json"))]));
  const named = PACKAGES.map(({ name }) => name);
  const ofEachOther = manifests.flatMap(([path, { dependencies, peerDependencies }]) =>
    Object.entries({ ...dependencies, ...peerDependencies })
      .filter(([name]) => named.includes(name))
      .map(([name, version]) => [`${path} wants an ${name} that`, version]),
  );
  const found = [
    ...crates.map(({ name, version }) => [`Cargo.toml of ${name}`, version]),
    ...crates.map(({ name }) => [`Cargo.lock of ${name}`, locked.get(name)]),
    ...manifests.map(([path, { version }]) => [path, version]),
    ...ofEachOther,
    ...folders.map((folder) => [`package-lock.json of "${folder}"`, lock.packages[folder]?.version]),
    ["pkg/jsr.json", (await json(root, "pkg/jsr.json")).version],
  ];
  const others = found.filter(([, version]) => version !== wanted).map(([place, version]) => `${place} has ${version}`);
  if (others.length > 0) return `pkg/package.json has ${wanted}, ${others.join(", ")}`;
}

export async function toolchain({ root }) {
  const { packages } = await workspace(root);
  const [{ rust_version: wanted }] = packages;
  const said = await runIn(root, "rustc", "--version");
  if (!said.startsWith(`rustc ${wanted}.`)) return `Cargo.toml has rust-version ${wanted}, and this is ${said.trim()}`;
}
