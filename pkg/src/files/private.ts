// SPDX-License-Identifier: Apache-2.0
/** Files with secrets: readable by their owner alone from their first byte on, and there whole or not at all. */

import { chmod, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { onFile, writeAside } from "./aside.js";
import { makeFolder } from "./folder.js";

/** Whether what has the name is replaced. */
type Naming = { readonly replace: boolean };

const OWNER_ALONE = 0o600;

/**
 * Writes a text.
 *
 * @throws EdgekmsError `FileFailed`, naming the path
 */
export async function writePrivate(path: string, text: string, naming: Naming = { replace: true }): Promise<void> {
  await writtenPrivate(path, naming, (file) => file.writeFile(text));
}

/** Writes what `work` writes. Until it is done the name has what it had, and if it fails for ever. */
export async function writtenPrivate<T>(path: string, { replace }: Naming, work: (file: FileHandle) => Promise<T>): Promise<T> {
  await onFile(path, "create the folder of", () => makeFolder(dirname(path), 0o700));
  // What is there keeps its permissions, which may be those of everybody.
  if (replace) await chmod(path, OWNER_ALONE).catch(() => {});
  // A secret that is told once must outlast a loss of power.
  return writeAside(path, work, { overwrite: replace, mode: OWNER_ALONE, flush: true });
}
