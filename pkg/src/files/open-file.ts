// SPDX-License-Identifier: Apache-2.0
/** A sealed file opened into another, which is there only if the message was whole. */

import { type FileHandle, open } from "node:fs/promises";

import type { Bytes } from "../bytes.js";
import { core } from "../core/core.js";
import type { OpenPlan } from "../core/opening.js";
import { type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { after } from "../maybe.js";
import type { FileName, WorkOptions } from "../envelope/files.js";
import {
  FIRST_HEADER_TRY,
  type OpenJob,
  type Opened,
  type OpenedStart,
  authenticate,
  readHeader,
  trailing,
  truncated,
} from "../envelope/open.js";
import { place } from "../envelope/seal.js";
import { onFile, pathOf, writeAside } from "./aside.js";
import { becomes, kindOf } from "./kind.js";
import { type Work, eachFrame, framesOf, pump } from "./pump.js";

/** Bytes of a regular frame and of the last one besides their ciphertext: prefix and tag. */
const REGULAR = 32;
const FINAL = 40;
/** Bytes of the longest footer: two of length, and a P-384 signature. */
const FOOTER = 2 + 104;

/** Opens all of `from`; `to` is there when its end, and its signature if it has one, were verified. */
export async function openFile(
  job: OpenJob,
  from: FileName,
  to: FileName,
  options: WorkOptions,
): Promise<Omit<Opened, "plaintext">> {
  const [source, target] = [pathOf(from, "from"), pathOf(to, "to")];
  options.signal?.throwIfAborted();
  const file = await onFile(source, "open", () => open(source, "r"));
  try {
    const { size } = await kindOf(file, source);
    const { started, ahead } = await openHeader(job, file, source);
    const { opening, verifier, header } = started;
    try {
      verifier?.update(header);
      const context = opening.context;
      const work = new OpenBlocks(started, ahead, size);
      await writeAside(
        target,
        (aside) => pump({ file, path: source }, { file: aside, path: target }, work, options, header.length + ahead.length),
        await becomes(file, source, options),
      );
      return { header, context };
    } finally {
      opening.free();
      verifier?.free();
    }
  } finally {
    await file.close();
  }
}

/** The authentic header, and what was read after it. */
async function openHeader(
  job: OpenJob,
  file: FileHandle,
  path: string,
): Promise<{ started: OpenedStart; ahead: Bytes }> {
  const it = await core();
  let head: Bytes = new Uint8Array(0);
  for (let size = FIRST_HEADER_TRY; ; size *= 4) {
    // Read on where it ended, as a pipe must be.
    const more = new Uint8Array(size);
    more.set(head);
    const length = await onFile(path, "read", () => readOn(file, more, head.length));
    head = more.subarray(0, length);
    const opening = readHeader(it, head, job.maxEncryptedDataKeys);
    if (opening !== undefined) {
      const started = await authenticate(it, opening, job, head, undefined);
      return { started, ahead: head.slice(opening.headerLength) };
    }
    if (length < size) throw truncated();
  }
}

/** Fills `buffer` from `at` on, or to the end of the file; gives where that is. */
async function readOn(file: FileHandle, buffer: Bytes, at: number): Promise<number> {
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, null);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

/** Blocks of ciphertext; a frame that ends in the next block is carried over, into the room before it. */
class OpenBlocks implements Work {
  readonly blockLength: number;
  readonly outputLength: number;
  readonly headroom: number;
  readonly #started: OpenedStart;
  #carried: Bytes;
  /** A frame that is planned and not wholly there. */
  #next: OpenPlan | undefined;
  #isDone = false;

  constructor(started: OpenedStart, ahead: Bytes, size: number | undefined) {
    const { frameLength } = started.opening;
    const left = (size ?? Number.MAX_SAFE_INTEGER) - started.header.length + 1;
    // A body in one piece is read at once: nothing of it is authentic before its end.
    const whole = frameLength === 0 ? left : frameLength + REGULAR;
    this.blockLength = Math.min(framesOf(whole) * whole, left);
    this.headroom = Math.max(Math.min(whole + FINAL + FOOTER, left), ahead.length);
    this.outputLength = this.blockLength + this.headroom;
    this.#started = started;
    this.#carried = ahead;
  }

  block(input: Bytes, out: Bytes, last: boolean): MaybePromise<number> {
    const carried = this.#carried.length;
    const bytes = new Uint8Array(input.buffer, input.byteOffset - carried, carried + input.length);
    bytes.set(this.#carried);
    const { cipher, verifier } = this.#started;
    let at = 0;
    let filled = 0;
    const opened = eachFrame(this.#whole(bytes), (plan) => {
      const frame = bytes.subarray(at, at + plan.totalLength);
      const start = filled;
      at += plan.totalLength;
      filled += plan.totalLength - plan.prefixLength - TAG_LENGTH;
      verifier?.update(frame);
      return after(cipher.open(plan, frame.subarray(plan.prefixLength)), (plaintext) =>
        place([plaintext], out, start),
      );
    });
    return after(opened, () => {
      this.#carried = bytes.slice(at);
      if (this.#isDone) this.#afterLast(last);
      else if (last) throw truncated();
      return filled;
    });
  }

  /** The plans of all frames that are wholly there. */
  #whole(bytes: Bytes): OpenPlan[] {
    const whole: OpenPlan[] = [];
    for (let at = 0; !this.#isDone; ) {
      const plans = this.#next === undefined ? this.#started.opening.plans(bytes.subarray(at)) : [this.#next];
      this.#next = undefined;
      if (plans.length === 0) break;
      for (const plan of plans) {
        at += plan.totalLength;
        if (at > bytes.length) {
          // It counts as planned; no other follows it.
          this.#next = plan;
          return whole;
        }
        whole.push(plan);
        this.#isDone = plan.last;
      }
    }
    return whole;
  }

  /** What follows the last frame: nothing, or the footer and nothing after it. */
  #afterLast(last: boolean): void {
    const { verifier } = this.#started;
    const rest = this.#carried;
    if (verifier === undefined) {
      if (rest.length > 0) throw trailing();
      return;
    }
    const [high, low] = rest;
    const length = high === undefined || low === undefined ? 2 : 2 + ((high << 8) | low);
    // Longer than a signature can be: there is no room to wait for it, and no need.
    if (length > FOOTER) return verifier.verify(rest);
    if (rest.length > length) throw trailing();
    if (!last) return;
    if (rest.length < length || rest.length < 2) throw truncated();
    verifier.verify(rest);
  }
}
