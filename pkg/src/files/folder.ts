// SPDX-License-Identifier: Apache-2.0
/** Folders that are made with those above them. */

import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder, and those above it that are missing. Node's own `recursive` tries for ever where the file system
 * says of a name in a folder that there is no such folder, as /proc does.
 *
 * @param mode of those that are made; default as the process makes any
 * @returns the uppermost that was made, whole; undefined if all were there
 */
export async function makeFolder(path: string, mode?: number): Promise<string | undefined> {
  const whole = resolve(path);
  const above = dirname(whole);
  try {
    return await makeOne(whole, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === whole) throw error;
  }
  const first = await makeFolder(above, mode);
  const made = await makeOne(whole, mode);
  return first ?? made;
}

/** The folder, if it was not there. */
async function makeOne(path: string, mode: number | undefined): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return path;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST" && (await stat(path)).isDirectory();
    if (isThere) return undefined;
    throw error;
  }
}
