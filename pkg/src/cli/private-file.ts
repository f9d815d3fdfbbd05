// SPDX-License-Identifier: Apache-2.0
/** Files with secrets: readable by their owner alone from their first byte on, and there whole or not at all. */

import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { CliError } from "./exit.js";

/** How a file takes its name: in place of another, or only where there is none. */
type Naming = { readonly replace: boolean };

/** Adds a text to the file. */
type Write = (text: string) => Promise<void>;

/**
 * Writes a text.
 *
 * @throws CliError `conflict` if something has the name and is not to be replaced; an error with the code `FileFailed`
 */
export async function writePrivate(path: string, text: string, naming: Naming = { replace: true }): Promise<void> {
  await writtenPrivate(path, naming, (write) => write(text));
}

/** Writes what `work` writes. Until it is done the name has what it had, and if it fails for ever. */
export async function writtenPrivate(path: string, naming: Naming, work: (write: Write) => Promise<void>): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString("hex")}.tmp`);
  let file: FileHandle | undefined;
  try {
    if (!naming.replace) await refuseExisting(path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    file = await open(aside, "wx", 0o600);
    const opened = file;
    await work((text) => opened.appendFile(text));
    await file.sync();
    await file.close();
    // A link, unlike a renaming, is refused where something has the name.
    if (naming.replace) await rename(aside, path);
    else await link(aside, path);
  } catch (cause) {
    await file?.close().catch(() => {});
    throw (cause as { code?: unknown }).code === "EEXIST" ? existing(path) : trouble(path, cause);
  } finally {
    await unlink(aside).catch(() => {});
  }
}

/** Before any work is done for a file that is to be a new one. */
export async function refuseExisting(path: string): Promise<void> {
  const isThere = await lstat(path).then(() => true, () => false);
  if (isThere) throw existing(path);
}

function existing(path: string): CliError {
  return new CliError("conflict", `${path} is there already`, "Give another name, or --force to replace it.");
}

/** A step on a file that failed. */
export function trouble(path: string, cause: unknown): unknown {
  const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
  if (typeof code !== "string" || syscall === undefined) return cause;
  return Object.assign(new Error(`could not write ${path} (${code})`, { cause }), { code: "FileFailed" });
}
