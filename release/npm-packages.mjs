// SPDX-License-Identifier: Apache-2.0
/** Which npm packages are installed with a package of ours, in the versions of package-lock.json. */

import { output } from "./run.mjs";

/**
 * By npm's own `npm sbom`, of which what differs from run to run and from mirror to mirror is left out.
 *
 * @param {string} folder the workspace's
 * @param {string} root `name@version` of the workspace
 * @returns {Promise<{ components: object[], uses: Map<string, string[]> }>} CycloneDX components without ours, and by
 *   purl what each uses itself
 */
export async function installedWith(folder, root) {
  const parameters = ["--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev", "--workspace", folder];
  const made = JSON.parse(await output("npm", "sbom", "--offline", ...parameters));
  const found = new Map(made.components.map((component) => [component["bom-ref"], component]));
  const below = new Map(made.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  if (!below.has(root)) throw new Error(`npm sbom knows no workspace ${root}`);
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
