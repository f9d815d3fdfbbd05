// SPDX-License-Identifier: Apache-2.0
/**
 * Sealing: the core plans each frame, an engine ciphers it, the pieces come out in order.
 *
 * Format: message-header, message-body (framed) and message-footer of the AWS Encryption SDK
 * specification; written by the core.
 */

import type { Bindings, FooterSigner, Sealer, SealOptions, WasmKeyring } from "../core/bindings.js";
import type { Bytes } from "../bytes.js";
import { ByteQueue } from "../stream/byte-queue.js";
import type { Emit, Fail, Stage } from "../stream/duplex.js";
import { chooseEngine } from "../engine/choose.js";
import type { Engine, MaybePromise } from "../engine/engine.js";
import { makeCipher } from "../engine/make.js";
import { invalidArgument } from "../errors.js";
import { InOrder } from "../stream/in-order.js";
import { join, runtime } from "../runtime.js";

/** Frames in flight with an asynchronous engine; each holds its plaintext and ciphertext. */
export const FRAMES_IN_FLIGHT = 4;

/** ECDSA P-384: the one signing suite that is written. */
const SIGNING_SUITE = 0x0578;

/** Progress of a stream, in bytes of its input. */
export type OnProgress = (progress: { bytesProcessed: number }) => void;

/** What one message needs. */
export interface SealJob {
  /** Made when the message starts: loading WebAssembly may be part of it. */
  keyring(): MaybePromise<WasmKeyring>;
  options: SealOptions;
  engine: Engine;
  /** The plaintext's length, where it is known beforehand. */
  length?: number;
  onProgress?: OnProgress | undefined;
  /** Gives the details of a key service's error to what the core made of it. */
  explain(error: unknown): unknown;
}

type SealFrame = (plaintext: Bytes, last: boolean) => MaybePromise<Bytes[]>;

/** Plaintext in, one message out. */
export class SealStage implements Stage {
  readonly #job: SealJob;
  readonly #queue = new ByteQueue();
  #sealer: Sealer | undefined;
  #signer: FooterSigner | undefined;
  #sealFrame!: SealFrame;
  #wholeInWasm = false;
  #frames!: InOrder<Bytes[]>;
  #bytesProcessed = 0;
  #closed = false;

  constructor(job: SealJob) {
    this.#job = job;
  }

  async start(emit: Emit): Promise<void> {
    const { options } = this.#job;
    const bindings = await runtime().bindings();
    if (options.suite === SIGNING_SUITE) {
      const signing = await runtime().signing();
      this.#signer = new signing.Signer();
      options.verificationKey = this.#signer.verificationKey;
    }
    const sealer = await this.#startSealer(bindings, options);
    if (this.#closed) return sealer.free();
    this.#sealer = sealer;
    this.#sealFrame = await this.#engineFor(sealer);
    this.#frames = new InOrder(FRAMES_IN_FLIGHT, (pieces) => this.#deliver(pieces, emit));
    await this.#deliver([sealer.header as Bytes], emit);
  }

  async #startSealer(bindings: Bindings, options: SealOptions): Promise<Sealer> {
    const keyring = await this.#job.keyring();
    try {
      return await bindings.Sealer.start(keyring, options);
    } catch (error) {
      throw this.#job.explain(error);
    } finally {
      keyring.free();
    }
  }

  /** The engine's way to seal a frame of this message. */
  async #engineFor(sealer: Sealer): Promise<SealFrame> {
    const key = sealer.payloadKey() as Bytes;
    try {
      const payload = Math.min(sealer.frameLength, this.#job.length ?? sealer.frameLength);
      const engine = chooseEngine(this.#job.engine, runtime().name, payload, key.length);
      if (engine === "wasm") {
        this.#wholeInWasm = this.#job.length !== undefined;
        return (plaintext, last) => [sealer.sealFrame(plaintext, last) as Bytes];
      }
      const cipher = await makeCipher(engine, key);
      return (plaintext, last) => {
        const plan = sealer.next(plaintext.length, last);
        const prefix = plan.prefix as Bytes;
        const sealed = cipher.seal({ iv: plan.iv as Bytes, aad: plan.aad as Bytes }, plaintext);
        plan.free();
        if (sealed instanceof Promise) return sealed.then((pieces) => [prefix, ...pieces]);
        return [prefix, ...sealed];
      };
    } finally {
      key.fill(0);
    }
  }

  async write(chunk: Bytes, _emit: Emit, fail: Fail): Promise<void> {
    // A known length means one chunk, which `close` seals with a full last frame.
    this.#queue.push(chunk);
    if (this.#job.length !== undefined) return;
    const length = this.#opened().frameLength;
    try {
      for (let frame = this.#queue.take(length); frame; frame = this.#queue.take(length)) {
        // A full frame is sealed at once, so nothing of the caller's chunk is held back to see
        // whether more follows; a message of full frames then ends with an empty last frame
        // (message-body, final frame: the length MAY be zero).
        await this.#add(frame, false);
      }
    } finally {
      this.#queue.retain();
    }
    this.#frames.settled.catch(fail);
  }

  async close(emit: Emit): Promise<void> {
    const sealer = this.#opened();
    if (this.#wholeInWasm) {
      const plaintext = this.#queue.take(this.#queue.length) as Bytes;
      await this.#deliver([sealer.sealAll(plaintext) as Bytes], emit);
    } else {
      while (this.#queue.length > sealer.frameLength) {
        await this.#add(this.#queue.take(sealer.frameLength) as Bytes, false);
      }
      await this.#add(this.#queue.take(this.#queue.length) as Bytes, true);
      await this.#frames.drain();
    }
    if (this.#signer !== undefined) await emit(this.#signer.finish() as Bytes);
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.clear();
    this.#sealer?.free();
    this.#signer?.free();
    this.#sealer = undefined;
    this.#signer = undefined;
  }

  #opened(): Sealer {
    if (this.#sealer === undefined) throw invalidArgument("the stream is over");
    return this.#sealer;
  }

  #add(plaintext: Bytes, last: boolean): MaybePromise<void> {
    this.#bytesProcessed += plaintext.length;
    const added = this.#frames.add(this.#sealFrame(plaintext, last));
    this.#job.onProgress?.({ bytesProcessed: this.#bytesProcessed });
    return added;
  }

  #deliver(pieces: Bytes[], emit: Emit): MaybePromise<void> {
    if (this.#closed) return undefined;
    // One message is joined once, at its end; a stream gives whole frames to whoever writes them.
    if (this.#job.length === undefined) return this.#emit(join(pieces), emit);
    for (const piece of pieces) void this.#emit(piece, emit);
    return undefined;
  }

  #emit(piece: Bytes, emit: Emit): MaybePromise<void> {
    this.#signer?.update(piece);
    return emit(piece);
  }
}
