// SPDX-License-Identifier: Apache-2.0
/** What is installed is what was looked at. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const LOCKS = ["package-lock.json", "tests/packaging/tools/package-lock.json"];
const REGISTRY = "https://registry.npmjs.org/";

export async function locks({ root }) {
  for (const lock of LOCKS) {
    const { packages } = JSON.parse(await readFile(join(root, lock), "utf8"));
    for (const [path, { resolved, integrity, link }] of Object.entries(packages)) {
      if (!path.includes("node_modules/") || link) continue;
      if (resolved !== undefined && !resolved.startsWith(REGISTRY)) return `${lock} takes ${path} from ${resolved}`;
      if (integrity === undefined) return `${lock} has no hash of ${path}`;
    }
  }
  const cargo = await readFile(join(root, "Cargo.lock"), "utf8");
  const [, source] = /^source = "(?!registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index")(.*)"$/m.exec(cargo) ?? [];
  if (source) return `Cargo.lock takes a crate from ${source}`;
}
