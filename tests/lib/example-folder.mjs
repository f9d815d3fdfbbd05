// SPDX-License-Identifier: Apache-2.0

/** An example as somebody has it who copied its folder and installed its packages. */

import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @param {string} name of a folder in `examples`
 * @returns {Promise<{ folder: string, remove: () => Promise<void> }>}
 */
export async function exampleFolder(name) {
  const parent = await mkdtemp(join(tmpdir(), "edgekms-example-"));
  const folder = join(parent, name);
  await cp(`${ROOT}examples/${name}`, folder, { recursive: true });
  await symlink(`${ROOT}node_modules`, join(folder, "node_modules"), "dir");
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}

/** The shell's blocks of a README, in order. */
export function shellBlocks(readme) {
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
}
