// SPDX-License-Identifier: Apache-2.0
/**
 * Files that are there whole or not at all.
 *
 * What is written goes to a file beside the final one, readable by its owner alone, and takes the final name in one
 * step when all of it is written. Whoever is killed in between leaves `.edgekms-….tmp` behind, and nothing under the
 * final name that was not there before.
 */

import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { EdgekmsError, invalidArgument } from "../errors.js";

/** A path, whichever way it was given. */
export function pathOf(name: unknown, what: string): string {
  if (name instanceof URL && name.protocol === "file:") return fileURLToPath(name);
  if (typeof name === "string" && name !== "") return name;
  throw invalidArgument(`${what} must be a path or a file: URL`);
}

/** `flush`, as the caller gave it. */
export function flushOf({ flush }: { readonly flush?: unknown }): boolean | undefined {
  if (flush === undefined || typeof flush === "boolean") return flush;
  throw invalidArgument("flush must be true or false");
}

/** A step on a file; its failure names the file and the system's code. */
export async function onFile<T>(path: string, verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EdgekmsError) throw cause;
    const { code } = cause as { code?: unknown };
    if (typeof code !== "string") throw cause;
    throw new EdgekmsError("FileFailed", `could not ${verb} ${path} (${code})`, { cause });
  }
}

/**
 * Lets `work` write the file that becomes `to` when it is done, replacing what has that name. `flush`: only once it
 * is on the disk; by default where it replaces something, since a loss of power could else take both.
 */
export async function writeAside<T>(
  to: string,
  work: (file: FileHandle) => Promise<T>,
  flush?: boolean,
): Promise<T> {
  const target = await targetOf(to);
  const flushes = flush ?? target.mode !== undefined;
  const aside = join(dirname(target.path), `.edgekms-${randomBytes(8).toString("hex")}.tmp`);
  // First with the mode that any new file gets here, to learn it; nothing is in the file yet.
  const file = await onFile(to, "create a file beside", () => open(aside, "wx"));
  let isOpen = true;
  try {
    const mode = target.mode ?? (await file.stat()).mode & 0o7777;
    await file.chmod(0o600);
    const result = await work(file);
    await onFile(to, "write", async () => {
      await file.chmod(mode);
      if (flushes) await file.sync();
      isOpen = false;
      await file.close();
      await rename(aside, target.path);
      if (flushes) await syncFolder(dirname(target.path));
    });
    return result;
  } catch (error) {
    if (isOpen) await file.close().catch(() => {});
    await unlink(aside).catch(() => {});
    throw error;
  }
}

/** Where the file is that `to` names, through links, and its mode if it is there. */
async function targetOf(to: string): Promise<{ path: string; mode?: number }> {
  try {
    const path = await realpath(to);
    const found = await stat(path);
    // Renaming over a device or a pipe would replace it.
    if (!found.isFile()) throw invalidArgument(`${to} is there and is not a file`);
    return { path, mode: found.mode & 0o7777 };
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return { path: to };
    return onFile(to, "look at", () => Promise.reject(error));
  }
}

/** A name is on the disk when its folder is; systems that cannot do that do it by themselves. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
