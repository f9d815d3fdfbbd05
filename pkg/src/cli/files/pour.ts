// SPDX-License-Identifier: Apache-2.0
/** Bytes through the package's streams, where a pipe is on one side; and small ones that are there whole. */

import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { pipeline } from "node:stream/promises";

import { type TargetOptions, writeAside } from "../../files/aside.js";
import { STANDARD, fileTrouble, placeName } from "./places.js";

/** Bytes in pieces. */
export type Pieces = AsyncIterable<Uint8Array>;
/** What turns some into others. */
export type Through = (source: Pieces) => AsyncIterable<Uint8Array>;

/** What is read of a file at once. */
const PIECE = 1 << 20;

/** The bytes of a place. Ctrl-C ends a wait for more. */
export async function* readFrom(place: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = place === STANDARD ? process.stdin : createReadStream(place, { highWaterMark: PIECE });
  try {
    for await (const piece of addAbortSignal(signal, stream)) yield piece as Buffer;
  } catch (cause) {
    signal.throwIfAborted();
    fileTrouble("read", placeName(place, "from"), cause);
  }
}

/** The first bytes of a source, and the whole of it. */
export async function peeked(source: Pieces, length: number): Promise<{ start: Buffer; all: Pieces }> {
  const iterator = source[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  let isOver = false;
  while (start.length < length && !isOver) {
    const { done, value } = await iterator.next();
    if (done === true) isOver = true;
    else start = Buffer.concat([start, value]);
  }
  async function* all() {
    if (start.length > 0) yield start;
    if (!isOver) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { start, all: all() };
}

/** Puts a source, changed on the way, into a place: into a file wholly or not at all. */
export async function pour(source: Pieces, through: Through, to: string, signal: AbortSignal, target: TargetOptions): Promise<void> {
  if (to === STANDARD) return pipeline(source, through, process.stdout, { signal, end: false });
  await writeAside(to, (file) => pipeline(source, through, (pieces: Pieces) => drain(pieces, file, to), { signal }), target);
}

/** Puts bytes that are there whole into a place. */
export async function put(bytes: Uint8Array, to: string, target: TargetOptions): Promise<void> {
  if (to !== STANDARD) return writeAside(to, (file) => writeAll(file, bytes, to), target);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function drain(pieces: Pieces, file: FileHandle, path: string): Promise<void> {
  for await (const piece of pieces) await writeAll(file, piece, path);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at).catch((cause: unknown) => fileTrouble("write", path, cause));
    at += bytesWritten;
  }
}
