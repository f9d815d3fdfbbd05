// SPDX-License-Identifier: Apache-2.0
/** Sealing a stream: frames come out as they fill, in order, and memory stays flat. */

import type { Bytes } from "../bytes.js";
import { forgotten } from "../core/core.js";
import type { SealPlan } from "../core/sealing.js";
import { type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { allocate } from "../runtime.js";
import { ByteQueue } from "../stream/byte-queue.js";
import type { Emit, Fail, Stage } from "../stream/duplex.js";
import { InOrder } from "../stream/in-order.js";
import { invalidArgument } from "../errors.js";
import { checkedProgress } from "./progress.js";
import { FRAMES_IN_FLIGHT, type OnProgress, type SealJob, type SealedStart, place, start } from "./seal.js";

/** Bytes of plaintext that go out in one piece, as long as a frame is not longer. */
const BLOCK = 256 * 1024;

/** Plaintext in, one message out. */
export class SealStage implements Stage {
  readonly #job: SealJob;
  readonly #onProgress: OnProgress | undefined;
  readonly #queue = new ByteQueue();
  #started: SealedStart | undefined;
  #frames!: InOrder<Bytes[]>;
  #bytesProcessed = 0;
  #closed = false;

  constructor(job: SealJob, onProgress: OnProgress | undefined) {
    this.#job = job;
    this.#onProgress = checkedProgress(onProgress);
  }

  async start(emit: Emit): Promise<void> {
    const started = await start(this.#job, undefined);
    this.#started = started;
    forgotten.register(this, started.sealing.kept);
    if (this.#closed) return this.#free();
    this.#frames = new InOrder(FRAMES_IN_FLIGHT, (pieces) => this.#deliver(pieces, emit));
    await this.#deliver([started.header], emit);
  }

  async write(chunk: Bytes, _emit: Emit, fail: Fail): Promise<void> {
    const length = this.#running().frameLength;
    this.#queue.push(chunk);
    try {
      // A full frame is sealed at once, so nothing of the caller's chunk is held back to see whether more
      // follows; a message of full frames then ends with an empty last frame (message-body, final frame: the
      // length MAY be zero).
      while (this.#queue.length >= length) {
        const most = Math.max(1, Math.floor(BLOCK / length));
        const count = Math.min(most, Math.floor(this.#queue.length / length));
        const added = this.#seal(this.#running().sealing.plans(length, count, false), length);
        if (added !== undefined) await added;
      }
    } finally {
      this.#queue.retain();
    }
    this.#frames.settled.catch(fail);
  }

  async close(emit: Emit): Promise<void> {
    const { sealing, signer } = this.#running();
    const length = this.#queue.length;
    await this.#seal(sealing.plans(length, 1, true), length);
    await this.#frames.drain();
    if (signer !== undefined) await emit(signer.finish());
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.clear();
    this.#free();
  }

  #free(): void {
    this.#started?.sealing.free();
    this.#started?.signer?.free();
    this.#started = undefined;
  }

  #running(): SealedStart {
    if (this.#started === undefined) throw invalidArgument("the stream is over");
    return this.#started;
  }

  /** Seals the next frames of this length, one a plan. */
  #seal(plans: readonly SealPlan[], length: number): MaybePromise<void> {
    const { cipher } = this.#running();
    const [first] = plans as [SealPlan];
    const plaintext = this.#queue.take(length) as Bytes;
    const sealed = cipher.seal(first, plaintext);
    this.#bytesProcessed += plaintext.length * plans.length;
    if (sealed instanceof Promise) return this.#inFlight(plans, length, sealed);
    const block = this.#block(plans, length, sealed);
    this.#onProgress?.({ bytesProcessed: this.#bytesProcessed });
    return this.#frames.add([block]);
  }

  /** A synchronous engine's frames, in one piece: what writes them away has fewer calls. */
  #block(plans: readonly SealPlan[], length: number, first: readonly Bytes[]): Bytes {
    const { cipher } = this.#running();
    const [{ prefix }] = plans as [SealPlan];
    const step = prefix.length + length + TAG_LENGTH;
    const block = allocate(step * plans.length);
    for (const [index, plan] of plans.entries()) {
      const pieces = index === 0 ? first : (cipher.seal(plan, this.#queue.take(length) as Bytes) as Bytes[]);
      block.set(plan.prefix, index * step);
      place(pieces, block, index * step + plan.prefix.length);
    }
    return block;
  }

  /**
   * An asynchronous one's, each on its own and not joined: a joined buffer that is kept costs a page as much. The
   * prefix is copied: a reader may transfer what it gets, and in the plans' buffer are the IVs of other frames.
   */
  async #inFlight(plans: readonly SealPlan[], length: number, first: Promise<Bytes[]>): Promise<void> {
    const { cipher } = this.#running();
    for (const [index, plan] of plans.entries()) {
      const sealed = index === 0 ? first : cipher.seal(plan, this.#queue.take(length) as Bytes);
      const pieces = (sealed as Promise<Bytes[]>).then((pieces) => [plan.prefix.slice(), ...pieces]);
      const added = this.#frames.add(pieces);
      this.#onProgress?.({ bytesProcessed: this.#bytesProcessed });
      if (added !== undefined) await added;
    }
  }

  #deliver(pieces: readonly Bytes[], emit: Emit, from = 0): MaybePromise<void> {
    for (let at = from; at < pieces.length && !this.#closed; at += 1) {
      const piece = pieces[at] as Bytes;
      this.#started?.signer?.update(piece);
      const room = emit(piece);
      if (room !== undefined) return room.then(() => this.#deliver(pieces, emit, at + 1));
    }
    return undefined;
  }
}
