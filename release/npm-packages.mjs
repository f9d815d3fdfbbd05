// SPDX-License-Identifier: Apache-2.0
/** npm packages: those installed with a package of ours, and those bundled into it. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, output } from "./run.mjs";

/**
 * What is installed, in the versions of package-lock.json: by npm's own `npm sbom`, of which what differs from run to
 * run and from mirror to mirror is left out.
 *
 * Not with `--omit dev`: that drops whatever some workspace has for its development, even where another needs it. So
 * what the package itself only has for that, or lets its user choose (`peerDependencies`), is left out here.
 *
 * @param {string} workspace its folder, from the root
 * @param {object} manifest its package.json
 * @returns {Promise<{ components: object[], uses: Map<string, string[]> }>} CycloneDX components without ours, and by
 *   purl what each uses itself
 */
export async function installedWith(workspace, { name, version, dependencies, optionalDependencies }) {
  const parameters = ["--sbom-format", "cyclonedx", "--package-lock-only", "--workspace", workspace];
  const made = JSON.parse(await output("npm", "sbom", "--offline", ...parameters));
  const found = new Map(made.components.map((component) => [component["bom-ref"], component]));
  const below = new Map(made.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const root = `${name}@${version}`;
  const wanted = Object.keys({ ...dependencies, ...optionalDependencies });
  const nameOf = (ref) => ref.slice(0, ref.lastIndexOf("@"));
  below.set(root, below.get(root).filter((ref) => wanted.includes(nameOf(ref))));
  const reached = new Set([root]);
  for (const ref of reached) for (const used of below.get(ref) ?? []) reached.add(used);

  const purlOf = (ref) => found.get(ref).purl;
  const uses = [...reached].map((ref) => [purlOf(ref), below.get(ref).map(purlOf)]);
  const components = [...reached].filter((ref) => ref !== root).map((ref) => component(found.get(ref)));
  return { components, uses: new Map(uses) };
}

function component({ name, version, scope, purl, licenses, hashes }) {
  return { type: "library", "bom-ref": purl, name, version, scope, hashes, licenses, purl };
}

/**
 * What esbuild bundled, as the package's build wrote it down (pkg/scripts/libraries.mjs).
 *
 * @param {string} folder the package's
 * @returns {Promise<import("./crates.mjs").Part[]>}
 */
export async function bundledInto(folder) {
  const list = await readFile(join(folder, "libraries.json"), "utf8").catch((error) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  const places = [...new Set(Object.values(JSON.parse(list)).flat())];
  return Promise.all(places.map((place) => part(place, lock.packages[place])));
}

async function part(place, { integrity }) {
  const folder = join(ROOT, place);
  const { name, version, license, repository } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  // The one sign that a package URL writes otherwise.
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [, base64] = /^sha512-(.*)$/.exec(integrity);
  const hashes = [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }];
  return { ref: purl, purl, name, version, licence: license, repository: address(repository), folder, hashes };
}

/** npm lets a repository be `owner/name` of GitHub, with or without the word before it, or an object. */
function address(repository) {
  const url = repository?.url ?? repository;
  const [, name] = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(url ?? "") ?? [];
  return name ? `https://github.com/${name}` : url?.replace(/^git\+|\.git$/g, "");
}
