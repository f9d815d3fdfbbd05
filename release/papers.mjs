// SPDX-License-Identifier: Apache-2.0
/**
 * What every package carries besides its program: its bill of materials, the notices of others, the changelog.
 *
 *     node release/papers.mjs pkg edgekms-wasm:bare=dist/wasm/edgekms_bg.wasm ...
 *
 * names the package's folder, and each WebAssembly module's crate, its features and its file. `cargo xtask build`
 * has the table.
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inventory } from "./inventory.mjs";
import { notices } from "./notices.mjs";
import { ROOT } from "./run.mjs";
import { sbom } from "./sbom.mjs";

const [workspace, ...named] = process.argv.slice(2);
const modules = named.map((word) => {
  const [crate, file] = word.split("=");
  return { crate, file };
});

/** The repository's, whose links lead into it from elsewhere too. */
async function changelog({ version, repository }) {
  const text = await readFile(join(ROOT, "CHANGELOG.md"), "utf8");
  const place = `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/v${version}/`;
  return text.replaceAll(/\]\((?!https?:|#)/g, `](${place}`);
}

const contents = await inventory(workspace, modules);
await writeFile(join(contents.folder, "sbom.cdx.json"), await sbom(contents));
await writeFile(join(contents.folder, "THIRD-PARTY-NOTICES.txt"), await notices(contents));
await writeFile(join(contents.folder, "CHANGELOG.md"), await changelog(contents.manifest));
