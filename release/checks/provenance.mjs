// SPDX-License-Identifier: Apache-2.0
/** Where a package says that it comes from. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGES } from "../packages.mjs";
import { runIn } from "../run.mjs";

export async function provenance({ root }) {
  const metadata = JSON.parse(await runIn(root, "cargo", "metadata", "--no-deps", "--format-version", "1"));
  const home = metadata.packages.find(({ name }) => name === "edgekms-core").repository;
  for (const { folder } of PACKAGES) {
    const { publishConfig = {}, repository = {} } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    if (publishConfig.provenance !== true) return `${folder}/package.json has no "provenance": true in publishConfig`;
    if (publishConfig.access !== "public") return `${folder}/package.json has no "access": "public" in publishConfig`;
    if (repository.url !== `git+${home}.git`) return `${folder}/package.json names ${repository.url}, and Cargo.toml ${home}`;
    if (repository.directory !== folder) return `${folder}/package.json names the directory ${repository.directory}`;
  }
}
