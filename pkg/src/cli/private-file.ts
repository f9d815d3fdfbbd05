// SPDX-License-Identifier: Apache-2.0
/** Files with secrets: readable by their owner alone from their first byte on, and there whole or not at all. */

import { randomBytes } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { CliError } from "./exit.js";

/** How a file takes its name: in place of another, or only where there is none. */
type Naming = { readonly replace: boolean };

/**
 * Writes a text, in place of what has that name.
 *
 * @throws CliError `file`, naming the path
 */
export async function writePrivate(path: string, text: string, naming: Naming = { replace: true }): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw trouble(path, cause);
  });
  const aside = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString("hex")}.tmp`);
  let file: FileHandle | undefined;
  try {
    file = await open(aside, "wx", 0o600);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await take(aside, path, naming);
  } catch (cause) {
    await file?.close().catch(() => {});
    throw trouble(path, cause);
  } finally {
    await unlink(aside).catch(() => {});
  }
}

/** A link, unlike a renaming, is refused where something has the name. */
async function take(aside: string, path: string, { replace }: Naming): Promise<void> {
  if (replace) await rename(aside, path);
  else await link(aside, path);
}

/** A step on a file that failed. */
export function trouble(path: string, cause: unknown): unknown {
  const { code } = cause as { code?: unknown };
  if (cause instanceof CliError || typeof code !== "string") return cause;
  return Object.assign(new Error(`could not write ${path} (${code})`, { cause }), { code: "FileFailed" });
}
