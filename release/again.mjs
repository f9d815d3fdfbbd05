// SPDX-License-Identifier: Apache-2.0
/** A second build, in another folder and with cargo's home elsewhere. */

import { constants, copyFile, cp, mkdir, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runIn, runWith } from "./run.mjs";

/**
 * @param {string} root the checkout; what is not committed yet is built too
 * @param {string} [artifact] of `cargo xtask build`; all when not given
 * @returns the checkout's copy, built: `{ copy, [Symbol.asyncDispose]() }`
 */
export async function builtAgain(root, artifact) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-again-"));
  const copy = join(folder, "a folder further down");
  const home = join(folder, "cargo");
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    await copySources(root, copy);
    await takePackages(root, copy, artifact);
    await mkdir(home);
    await symlink(join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry"), join(home, "registry"));
    // The command takes the checkout that cargo tells it of.
    const variables = { CARGO_HOME: home, CARGO_MANIFEST_DIR: join(copy, "crates/xtask"), CARGO_TARGET_DIR: undefined };
    await xtaskIn(copy, variables, "build", ...(artifact ? [artifact] : []));
    return { copy, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** One module needs their programs alone; where bundlers look into them, their paths count, and so they are copied. */
function takePackages(root, copy, artifact) {
  const [from, to] = [root, copy].map((folder) => join(folder, "node_modules"));
  if (artifact === "hot-module") return symlink(from, to);
  return cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}

/** The developer's command: the one that runs this, if it does. */
export function xtaskIn(root, variables, ...parameters) {
  const running = process.env.EDGEKMS_XTASK;
  const [program, ...first] = running ? [running] : ["cargo", "xtask"];
  return runWith({ cwd: root, env: { ...process.env, ...variables } }, program, ...first, ...parameters);
}

/** Every file of the checkout that git knows, or would if it were added, as it is now. */
export async function copySources(root, copy) {
  const files = await runIn(root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z");
  for (const path of files.split("\0").filter(Boolean)) {
    // What was removed, and whose removal is not committed yet, is still listed.
    if (!(await stat(join(root, path)).catch(() => undefined))) continue;
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await copyFile(join(root, path), join(copy, path));
  }
}
