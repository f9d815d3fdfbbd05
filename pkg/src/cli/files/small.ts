// SPDX-License-Identifier: Apache-2.0
/** Files that are read whole: keys, passwords, messages as text. */

import { type FileHandle, open, stat } from "node:fs/promises";

import { CliError } from "../exit.js";
import { fileTrouble } from "./places.js";
import { readFrom } from "./pour.js";
import { sizeText } from "./sizes.js";

/**
 * All bytes of a file, a pipe or standard input.
 *
 * @param most bytes; what has more is refused before it is in memory
 * @param what it is, for the error
 */
export async function readSmall(path: string, most: number, what: string, signal: AbortSignal): Promise<Buffer> {
  return all(readFrom(path, signal), most, what);
}

/** The same of bytes in pieces. */
export async function all(pieces: AsyncIterable<Uint8Array>, most: number, what: string): Promise<Buffer> {
  const held: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of pieces) {
      held.push(piece);
      length += piece.length;
      if (length > most) throw new CliError("usage", `${what} has more than ${sizeText(most)}`);
    }
    return Buffer.concat(held);
  } finally {
    // They may be of a secret: the one copy is the caller's.
    for (const piece of held) piece.fill(0);
  }
}

/** Whether it is no file: a pipe or a device, which can be read once. */
export async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => fileTrouble("open", path, cause));
  return !found.isFile();
}

/** A file's beginning, and all of it if it is shorter. */
export async function readStart(path: string, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  return onFileOf(path, async (file) => {
    let at = 0;
    while (at < length) {
      const { bytesRead } = await file.read(buffer, at, length - at, null);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return buffer.subarray(0, at);
  });
}

async function onFileOf<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r").catch((cause: unknown) => fileTrouble("open", path, cause));
  try {
    return await work(file).catch((cause: unknown) => fileTrouble("read", path, cause));
  } finally {
    await file.close();
  }
}
