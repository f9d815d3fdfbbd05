// SPDX-License-Identifier: Apache-2.0
/** Where a package says that it comes from. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGES } from "../packages.mjs";
import { workspace } from "./workspace.mjs";

export async function provenance({ root }) {
  const { packages } = await workspace(root);
  const [{ repository: home }] = packages;
  for (const { folder } of PACKAGES) {
    const { publishConfig = {}, repository = {} } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    if (publishConfig.provenance !== true) return `${folder}/package.json has no "provenance": true in publishConfig`;
    if (publishConfig.access !== "public") return `${folder}/package.json has no "access": "public" in publishConfig`;
    if (repository.url !== `git+${home}.git`) return `${folder}/package.json names ${repository.url}, and Cargo.toml ${home}`;
    if (repository.directory !== folder) return `${folder}/package.json names the directory ${repository.directory}`;
  }
}
