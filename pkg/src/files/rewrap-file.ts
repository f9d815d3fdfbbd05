// SPDX-License-Identifier: Apache-2.0
/**
 * A new header for a sealed file: over the old one where it is as long, else in a file that takes its place.
 *
 * Writing over it is no single step: a machine that loses its power in the middle of it would leave a header that is
 * neither. So the old header is first stored beside the file, and put back when a later call finds it there. Readers
 * who open the file in the very moment may find a header that does not open; `inPlace: false` spares them that.
 */

import { type FileHandle, open, readFile, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Bytes } from "../bytes.js";
import { EdgekmsError } from "../errors.js";
import type { FileName, RewrapFileOptions, RewrappedFile, WorkOptions } from "../envelope/files.js";
import type { OpenJob } from "../envelope/open.js";
import { type NewHeader, changeOf, newHeaderOf } from "../envelope/rewrap.js";
import { ofFile } from "../source/source.js";
import { type TargetOptions, onFile, pathOf, syncFolder, writeAside } from "./aside.js";
import { becomes } from "./kind.js";
import { BLOCK, drain, pump } from "./pump.js";

/** Gives a file another header. */
export async function rewrapFile(
  job: OpenJob,
  name: FileName,
  options: RewrapFileOptions,
): Promise<RewrappedFile> {
  const path = pathOf(name, "file");
  const out = options.out === undefined ? undefined : pathOf(options.out, "out");
  const change = changeOf(options);
  options.signal?.throwIfAborted();
  const file = await onFile(path, "open", () => open(path, out === undefined ? "r+" : "r"));
  try {
    if (out === undefined) await putBack(file, path);
    else await refuseTorn(path);
    const header = await newHeaderOf(await ofFile(file), job, change);
    options.signal?.throwIfAborted();
    const inPlace = out === undefined && (options.inPlace ?? true) && header.bytes.length === header.old.length;
    if (inPlace) await overwrite(file, path, header);
    else await write(file, path, header, out ?? path, out === undefined ? {} : await becomes(file, path, options), options);
    return { inPlace };
  } finally {
    await file.close();
  }
}

/** Where the old header is while the new one is written. */
function keptBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.edgekms-header`);
}

async function overwrite(file: FileHandle, path: string, { old, bytes }: NewHeader): Promise<void> {
  const beside = keptBeside(path);
  await writeAside(beside, (kept) => drain({ file: kept, path: beside }, old), { flush: true });
  await writeAt0(file, path, bytes);
  await onFile(beside, "remove", () => unlink(beside));
  await syncFolder(dirname(path));
}

async function write(
  file: FileHandle,
  path: string,
  { old, bytes }: NewHeader,
  out: string,
  becomes: TargetOptions,
  options: WorkOptions,
): Promise<void> {
  const written = async (target: FileHandle) => {
    await drain({ file: target, path: out }, bytes);
    const copy = { blockLength: BLOCK, outputLength: BLOCK, block };
    await pump({ file, path, position: old.length }, { file: target, path: out }, copy, options);
  };
  await writeAside(out, written, becomes);
}

function block(input: Bytes, out: Bytes): number {
  out.set(input);
  return input.length;
}

/** A file that is only read cannot be mended; what is copied of it must be whole. */
async function refuseTorn(path: string): Promise<void> {
  const beside = keptBeside(path);
  const isThere = await stat(beside).then(() => true, () => false);
  if (!isThere) return;
  const text = `an earlier re-wrap of ${path} was interrupted, and its header is in ${beside}; re-wrap it without \`out\` first`;
  throw new EdgekmsError("FileFailed", text);
}

/** Puts back the header that an interrupted call had stored. */
async function putBack(file: FileHandle, path: string): Promise<void> {
  const beside = keptBeside(path);
  const kept = await readFile(beside).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    return onFile(beside, "read", () => Promise.reject(error));
  });
  if (kept === undefined) return;
  // Old and new header begin alike, up to the end of the message id; whatever is torn, that is not.
  const start = new Uint8Array(messageIdEnd(kept));
  const { bytesRead } = await onFile(path, "read", () => file.read(start, 0, start.length, 0));
  if (bytesRead !== start.length || !start.every((byte, at) => byte === kept[at])) {
    const text = `${beside} has the header of another message than ${path}; remove the one that is not wanted`;
    throw new EdgekmsError("FileFailed", text);
  }
  await writeAt0(file, path, kept);
  await onFile(beside, "remove", () => unlink(beside));
}

/** Version 1: version, type, suite, 16 bytes; version 2: version, suite, 32 bytes (data-format/message-header.md). */
function messageIdEnd(header: Uint8Array): number {
  return header[0] === 1 ? 1 + 1 + 2 + 16 : 1 + 2 + 32;
}

async function writeAt0(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
  await onFile(path, "write", async () => {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, at);
      at += bytesWritten;
    }
    await file.sync();
  });
}
