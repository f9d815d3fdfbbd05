// SPDX-License-Identifier: Apache-2.0
/**
 * A `{ readable, writable }` pair around a stage that turns chunks into chunks.
 *
 * Not a `TransformStream`: that one asks for room only between chunks, so a single chunk of 1 GiB
 * would wait, transformed, in memory. Here every piece that comes out waits for room.
 */

import { worded } from "../core/words.js";
import { EdgekmsError } from "../errors.js";
import type { Bytes } from "../bytes.js";
import { viewOf } from "../bytes.js";
import { part } from "../part.js";
import type { MaybePromise } from "../engine/engine.js";

/** Bytes that may wait for the reader: a few frames of the default length. */
const READABLE_BYTES = 256 * 1024;

/** Hands a piece to the reader; wait for the promise, if there is one. */
export type Emit = (piece: Bytes) => MaybePromise<void>;

/** Ends the stream with an error from outside a call. */
export type Fail = (error: unknown) => void;

/** The work inside the pair. */
export interface Stage {
  /** Before the first chunk. */
  start?(emit: Emit, fail: Fail): Promise<void>;
  write(chunk: Bytes, emit: Emit, fail: Fail): MaybePromise<void>;
  close(emit: Emit): MaybePromise<void>;
  /** Called once, at the end or after an error. */
  dispose(error?: unknown): void;
}

/** What `pipeThrough` takes. */
export interface Streams {
  readonly readable: ReadableStream<Bytes>;
  readonly writable: WritableStream<Uint8Array>;
}

/** A pair of streams, for `pipeThrough`, which is also a generator. */
export interface BytePair extends Streams {
  /**
   * The same as a generator, for Node's `pipeline` and `for await`; instead of the two streams, not beside them.
   *
   * @example
   * ```js
   * await pipeline(createReadStream(from), envelope.encryptStream().through, createWriteStream(to));
   * ```
   */
  readonly through: (
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ) => AsyncGenerator<Bytes, void, undefined>;
}

/** Connects a stage to two streams, and each side's end to the other's. */
export function duplex(stage: Stage, signal: AbortSignal | undefined): BytePair {
  let reader!: ReadableStreamDefaultController<Bytes>;
  let writer!: WritableStreamDefaultController;
  let over: { reason: unknown } | undefined;
  let roomMade: (() => void) | undefined;

  const end = (reason: unknown) => {
    over = { reason };
    signal?.removeEventListener("abort", onAbort);
    stage.dispose(reason);
    roomMade?.();
  };
  /** Ends the stream, but does not tell the writer; false if it was over. */
  const failReader = (error: unknown): boolean => {
    if (over !== undefined) return false;
    end(error);
    reader.error(error);
    return true;
  };
  const fail: Fail = (error) => {
    if (failReader(error)) writer.error(error);
  };
  /** For what fails between two steps of the stage. */
  const stageFailed: Fail = (error) => void worded(error).then(fail, fail);
  const onAbort = () => fail(signal?.reason);
  /**
   * The writer is ending itself: told so in the middle of that, Node 20 fails an assertion, and
   * every runtime counts the abort as failed.
   */
  const writerAborted = (reason: unknown) => void failReader(reason);

  const emit: Emit = (piece) => {
    if (over !== undefined) throw over.reason;
    if (piece.length === 0) return undefined;
    reader.enqueue(piece);
    if ((reader.desiredSize ?? 0) > 0) return undefined;
    return new Promise<void>((resolve) => (roomMade = resolve)).then(() => {
      roomMade = undefined;
      if (over !== undefined) throw over.reason;
    });
  };
  /** Runs one step of the stage; its failure is the failure of both sides. */
  const step = async (work: () => MaybePromise<void>) => {
    try {
      if (over !== undefined) throw over.reason;
      await work();
    } catch (error) {
      if (over !== undefined) throw over.reason;
      const known = await worded(error);
      const isOver = over as { reason: unknown } | undefined;
      if (isOver !== undefined) throw isOver.reason;
      fail(known);
      throw known;
    }
  };

  const readable = new ReadableStream<Bytes>(
    {
      start: (controller) => void (reader = controller),
      pull: () => roomMade?.(),
      cancel(cause) {
        if (over !== undefined) return;
        const error = new EdgekmsError("StreamClosed", "the reader of the stream went away", { cause });
        end(error);
        writer.error(error);
      },
    },
    { highWaterMark: READABLE_BYTES, size: (piece) => piece.length },
  );
  const writable = new WritableStream<Uint8Array>({
    async start(controller) {
      writer = controller;
      // An abort must reach a write that waits for room; `abort` below waits for that write.
      controller.signal?.addEventListener("abort", () => writerAborted(controller.signal.reason));
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort);
      if (over === undefined) await step(() => stage.start?.(emit, stageFailed));
    },
    write: (chunk) => step(() => stage.write(viewOf(chunk, "a chunk"), emit, stageFailed)),
    close: () =>
      step(async () => {
        await stage.close(emit);
        if (over !== undefined) throw over.reason;
        end(new EdgekmsError("StreamClosed", "the stream is at its end"));
        reader.close();
      }),
    abort: writerAborted,
  });
  const streams = { readable, writable };
  const through: BytePair["through"] = async function* (source) {
    yield* (await part(() => import("./through.js"))).through(streams, source);
  };
  return { ...streams, through };
}
