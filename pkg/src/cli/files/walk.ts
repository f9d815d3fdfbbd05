// SPDX-License-Identifier: Apache-2.0
/** What is in a folder and in those below it. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { fileTrouble } from "./places.js";

/** Something in a folder that is left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

/** What a folder holds; paths are relative to it. */
export interface Tree {
  /** Every folder with its permissions, each before those in it; the first is the folder itself, "". */
  readonly folders: { readonly path: string; readonly mode: number }[];
  readonly files: { readonly path: string; readonly size: number; readonly mode: number }[];
  readonly skipped: Skipped[];
}

/**
 * Lists it, in the order of names. Links are not followed: they may lead out of the folder, or in a circle. What is no
 * file (sockets, pipes, devices) has no content to be encrypted. Both are told of and left out.
 */
export async function walk(folder: string, signal: AbortSignal): Promise<Tree> {
  const tree: Tree = { folders: [], files: [], skipped: [] };
  await into(folder, "", tree, signal);
  return tree;
}

async function into(root: string, path: string, tree: Tree, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const here = join(root, path);
  const { mode } = await stat(here).catch((cause: unknown) => fileTrouble("look at", here, cause));
  tree.folders.push({ path, mode: mode & 0o777 });
  const entries = await readdir(here, { withFileTypes: true }).catch((cause: unknown) => fileTrouble("list", here, cause));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const inside = join(path, entry.name);
    const whole = join(root, inside);
    if (entry.isDirectory()) await into(root, inside, tree, signal);
    else if (entry.isFile()) {
      const { size, mode } = await stat(whole).catch((cause: unknown) => fileTrouble("look at", whole, cause));
      tree.files.push({ path: inside, size, mode: mode & 0o777 });
    } else tree.skipped.push({ path: whole, why: entry.isSymbolicLink() ? "a link" : "no file" });
  }
}
