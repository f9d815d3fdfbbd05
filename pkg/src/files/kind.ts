// SPDX-License-Identifier: Apache-2.0
/** What a file is that is read, and what becomes of that where one is written. */

import type { FileHandle } from "node:fs/promises";

import type { TargetFileOptions } from "../envelope/files.js";
import { invalidArgument } from "../errors.js";
import { type TargetOptions, onFile } from "./aside.js";

/** Bytes of a file and its permissions; `undefined` for a pipe or a device, which has none that mean the same. */
export async function kindOf(
  file: FileHandle,
  path: string,
): Promise<{ size: number | undefined; mode: number | undefined }> {
  const found = await onFile(path, "look at", () => file.stat());
  if (!found.isFile()) return { size: undefined, mode: undefined };
  return { size: found.size, mode: found.mode & 0o777 };
}

/** How a file is written that is made of this one. */
export async function becomes(
  file: FileHandle,
  path: string,
  { overwrite, keepMode = false, flush }: Pick<TargetFileOptions, "overwrite" | "keepMode" | "flush">,
): Promise<TargetOptions> {
  if (flush !== undefined && typeof flush !== "boolean") throw invalidArgument("flush must be true or false");
  return { overwrite, flush, mode: keepMode ? (await kindOf(file, path)).mode : undefined };
}
