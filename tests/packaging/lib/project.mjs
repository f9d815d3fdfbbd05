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
/** A tool that waits for something must not hold the others up. */
const TIMEOUT_MS = 900_000;

/** Runs a program in a folder; its output, or an error with its complaint. */
export async function output(folder, program, ...parameters) {
  const options = { cwd: folder, maxBuffer: 1 << 26, timeout: TIMEOUT_MS, env: environment() };
  try {
    const { stdout } = await run(program, parameters, options);
    return stdout;
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim();
    throw new Error(`${[program, ...parameters].join(" ")}: ${said || error.message}`, { cause: error });
  }
}

/** What tools are told: nothing of the test runner that started this, and to send nothing home. */
export function environment() {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...own } = process.env;
  return { ...own, NEXT_TELEMETRY_DISABLED: "1", CI: "1", NO_COLOR: "1", NODE_NO_WARNINGS: "1" };
}

/**
 * @param {string} [parent] where the folder is made; what is installed in the parent's `node_modules` the project finds
 * @returns `{ folder, files, tarball, remove() }`: the project, and the packed files with their sizes.
 */
export async function installedProject(parent = tmpdir()) {
  const folder = await mkdtemp(join(parent, "edgekms-packaging-"));
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
    tarball,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
