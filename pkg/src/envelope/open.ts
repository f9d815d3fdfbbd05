// SPDX-License-Identifier: Apache-2.0
/**
 * Opening: header first, then frame by frame, then the footer.
 *
 * Nothing is given out before it is authenticated; the last frame of a signed message waits for
 * the signature. The first failure ends everything: no later frame is delivered.
 */

import type { FooterVerifier, FramePlan, Opener, WasmHeader, WasmKeyring } from "../core/bindings.js";
import type { CommitmentPolicy, HeaderInfo, Pairs } from "../core/bindings.js";
import type { Bytes } from "../bytes.js";
import { ByteQueue } from "../stream/byte-queue.js";
import type { Emit, Fail, Stage } from "../stream/duplex.js";
import { chooseEngine } from "../engine/choose.js";
import { type Engine, type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { makeCipher } from "../engine/make.js";
import { EdgekmsError } from "../errors.js";
import { InOrder } from "../stream/in-order.js";
import { runtime } from "../runtime.js";
import { FRAMES_IN_FLIGHT, type OnProgress } from "./seal.js";

/** Bytes that always suffice to plan a frame: the longest prefix of the format is 24. */
const PLAN_LENGTH = 32;

/** Bytes in which most headers end: a few data keys and a short context. */
const FIRST_HEADER_TRY = 4096;

/** What one message needs. */
export interface OpenJob {
  keyring(): MaybePromise<WasmKeyring>;
  encryptionContext: Pairs;
  commitmentPolicy: CommitmentPolicy | undefined;
  maxEncryptedDataKeys: number | undefined;
  engine: Engine;
  /** The message's length, where it is known beforehand. */
  length?: number;
  onProgress?: OnProgress | undefined;
  /** Called when the header is authentic, before any plaintext comes out. */
  onHeader(info: HeaderInfo, encryptionContext: Pairs): void;
  /** Gives the reasons of the key service to an error that has none. */
  explain(error: unknown): unknown;
  /** Called when the message is over, with what went wrong, if it did. */
  onEnd?(error: unknown): void;
}

type OpenFrame = (plan: FramePlan, frame: Bytes) => MaybePromise<Bytes>;

function truncated(): EdgekmsError {
  return new EdgekmsError("TruncatedMessage", "the message ends before its last frame");
}

/** One message in, its plaintext out. */
export class OpenStage implements Stage {
  readonly #job: OpenJob;
  readonly #queue = new ByteQueue();
  #opener: Opener | undefined;
  #openFrame!: OpenFrame;
  #advances = false;
  #frames!: InOrder<Bytes>;
  #plan: FramePlan | undefined;
  #signed = false;
  #verifier: FooterVerifier | undefined;
  /** The last frame of a signed message, until the footer is verified. */
  #heldBack: MaybePromise<Bytes> | undefined;
  #footerRead = false;
  #headerTried = 0;
  #bytesProcessed = 0;
  #closed = false;

  constructor(job: OpenJob) {
    this.#job = job;
  }

  async write(chunk: Bytes, emit: Emit, fail: Fail): Promise<void> {
    this.#queue.push(chunk);
    try {
      if (this.#opener === undefined) {
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
    if (this.#opener === undefined) {
      if (!(await this.#readHeader(emit))) throw truncated();
      await this.#readFrames(emit);
    }
    if (!this.#isDone() || (this.#signed && !this.#footerRead)) throw truncated();
    await this.#frames.drain();
  }

  dispose(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#job.onEnd?.(error);
    this.#queue.clear();
    this.#plan?.free();
    this.#opener?.free();
    this.#verifier?.free();
    this.#plan = this.#opener = this.#verifier = undefined;
    if (this.#heldBack instanceof Uint8Array) this.#heldBack.fill(0);
    this.#heldBack = undefined;
  }

  #isDone(): boolean {
    return this.#opener?.done ?? false;
  }

  /** Whether the header is complete, and then authentic. */
  async #readHeader(emit: Emit): Promise<boolean> {
    const job = this.#job;
    const bindings = await runtime().bindings();
    let header: WasmHeader | undefined;
    // In growing pieces, so that a large message does not cross into WebAssembly for its header.
    for (let size = Math.max(FIRST_HEADER_TRY, this.#headerTried * 2); ; size *= 4) {
      header = bindings.readHeader(this.#queue.peek(size), job.maxEncryptedDataKeys);
      if (header !== undefined || size >= this.#queue.length) break;
    }
    this.#headerTried = this.#queue.length;
    if (header === undefined) return false;
    try {
      await this.#authenticate(header);
    } catch (error) {
      throw job.explain(error);
    } finally {
      header.free();
    }
    this.#frames = new InOrder(FRAMES_IN_FLIGHT, (plaintext) => this.#deliver(plaintext, emit));
    return true;
  }

  async #authenticate(header: WasmHeader): Promise<void> {
    const { info, length } = header;
    const job = this.#job;
    const options: { encryptionContext: Pairs; commitmentPolicy?: string } = {
      encryptionContext: job.encryptionContext,
    };
    if (job.commitmentPolicy !== undefined) options.commitmentPolicy = job.commitmentPolicy;
    const keyring = await job.keyring();
    const opener = await header.authenticate(keyring, options).finally(() => keyring.free());
    if (this.#closed) {
      opener.free();
      throw truncated();
    }
    this.#opener = opener;
    const headerBytes = this.#queue.take(length) as Bytes;
    this.#bytesProcessed = length;
    const { verificationKey, curve } = opener;
    if (verificationKey !== undefined && curve !== undefined) {
      const signing = await runtime().signing();
      this.#signed = true;
      this.#verifier = new signing.Verifier(curve, verificationKey);
      this.#verifier.update(headerBytes);
    }
    this.#openFrame = await this.#engineFor(opener, info);
    job.onHeader(info, opener.encryptionContext);
  }

  /** The engine's way to open a frame of this message. */
  async #engineFor(opener: Opener, info: HeaderInfo): Promise<OpenFrame> {
    const key = opener.payloadKey() as Bytes;
    try {
      const longest = info.framed ? info.frameLength : Number.MAX_SAFE_INTEGER;
      const payload = Math.min(longest, this.#job.length ?? longest);
      const engine = chooseEngine(this.#job.engine, runtime().name, payload, key.length);
      if (engine === "wasm") return (_plan, frame) => opener.openFrame(frame) as Bytes;
      const cipher = await makeCipher(engine, key);
      this.#advances = true;
      return (plan, frame) => {
        const { iv, aad, contentLength } = plan;
        const prefixLength = plan.totalLength - contentLength - TAG_LENGTH;
        const input = { iv: iv as Bytes, aad: aad as Bytes };
        return cipher.open(input, frame.subarray(prefixLength));
      };
    } finally {
      key.fill(0);
    }
  }

  /** Opens every frame that is complete, then reads what may follow the last one. */
  async #readFrames(emit: Emit): Promise<void> {
    while (!this.#isDone()) {
      const opener = this.#opener as Opener;
      this.#plan ??= opener.next(this.#queue.peek(PLAN_LENGTH));
      if (this.#plan === undefined) return;
      const frame = this.#queue.take(this.#plan.totalLength);
      if (frame === undefined) return;
      await this.#frame(opener, this.#plan, frame);
    }
    if (this.#signed && !this.#footerRead) await this.#readFooter(emit);
    if ((!this.#signed || this.#footerRead) && this.#queue.length > 0) {
      // A frame in flight that is not authentic is the better answer.
      await this.#frames.drain();
      throw new EdgekmsError("TrailingBytes", "bytes follow the end of the message");
    }
  }

  /** One complete frame. */
  async #frame(opener: Opener, plan: FramePlan, frame: Bytes): Promise<void> {
    this.#plan = undefined;
    try {
      this.#verifier?.update(frame);
      const plaintext = this.#openFrame(plan, frame);
      // The next frame can be planned while this one is opened: plaintext comes out in order
      // whatever finishes first, and none after a failure.
      if (this.#advances) opener.opened();
      this.#bytesProcessed += frame.length;
      if (plan.last && this.#signed) {
        if (plaintext instanceof Promise) plaintext.catch(() => {});
        this.#heldBack = plaintext;
      } else {
        await this.#frames.add(plaintext);
      }
    } finally {
      plan.free();
    }
    this.#job.onProgress?.({ bytesProcessed: this.#bytesProcessed });
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
    this.#heldBack = plaintext;
    this.#verifier?.verify(footer);
    this.#heldBack = undefined;
    await this.#deliver(plaintext, emit);
    this.#job.onProgress?.({ bytesProcessed: this.#bytesProcessed });
  }

  #deliver(plaintext: Bytes, emit: Emit): MaybePromise<void> {
    if (this.#closed) return undefined;
    return emit(plaintext);
  }
}
