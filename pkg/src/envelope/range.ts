// SPDX-License-Identifier: Apache-2.0
/**
 * Ranges: a part of a plaintext, from the header and the frames that hold it.
 *
 * Each frame is authenticated by itself: its message, number, kind and length are under its tag. The last one proves
 * where the plaintext ends; the rest of the message may be missing or changed, and nobody would know. Loaded at its
 * first use.
 */

import type { Bytes } from "../bytes.js";
import { fromPairs } from "../context.js";
import type { RangeOpener } from "../core/bindings.js";
import { core, forgotten } from "../core/core.js";
import { extra, isLost } from "../core/extra.js";
import { worded } from "../core/words.js";
import { type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { orAborted } from "../kms/retry.js";
import { type HttpSourceOptions, type RangeSource, type Source, openSource } from "../source/source.js";
import type { Decrypted, DecryptOptions } from "./envelope.js";
import { type MessageHeader, openedHeader } from "./inspect.js";
import { FIRST_HEADER_TRY, type OpenJob, type OpenedStart, authenticate, readHeader, truncated } from "./open.js";

export { SHARED } from "../shared.js";

/** How a source is read. */
export interface RangeReaderOptions extends DecryptOptions, HttpSourceOptions {
  /**
   * Also decrypts the last frame, which proves where the plaintext ends. Default true. Without it the plaintext's
   * length is what the source's size says, and a message that was cut is not noticed.
   */
  verifyEnd?: boolean;
  /**
   * A signature is over the whole message, so a part cannot show that it is good: a signed message is refused unless
   * this is true. Its frames are then authenticated by the data key alone, which all its readers have.
   */
  acceptUnverifiedSignature?: boolean;
}

/** A part of a plaintext, in bytes from its start. */
export interface PlaintextRange {
  /** The first byte. Default 0. */
  start?: number;
  /** The byte after the last. Default: the end of the plaintext. */
  end?: number;
  /** An `end` behind the end of the plaintext means its end. Default false: it is refused. */
  clamp?: boolean;
  signal?: AbortSignal;
}

/** A decrypted part. */
export interface DecryptedRange extends Decrypted {
  /** The first byte. */
  start: number;
  /** The byte after the last. */
  end: number;
  /** Bytes of the whole plaintext; proven if {@link endVerified}, else what the source's size says. */
  plaintextLength: number;
  /** Whether the last frame was decrypted: the message ends where whoever encrypted it ended it. */
  endVerified: boolean;
}

/** Bytes of a message read at once. */
const BLOCK = 1 << 20;
/** Frames deciphered at once where the engine is asynchronous. */
const AT_ONCE = 8;
/** Bytes that hold the longest prefix of a frame. */
const PREFIX = 24;
/** Bytes that hold the longest footer: two of length, and a P-384 signature. */
const FOOTER = 2 + 104;

/**
 * Decrypts parts of one message, whose header it has authenticated once. Made by `Envelope.rangeReader`.
 *
 * @example
 * ```js
 * const reader = await envelope.rangeReader(file);
 * const { plaintext } = await reader.read({ start: 100, end: 200 });
 * reader.close();
 * ```
 */
export class RangeReader {
  /** The whole authenticated context. */
  readonly encryptionContext: Record<string, string>;
  readonly header: MessageHeader;
  readonly #source: Source;
  readonly #frames: RangeOpener;
  readonly #verifiesEnd: boolean;
  #started: OpenedStart | undefined;
  #end: Promise<void> | undefined;
  #endVerified = false;

  /** @internal */
  constructor(started: OpenedStart, source: Source, frames: RangeOpener, verifiesEnd: boolean) {
    const { opening, header } = started;
    this.encryptionContext = fromPairs(opening.context);
    this.header = openedHeader(header);
    this.#started = started;
    forgotten.register(this, opening, this);
    this.#source = source;
    this.#frames = frames;
    this.#verifiesEnd = verifiesEnd;
  }

  /** Bytes of the whole plaintext; proven once {@link endVerified} is true, before what the source's size says. */
  get plaintextLength(): number {
    return this.#frames.plaintextLength;
  }

  /** Whether the last frame was decrypted. */
  get endVerified(): boolean {
    return this.#endVerified;
  }

  /**
   * Decrypts the last frame, once. The first part does it, unless `verifyEnd: false` was given.
   *
   * @example
   * ```js
   * const reader = await envelope.rangeReader(file, { verifyEnd: false });
   * await reader.verifyEnd();
   * const { plaintextLength } = reader;
   * ```
   *
   * @throws EdgekmsError `TruncatedMessage` if the message was cut or bytes follow it, and as {@link read}.
   */
  async verifyEnd(signal?: AbortSignal): Promise<void> {
    // Without the signal: it may be somebody else's wait too.
    this.#end ??= this.#verifyEnd().catch((error: unknown) => {
      // A source that failed may not fail again.
      this.#end = undefined;
      throw error;
    });
    await orAborted(this.#end, signal);
  }

  /**
   * Decrypts a part. Nothing of it is given out unless all of it is authentic and, unless that was turned off, the end
   * of the message too.
   *
   * @example
   * ```js
   * const reader = await envelope.rangeReader(file);
   * const { plaintext } = await reader.read({ start: 100, end: 200 });
   * ```
   *
   * @throws EdgekmsError `RangeNotSatisfiable`, `InvalidArgument`; `FrameNotAuthentic`, `FrameOutOfOrder`,
   * `MalformedFrame`, `TruncatedMessage`, `TrailingBytes` for a message that was changed, cut or added to;
   * `SourceChanged`, `SourceFailed`, `FileFailed`, `NetworkFault`, `RangesNotSupported` for its source.
   */
  async read(range: PlaintextRange = {}): Promise<DecryptedRange> {
    const { start, end, signal } = await this.#checked(range);
    const plaintext = new Uint8Array(end - start);
    const ending = this.#verifiesEnd ? this.verifyEnd(signal) : undefined;
    ending?.catch(() => {});
    try {
      let at = 0;
      for await (const piece of this.#pieces(start, end, signal)) {
        plaintext.set(piece, at);
        at += piece.length;
      }
      await ending;
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
    const { encryptionContext, header, plaintextLength, endVerified } = this;
    return { plaintext, start, end, plaintextLength, endVerified, encryptionContext, header };
  }

  /**
   * A part as a stream: frame by frame, each as soon as it is authentic, so that memory stays flat. Unless that was
   * turned off, the end of the message is verified before the first byte comes out.
   *
   * @example
   * ```js
   * const reader = await envelope.rangeReader(file);
   * await reader.stream({ start: 100 }).pipeTo(sink);
   * ```
   *
   * @throws EdgekmsError Nothing at once; the stream fails as {@link read} does.
   */
  stream(range: PlaintextRange = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    const stop = new AbortController();
    const onAbort = () => stop.abort(range.signal?.reason);
    if (range.signal?.aborted) onAbort();
    else range.signal?.addEventListener("abort", onAbort);
    const pieces = this.#checkedPieces({ ...range, signal: stop.signal });
    const end = () => range.signal?.removeEventListener("abort", onAbort);
    return new ReadableStream<Bytes>(
      {
        async pull(controller) {
          const { done, value } = await pieces.next().catch((error: unknown) => {
            end();
            throw error;
          });
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        },
        async cancel(reason) {
          end();
          stop.abort(reason);
          await pieces.return(undefined);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /**
   * Forgets the key; nothing can be read afterwards.
   *
   * @example
   * ```js
   * const reader = await envelope.rangeReader(file);
   * reader.close();
   * ```
   */
  close(): void {
    this.#started?.opening.free();
    this.#started = undefined;
    forgotten.unregister(this);
  }

  async *#checkedPieces(range: PlaintextRange): AsyncGenerator<Bytes, void, void> {
    const { start, end, signal } = await this.#checked(range);
    if (this.#verifiesEnd) await this.verifyEnd(signal);
    for await (const piece of this.#pieces(start, end, signal)) if (piece.length > 0) yield piece;
  }

  async #checked(range: PlaintextRange) {
    const { start = 0, clamp = false, signal } = range;
    const length = this.plaintextLength;
    let { end = length } = range;
    for (const [name, value] of Object.entries({ start, end })) {
      if (Number.isSafeInteger(value) && value >= 0) continue;
      throw invalidArgument(`${name} must be a whole number of bytes, 0 or more`);
    }
    signal?.throwIfAborted();
    if (clamp) end = Math.min(end, length);
    if (start > length || end > length) {
      // A message that was cut is the better answer, where that is what it is.
      if (this.#verifiesEnd) await this.verifyEnd(signal);
      const text = `the plaintext has ${length} bytes; the range ${start} to ${end} leaves it`;
      throw new EdgekmsError("RangeNotSatisfiable", text);
    }
    if (start > end) throw invalidArgument("start must not be behind end");
    return { start, end, signal };
  }

  async #verifyEnd(): Promise<void> {
    const last = this.#frames.frames;
    const [plaintext] = await this.#opened(await this.#readFrames(last, last), last, last);
    plaintext?.fill(0);
    this.#endVerified = true;
  }

  /** The plaintext of a range, in order; one block is read while the one before is opened. */
  async *#pieces(start: number, end: number, signal?: AbortSignal): AsyncGenerator<Bytes, void, void> {
    const [first, last] = this.#frames.cover(start, end);
    if (first === undefined || last === undefined) return;
    let from = first;
    let reading = this.#readBlock(from, last, signal);
    try {
      for (;;) {
        const { bytes, to } = await reading;
        if (to < last) {
          reading = this.#readBlock(to + 1, last, signal);
          // It is awaited in the next turn, or below.
          reading.catch(() => {});
        }
        for (let at = from; at <= to; at += AT_ONCE) {
          const until = Math.min(at + AT_ONCE - 1, to);
          const offset = place(this.#frames, at).start - place(this.#frames, from).start;
          const opened = await this.#opened(bytes.subarray(offset), at, until);
          for (const [index, plaintext] of opened.entries()) {
            const { contentStart } = place(this.#frames, at + index);
            yield plaintext.subarray(Math.max(0, start - contentStart), Math.max(0, end - contentStart));
          }
          signal?.throwIfAborted();
        }
        if (to === last) return;
        from = to + 1;
      }
    } finally {
      // A reader who stops half-way leaves no request behind that nobody looks at.
      reading.catch(() => {});
    }
  }

  /** As many frames from `from` on as a block has room for, at least one. */
  async #readBlock(from: number, last: number, signal?: AbortSignal) {
    const { start, end } = place(this.#frames, from);
    const to = Math.min(last, from - 1 + Math.max(1, Math.floor(BLOCK / (end - start))));
    return { to, bytes: await this.#readFrames(from, to, signal) };
  }

  async #readFrames(from: number, to: number, signal?: AbortSignal): Promise<Bytes> {
    signal?.throwIfAborted();
    const { start } = place(this.#frames, from);
    return this.#source.read(start, place(this.#frames, to).end, signal);
  }

  /** The plaintexts of frames `from` to `to`, whose bytes `bytes` begins with. */
  async #opened(bytes: Bytes, from: number, to: number): Promise<Bytes[]> {
    if (this.#started === undefined) throw invalidArgument("the reader is closed");
    const { cipher } = this.#started;
    const base = place(this.#frames, from).start;
    const work: MaybePromise<Bytes>[] = [];
    try {
      for (let frame = from; frame <= to; frame += 1) {
        const { start, end, contentLength } = place(this.#frames, frame);
        const sealed = bytes.subarray(start - base, end - base);
        const plan = this.#frames.plan(frame, sealed.subarray(0, PREFIX)) as Bytes;
        const input = { iv: plan.subarray(0, 12), aad: plan.subarray(12) };
        work.push(cipher.open(input, sealed.subarray(end - start - contentLength - TAG_LENGTH)));
      }
    } catch (error) {
      await Promise.allSettled(work);
      throw await worded(error);
    }
    return Promise.all(work);
  }
}

function place(frames: RangeOpener, frame: number) {
  const [start = 0, end = 0, contentStart = 0, contentEnd = 0] = frames.place(frame);
  return { start, end, contentStart, contentLength: contentEnd - contentStart };
}

/** Opens a source, and authenticates its header. */
export async function openReader(
  job: OpenJob,
  from: RangeSource,
  options: RangeReaderOptions,
): Promise<RangeReader> {
  const { signal } = options;
  signal?.throwIfAborted();
  let started: OpenedStart | undefined;
  try {
    const source = await openSource(from, FIRST_HEADER_TRY, options, signal);
    started = await startOf(source, job, signal);
    const frames = await framesOf(started, source, options);
    return new RangeReader(started, source, frames, options.verifyEnd ?? true);
  } catch (error) {
    started?.opening.free();
    if (signal?.aborted) throw signal.reason;
    throw await worded(error);
  }
}

/** The authentic header. Nothing here verifies its signature. */
async function startOf(source: Source, job: OpenJob, signal?: AbortSignal): Promise<OpenedStart> {
  const it = await core();
  for (let size = FIRST_HEADER_TRY; ; size *= 4) {
    const bytes = await source.read(0, Math.min(size, source.size), signal);
    const opening = readHeader(it, bytes, job.maxEncryptedDataKeys);
    if (opening !== undefined) {
      const started = await authenticate(it, opening, job, bytes, undefined);
      started.verifier?.free();
      return started;
    }
    if (size >= source.size) throw truncated();
  }
}

/** Where the frames are: by the source's size, and of a signed message by its last bytes too. */
async function framesOf(
  { opening, header }: OpenedStart,
  source: Source,
  { acceptUnverifiedSignature, signal }: RangeReaderOptions,
): Promise<RangeOpener> {
  const { RangeOpener, footerLengths } = await extra();
  if (opening.curve === undefined) return new RangeOpener(header, source.size, 0);
  if (acceptUnverifiedSignature !== true) throw signedMessage();
  const tailStart = Math.min(Math.max(header.length, source.size - FOOTER), source.size);
  const tail = await source.read(tailStart, source.size, signal);
  for (const footerLength of footerLengths(header, source.size, tail)) {
    const frames = new RangeOpener(header, source.size, footerLength);
    if (await endsThere(frames, source, signal)) return frames;
  }
  throw new EdgekmsError("TruncatedMessage", "the message does not end with a signature");
}

/** Whether the last frame begins where it must, if the footer has this length. */
async function endsThere(frames: RangeOpener, source: Source, signal?: AbortSignal): Promise<boolean> {
  const { start, end } = place(frames, frames.frames);
  const bytes = await source.read(start, Math.min(start + PREFIX, end), signal);
  try {
    frames.plan(frames.frames, bytes);
    return true;
  } catch (error) {
    if (isLost(frames)) throw error;
    return false;
  }
}

function signedMessage(): EdgekmsError {
  const text =
    "the message is signed, and a range cannot show that its signature is good; open it whole, " +
    "or set acceptUnverifiedSignature: true to rely on the data key alone";
  return new EdgekmsError("SignedMessage", text);
}
