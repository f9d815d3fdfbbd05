// SPDX-License-Identifier: Apache-2.0
/**
 * A package's bill of materials, CycloneDX 1.6: its WebAssembly modules, the crates compiled into each, the npm
 * packages bundled into it and those installed with it. The same sources give the same bytes, so it has neither a time
 * nor a serial number.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json";

/** @param {import("./inventory.mjs").Inventory} inventory @returns {Promise<string>} JSON */
export async function sbom({ manifest, folder, modules, crates, libraries, rustc, npm }) {
  const purl = `pkg:npm/${manifest.name}@${manifest.version}`;
  const std = standardLibrary(rustc);
  const refOf = (key) => crates.get(key).ref;
  const edges = new Map(npm.uses);
  const add = (ref, used) => edges.set(ref, [...(edges.get(ref) ?? []), ...used]);
  add(purl, [...modules.map(({ file }) => file), ...libraries.map(({ ref }) => ref)]);
  for (const { file, uses } of modules) {
    const [own] = uses.keys();
    add(file, [refOf(own), std["bom-ref"]]);
    for (const [key, used] of uses) add(refOf(key), used.map(refOf));
  }
  const files = await Promise.all(modules.map((module) => moduleFile(folder, module)));
  const components = [...files, std, ...[...crates.values(), ...libraries].map(component), ...npm.components];
  const bom = {
    $schema: SCHEMA,
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { lifecycles: [{ phase: "build" }], component: packageComponent(manifest, purl) },
    components: components.toSorted(by((component) => component["bom-ref"])),
    dependencies: [...edges]
      .map(([ref, used]) => ({ ref, dependsOn: [...new Set(used)].toSorted() }))
      .toSorted(by(({ ref }) => ref)),
  };
  return `${JSON.stringify(bom, null, 1)}\n`;
}

/** In the order of code units, which no language of a machine changes. */
const by = (key) => (one, other) => (key(one) < key(other) ? -1 : 1);

const licensed = (expression) => [{ expression }];

function packageComponent({ name, version, description, license, repository, homepage, bugs }, purl) {
  const links = { vcs: repository.url, website: homepage, "issue-tracker": bugs.url };
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    description,
    licenses: licensed(license),
    purl,
    externalReferences: Object.entries(links).map(([type, url]) => ({ type, url })),
  };
}

/** The file, and what it is built of: a crate and its features. */
async function moduleFile(folder, { crate, file }) {
  const content = createHash("sha256").update(await readFile(join(folder, file))).digest("hex");
  const properties = [{ name: "edgekms:crate", value: crate }];
  return { type: "file", "bom-ref": file, name: file, hashes: [{ alg: "SHA-256", content }], properties };
}

function standardLibrary({ version, commit }) {
  return {
    type: "library",
    "bom-ref": `rust-std@${version}`,
    name: "rust-std",
    version,
    description: "The standard library of Rust, with what it is made of",
    licenses: licensed("MIT OR Apache-2.0"),
    purl: `pkg:github/rust-lang/rust@${commit}`,
  };
}

/** @param {import("./crates.mjs").Part} part */
function component({ ref, purl, name, version, licence, repository, hashes }) {
  return {
    type: "library",
    "bom-ref": ref,
    name,
    version,
    hashes,
    licenses: licensed(licence),
    purl,
    externalReferences: repository ? [{ type: "vcs", url: repository }] : undefined,
  };
}
