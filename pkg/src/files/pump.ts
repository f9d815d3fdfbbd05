// SPDX-License-Identifier: Apache-2.0
/**
 * From one file to another, block by block: while one block is worked on, the next is read and the one before is
 * written. Two buffers on either side, used again and again.
 */

import type { FileHandle } from "node:fs/promises";

import type { Bytes } from "../bytes.js";
import { allocate } from "../engine/node.js";
import type { MaybePromise } from "../engine/engine.js";
import type { WorkOptions } from "../envelope/files.js";
import { checkedProgress } from "../envelope/progress.js";
import { onFile } from "./aside.js";

/** Bytes that a block should have, or one frame if that is longer: large enough that system calls cost little. */
export const BLOCK = 1 << 20;

/** Most frames of a block. */
const MOST_FRAMES = 4096;

/** Frames of so many bytes in a block. */
export function framesOf(length: number): number {
  return Math.min(Math.max(1, Math.floor(BLOCK / length)), MOST_FRAMES);
}

/** Frames whose plaintext or ciphertext is with an asynchronous engine. */
const IN_FLIGHT = 16;

/** A file with its name, for errors. */
export interface Named {
  readonly file: FileHandle;
  readonly path: string;
}

/** Where to read on. */
export interface From extends Named {
  /** Bytes from the start. Without it, wherever the file is: pipes know nothing else. */
  readonly position?: number;
}

/** What is done to blocks. */
export interface Work {
  /** Bytes of input in each block but the last. */
  readonly blockLength: number;
  /** Most bytes of output that a block gives. */
  readonly outputLength: number;
  /** Bytes of room that each block's memory has before it, for what was left of the one before. */
  readonly headroom?: number;
  /**
   * Writes what a block gives to the start of `out`; gives its length. A block that is not full is the last; it may
   * be empty.
   */
  block(input: Bytes, out: Bytes, last: boolean): MaybePromise<number>;
}

/** Runs `work` over all that is left of `from`, of which `done` bytes were read before. */
export async function pump(
  from: From,
  to: Named,
  work: Work,
  { signal, onProgress: given }: WorkOptions,
  done = 0,
): Promise<void> {
  const onProgress = checkedProgress(given);
  const { headroom = 0 } = work;
  const room = () => allocate(headroom + work.blockLength).subarray(headroom);
  const inputs = [room(), room()] as const;
  const outputs = [allocate(work.outputLength), allocate(work.outputLength)] as const;
  let { position } = from;
  const read = (buffer: Bytes) => {
    const filling = fill(from, buffer, position);
    if (position !== undefined) position += buffer.length;
    // It is awaited in its turn, or below; until then nobody else looks at its failure.
    filling.catch(() => {});
    return filling;
  };
  let reading = read(inputs[0]);
  let writing: Promise<void> = Promise.resolve();
  let bytesProcessed = done;
  try {
    for (let turn: 0 | 1 = 0, last = false; !last; turn = turn === 0 ? 1 : 0) {
      const length = await reading;
      signal?.throwIfAborted();
      last = length < work.blockLength;
      if (!last) reading = read(inputs[turn === 0 ? 1 : 0]);
      const made = await work.block(inputs[turn].subarray(0, length), outputs[turn], last);
      await writing;
      writing = drain(to, outputs[turn].subarray(0, made));
      writing.catch(() => {});
      bytesProcessed += length;
      onProgress?.({ bytesProcessed });
    }
    await writing;
    signal?.throwIfAborted();
  } finally {
    // Whoever closes the files must not do so under a system call that uses them.
    await Promise.allSettled([reading, writing]);
    for (const { buffer } of [...inputs, ...outputs]) new Uint8Array(buffer).fill(0);
  }
}

/** Reads until `buffer` is full or the file ends. */
async function fill({ file, path }: Named, buffer: Bytes, position?: number): Promise<number> {
  return onFile(path, "read", async () => {
    let at = 0;
    while (at < buffer.length) {
      const from = position === undefined ? null : position + at;
      const { bytesRead } = await file.read(buffer, at, buffer.length - at, from);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at;
  });
}

/** Writes all of it: the system may take less at a time. */
export async function drain({ file, path }: Named, bytes: Bytes): Promise<void> {
  await onFile(path, "write", async () => {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, null);
      at += bytesWritten;
    }
  });
}

/** Work on each of several frames, in order; at once if nothing waits, else with some in flight. */
export function eachFrame<T>(
  frames: readonly T[],
  work: (frame: T, index: number) => MaybePromise<void>,
): MaybePromise<void> {
  for (const [index, frame] of frames.entries()) {
    const first = work(frame, index);
    if (first !== undefined) return others(frames, work, index + 1, first);
  }
  return undefined;
}

async function others<T>(
  frames: readonly T[],
  work: (frame: T, index: number) => MaybePromise<void>,
  from: number,
  first: Promise<void>,
): Promise<void> {
  const pending = [first];
  try {
    for (let index = from; index < frames.length; index += 1) {
      const one = work(frames[index] as T, index);
      if (one !== undefined) pending.push(one);
      if (pending.length >= IN_FLIGHT) await pending.shift();
    }
    await Promise.all(pending);
  } finally {
    // Whoever failed first has been heard; the buffers are nobody's before all are done.
    await Promise.allSettled(pending);
  }
}
