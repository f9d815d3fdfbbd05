// SPDX-License-Identifier: Apache-2.0

/** A user's empty folder with the packed package installed in it, from the tarball alone. */

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PKG = fileURLToPath(new URL("../../../pkg", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

/** Runs a program in a folder; its output, or its complaint. */
export async function output(folder, program, ...parameters) {
  const { stdout } = await run(program, parameters, { cwd: folder, maxBuffer: 1 << 26 });
  return stdout;
}

/**
 * @returns `{ folder, files, remove() }`: the project, and the packed files with their sizes.
 */
export async function installedProject() {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-packaging-"));
  const [packed] = JSON.parse(await output(PKG, "npm", "pack", "--json", "--pack-destination", folder));
  const project = join(folder, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const tarball = join(folder, packed.filename);
  await output(project, "npm", "install", "--offline", "--no-audit", "--no-fund", tarball);
  await cp(FIXTURES, project, { recursive: true });
  return {
    folder: project,
    files: packed.files,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
