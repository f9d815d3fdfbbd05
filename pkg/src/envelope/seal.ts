// SPDX-License-Identifier: Apache-2.0
/**
 * Sealing a whole message: the core plans its frames, an engine ciphers them, straight into one array.
 *
 * Format: message-header, message-body (framed) and message-footer of the AWS Encryption SDK
 * specification; written by the core.
 */

import type { Bytes } from "../bytes.js";
import { type Core, core } from "../core/core.js";
import { type SealOptions, type SealPlan, Sealing } from "../core/sealing.js";
import { chooseEngine } from "../engine/choose.js";
import { type Engine, type FrameCipher, type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { cipherOf } from "../engine/make.js";
import { release } from "../engine/release.js";
import { invalidArgument } from "../errors.js";
import type { DataKeyCache } from "../keyring/cache.js";
import type { KeyringWork, MessageScope } from "../keyring/materials.js";
import { after, lastly } from "../maybe.js";
import { allocate, runtime } from "../runtime.js";
import { dataKeySource } from "./data-key.js";
import { DEFAULT_FRAME_LENGTH, frameLengthOf } from "./frame-length.js";
import type { FooterSigner } from "./signature.js";

/** Progress of a stream, in bytes of its input. */
export type OnProgress = (progress: { bytesProcessed: number }) => void;

/** What one message needs. */
export interface SealJob {
  work: KeyringWork;
  cache?: DataKeyCache | undefined;
  scope: MessageScope;
  options: Omit<SealOptions, "frameLength"> & { frameLength?: number | undefined };
  engine: Engine;
}

/** Frames whose plaintext or ciphertext is with an asynchronous engine. */
export const FRAMES_IN_FLIGHT = 16;
/** Most plans that are asked for at once. */
const PLANS = 256;
/** Bytes of a regular frame and of the last one besides their ciphertext: prefix and tag. */
const REGULAR = 16 + TAG_LENGTH;
const FINAL = 24 + TAG_LENGTH;

/** A message whose header is sealed. */
export interface SealedStart {
  core: Core;
  sealing: Sealing;
  header: Bytes;
  cipher: FrameCipher;
  signer: FooterSigner | undefined;
  frameLength: number;
}

/**
 * Begins a message: the materials from its keyring, then the header. `length`: of the plaintext, if it is known.
 * Whoever gets it frees `sealing` and `signer`.
 */
export function start(job: SealJob, length: number | undefined): MaybePromise<SealedStart> {
  return after(core(), (core) => {
    const known = job.options.frameLength;
    const payload = Math.min(known ?? Number.MAX_SAFE_INTEGER, length ?? known ?? DEFAULT_FRAME_LENGTH);
    const engine = chooseEngine(job.engine, runtime().name, payload, 32);
    const frameLength = known ?? frameLengthOf(engine, length);
    return after(dataKeySource(job, length), ({ signer, work: keys }) => {
      const options = { ...job.options, frameLength, verificationKey: signer?.verificationKey };
      let begun: Sealing | undefined;
      let given = false;
      const work = () => {
        const sealing = (begun = new Sealing(core, options));
        return after(keys.wrap(sealing, job.scope), () => {
          const header = sealing.header();
          const cipher = cipherOf(engine, core, sealing);
          // In a stream whoever gave a chunk may use its memory again. A whole message goes on meanwhile.
          return after(length === undefined ? cipher.ready : undefined, (): SealedStart => {
            given = true;
            return { core, sealing, header, cipher, signer, frameLength };
          });
        });
      };
      return lastly(work, () => {
        if (given) return;
        begun?.free();
        signer?.free();
      });
    });
  });
}

/** Seals a message that is wholly there. */
export function sealWhole(job: SealJob, plaintext: Bytes): MaybePromise<Bytes> {
  const { length } = plaintext;
  return after(start(job, length), (started) =>
    lastly(
      () => {
        // It would be sealed as nothing.
        if (plaintext.length !== length) throw invalidArgument("plaintext was transferred away");
        return body(started, plaintext);
      },
      () => {
        started.sealing.free();
        started.signer?.free();
      },
    ),
  );
}

function body(started: SealedStart, plaintext: Bytes): MaybePromise<Bytes> {
  const { header, frameLength, signer } = started;
  const regular = Math.max(0, Math.ceil(plaintext.length / frameLength) - 1);
  const lastLength = plaintext.length - regular * frameLength;
  const end = header.length + regular * (frameLength + REGULAR) + lastLength + FINAL;
  const message = allocate(end + (signer?.footerLength ?? 0));
  message.set(header);
  const frames = new WholeFrames(started, plaintext, message, regular, lastLength);
  return after(frames.seal(), () => {
    if (signer === undefined) return message;
    return after(signer.sign(message.subarray(0, end)), (footer) => {
      message.set(footer, end);
      // Of memory that was not zeroed, nothing is left that a caller could see by the array's buffer.
      message.fill(0, end + footer.length);
      return message.subarray(0, end + footer.length);
    });
  });
}

/** The frames of one message, each put where it belongs as soon as it is ciphered. */
class WholeFrames {
  readonly #started: SealedStart;
  readonly #plaintext: Bytes;
  readonly #message: Bytes;
  readonly #regular: number;
  readonly #lastLength: number;
  #plans: SealPlan[] = [];
  #planned = 0;
  #from = 0;
  #at: number;

  constructor(started: SealedStart, plaintext: Bytes, message: Bytes, regular: number, lastLength: number) {
    this.#started = started;
    this.#plaintext = plaintext;
    this.#message = message;
    this.#regular = regular;
    this.#lastLength = lastLength;
    this.#at = started.header.length;
  }

  seal(): MaybePromise<void> {
    for (let frame = 0; frame <= this.#regular; frame += 1) {
      const placed = this.#frame(frame);
      if (placed !== undefined) return frame === this.#regular ? placed : this.#others(frame + 1, placed);
    }
    return undefined;
  }

  /** What remains, with an engine that gives promises. */
  async #others(next: number, first: Promise<void>): Promise<void> {
    const pending: Promise<void>[] = [];
    // One that fails while another is waited for is heard below.
    const track = (placed: Promise<void>) => {
      placed.catch(() => {});
      pending.push(placed);
    };
    track(first);
    try {
      for (let frame = next; frame <= this.#regular; frame += 1) {
        const placed = this.#frame(frame);
        if (placed !== undefined) track(placed);
        if (pending.length >= FRAMES_IN_FLIGHT) await pending.shift();
      }
      await Promise.all(pending);
    } finally {
      // Whoever failed first has been heard.
      await Promise.allSettled(pending);
    }
  }

  #frame(frame: number): Promise<void> | undefined {
    const { sealing, cipher, frameLength } = this.#started;
    const last = frame === this.#regular;
    if (frame >= this.#planned) {
      const count = last ? 1 : Math.min(PLANS, this.#regular - frame);
      this.#plans = sealing.plans(last ? this.#lastLength : frameLength, count, last);
      this.#planned = frame + count;
    }
    const plan = this.#plans[this.#plans.length - (this.#planned - frame)] as SealPlan;
    const plaintext = this.#plaintext.subarray(this.#from, this.#from + (last ? this.#lastLength : frameLength));
    this.#message.set(plan.prefix, this.#at);
    const at = this.#at + plan.prefix.length;
    this.#from += plaintext.length;
    this.#at = at + plaintext.length + TAG_LENGTH;
    const sealed = cipher.seal(plan, plaintext);
    if (sealed instanceof Promise) return sealed.then((pieces) => place(pieces, this.#message, at));
    place(sealed, this.#message, at);
    return undefined;
  }
}

/** Puts pieces, which nobody else has, into a larger array. */
export function place(pieces: readonly Bytes[], into: Bytes, at: number): void {
  for (const piece of pieces) {
    into.set(piece, at);
    at += piece.length;
    release(piece);
  }
}
