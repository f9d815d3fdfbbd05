// SPDX-License-Identifier: Apache-2.0
/**
 * Opening a stream: header first, then frame by frame, then the footer.
 *
 * Nothing is given out before it is authenticated; the last frame of a signed message waits for
 * the signature. The first failure ends everything: no later frame is delivered.
 */

import type { Bytes } from "../bytes.js";
import { core, forgotten } from "../core/core.js";
import { type OpenPlan, PREFIX_LENGTH } from "../core/opening.js";
import type { MaybePromise } from "../engine/engine.js";
import { ByteQueue } from "../stream/byte-queue.js";
import type { Emit, Fail, Stage } from "../stream/duplex.js";
import { InOrder } from "../stream/in-order.js";
import {
  FIRST_HEADER_TRY,
  type OpenJob,
  type Opened,
  type OpenedStart,
  authenticate,
  readHeader,
  trailing,
  truncated,
} from "./open.js";
import { checkedProgress } from "./progress.js";
import { FRAMES_IN_FLIGHT, type OnProgress } from "./seal.js";

/** What is told of a stream besides its plaintext. */
export interface OpenEvents {
  onProgress?: OnProgress | undefined;
  /** The header is authentic; no plaintext has come out yet. */
  onHeader(opened: Omit<Opened, "plaintext">): void;
}

const wipe = (plaintext: Bytes) => void plaintext.fill(0);

/** One message in, its plaintext out. */
export class OpenStage implements Stage {
  readonly #job: OpenJob;
  readonly #events: OpenEvents;
  readonly #queue = new ByteQueue();
  #started: OpenedStart | undefined;
  #frames!: InOrder<Bytes>;
  /** The next frame, where it is not wholly there yet. */
  #plan: OpenPlan | undefined;
  #isDone = false;
  /** The last frame of a signed message, until the footer is verified. */
  #heldBack: MaybePromise<Bytes> | undefined;
  #footerRead = false;
  #headerTried = 0;
  #bytesProcessed = 0;
  #closed = false;

  constructor(job: OpenJob, events: OpenEvents) {
    this.#job = job;
    this.#events = { ...events, onProgress: checkedProgress(events.onProgress) };
  }

  async write(chunk: Bytes, emit: Emit, fail: Fail): Promise<void> {
    this.#queue.push(chunk);
    try {
      if (this.#started === undefined) {
        // Parsed again only when a sixteenth more has come: a long header in small chunks stays
        // linear. The body that follows is longer than what this waits for, or `close` comes.
        if (this.#queue.length < this.#headerTried + (this.#headerTried >> 4)) return;
        if (!(await this.#readHeader(emit))) return;
      }
      await this.#readFrames(emit);
    } finally {
      this.#queue.retain();
    }
    this.#frames.settled.catch(fail);
  }

  async close(emit: Emit): Promise<void> {
    if (this.#started === undefined) {
      if (!(await this.#readHeader(emit))) throw truncated();
      await this.#readFrames(emit);
    }
    // What is wrong with a frame comes before what is wrong with the end.
    await this.#frames.drain();
    if (!this.#isDone || (this.#isSigned() && !this.#footerRead)) throw truncated();
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.clear();
    this.#started?.opening.free();
    this.#started?.verifier?.free();
    this.#started = undefined;
    const held = this.#heldBack;
    this.#heldBack = undefined;
    if (held instanceof Promise) held.then(wipe, () => {});
    else if (held !== undefined) wipe(held);
  }

  #isSigned(): boolean {
    return this.#started?.verifier !== undefined;
  }

  /** Whether the header is complete, and then authentic. */
  async #readHeader(emit: Emit): Promise<boolean> {
    const it = await core();
    const opening = readHeader(it, this.#queue.peek(Math.max(this.#queue.length, FIRST_HEADER_TRY)), this.#job.maxEncryptedDataKeys);
    this.#headerTried = this.#queue.length;
    if (opening === undefined) return false;
    const started = await authenticate(it, opening, this.#job, this.#queue.peek(this.#queue.length), undefined);
    this.#started = started;
    if (this.#closed) {
      this.#started = undefined;
      opening.free();
      started.verifier?.free();
      throw truncated();
    }
    forgotten.register(this, opening.kept);
    this.#queue.take(opening.headerLength);
    this.#bytesProcessed = opening.headerLength;
    started.verifier?.update(started.header);
    this.#frames = new InOrder(FRAMES_IN_FLIGHT, (plaintext) => this.#deliver(plaintext, emit));
    this.#events.onHeader({ header: started.header, context: opening.context });
    return true;
  }

  /** Opens every frame that is complete, then reads what may follow the last one. */
  async #readFrames(emit: Emit): Promise<void> {
    while (!this.#isDone) {
      const plans = this.#plan === undefined ? this.#plans() : [this.#plan];
      this.#plan = undefined;
      if (plans.length === 0) return;
      for (const plan of plans) {
        const frame = this.#queue.take(plan.totalLength);
        if (frame === undefined) {
          // No other follows it: the ones before were wholly there.
          this.#plan = plan;
          return;
        }
        const opened = this.#frame(plan, frame);
        if (opened !== undefined) await opened;
      }
    }
    if (this.#isSigned() && !this.#footerRead) await this.#readFooter(emit);
    if ((!this.#isSigned() || this.#footerRead) && this.#queue.length > 0) {
      // A frame in flight that is not authentic is the better answer.
      await this.#frames.drain();
      throw trailing();
    }
  }

  #plans(): OpenPlan[] {
    const { opening } = this.#started as OpenedStart;
    return opening.plans(this.#queue.peek(Math.max(this.#queue.contiguous, PREFIX_LENGTH)));
  }

  /** One complete frame. */
  #frame(plan: OpenPlan, frame: Bytes): MaybePromise<void> {
    const { cipher, verifier } = this.#started as OpenedStart;
    verifier?.update(frame);
    const plaintext = cipher.open(plan, frame.subarray(plan.prefixLength));
    this.#bytesProcessed += frame.length;
    this.#isDone = plan.last;
    let added: Promise<void> | void = undefined;
    if (plan.last && verifier !== undefined) {
      if (plaintext instanceof Promise) plaintext.catch(() => {});
      this.#heldBack = plaintext;
    } else {
      added = this.#frames.add(plaintext);
    }
    this.#events.onProgress?.({ bytesProcessed: this.#bytesProcessed });
    return added;
  }

  /** The footer: two bytes of length, then the signature (message-footer). */
  async #readFooter(emit: Emit): Promise<void> {
    const [high, low] = this.#queue.peek(2);
    if (high === undefined || low === undefined) return;
    const footer = this.#queue.take(2 + ((high << 8) | low));
    if (footer === undefined) return;
    this.#footerRead = true;
    this.#bytesProcessed += footer.length;
    await this.#frames.drain();
    const plaintext = (await this.#heldBack) as Bytes;
    // Over meanwhile: then nobody has verified this.
    if (this.#closed) return;
    this.#heldBack = plaintext;
    this.#started?.verifier?.verify(footer);
    this.#heldBack = undefined;
    await this.#deliver(plaintext, emit);
    this.#events.onProgress?.({ bytesProcessed: this.#bytesProcessed });
  }

  #deliver(plaintext: Bytes, emit: Emit): MaybePromise<void> {
    if (this.#closed) return undefined;
    return emit(plaintext);
  }
}
