// SPDX-License-Identifier: Apache-2.0
/**
 * Files that are there whole or not at all.
 *
 * What is written goes to a file beside the final one, readable by its owner alone, and takes the final name in one
 * step when all of it is written. Whoever is killed in between leaves `.edgekms-….tmp` behind, and nothing under
 * the final name that was not there before; a process that exits leaves neither.
 */

import { randomBytes } from "node:crypto";
import { unlinkSync } from "node:fs";
import { type FileHandle, link, lstat, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { EdgekmsError, invalidArgument } from "../errors.js";

/** A path, whichever way it was given. */
export function pathOf(name: unknown, what: string): string {
  if (name instanceof URL && name.protocol === "file:") return fileURLToPath(name);
  if (typeof name === "string" && name !== "") return name;
  throw invalidArgument(`${what} must be a path or a file: URL`);
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

/** What is at the target, and what it becomes. */
export interface TargetOptions {
  /** Default true: what has the name is replaced. */
  overwrite?: boolean | undefined;
  /** Permission bits of a file that was not there; default those of any new file here. */
  mode?: number | undefined;
  /**
   * Whether it takes its name only once it is on the disk. By default where it replaces something, since a loss of
   * power could else take both.
   */
  flush?: boolean | undefined;
}

/** Lets `work` write the file that becomes `to` when it is done. */
export async function writeAside<T>(
  to: string,
  work: (file: FileHandle) => Promise<T>,
  { overwrite = true, mode: wanted, flush }: TargetOptions = {},
): Promise<T> {
  if (!overwrite) await refuseTaken(to);
  const target = await targetOf(to);
  const flushes = flush ?? target.mode !== undefined;
  const aside = join(dirname(target.path), `.edgekms-${randomBytes(8).toString("hex")}.tmp`);
  const gone = removedAtExit(aside);
  // First with the mode that any new file gets here, to learn it; nothing is in the file yet.
  const file = await onFile(to, "create a file beside", () => open(aside, "wx")).catch((error: unknown) => {
    gone();
    throw error;
  });
  let isOpen = true;
  try {
    const mode = target.mode ?? wanted ?? (await file.stat()).mode & 0o7777;
    await file.chmod(0o600);
    const result = await work(file);
    await onFile(to, "write", async () => {
      await file.chmod(mode);
      if (flushes) await file.sync();
      isOpen = false;
      await file.close();
      await (overwrite ? rename(aside, target.path) : renameToFree(aside, target.path));
      if (flushes) await syncFolder(dirname(target.path));
    });
    return result;
  } catch (error) {
    if (isOpen) await file.close().catch(() => {});
    await unlink(aside).catch(() => {});
    throw error;
  } finally {
    gone();
  }
}

/** Said before the work is done and not after; {@link renameToFree} is what makes it so. */
export async function refuseTaken(path: string): Promise<void> {
  const isTaken = await lstat(path).then(() => true, () => false);
  if (!isTaken) return;
  const cause = Object.assign(new Error("file already exists"), { code: "EEXIST", path });
  throw new EdgekmsError("FileFailed", `${path} is there already (EEXIST)`, { cause });
}

/** Gives a file a name that nobody else has taken meanwhile. */
async function renameToFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as { code?: unknown };
    // File systems that know no second name for a file have no such step; there, between looking and taking, is a gap.
    if (!NO_LINKS.includes(String(code))) throw error;
    await refuseTaken(to);
    return rename(from, to);
  }
  await unlink(from);
}

const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"];

const asides = new Set<string>();

/** Removes a file should the process exit before the function that this gives is called. */
function removedAtExit(path: string): () => void {
  // One listener for all: many at once would look like a leak.
  if (asides.size === 0) process.on("exit", removeAsides);
  asides.add(path);
  return () => {
    asides.delete(path);
    if (asides.size === 0) process.off("exit", removeAsides);
  };
}

function removeAsides(): void {
  for (const path of asides) {
    try {
      unlinkSync(path);
    } catch {
      // It has its final name, or was not made yet.
    }
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
