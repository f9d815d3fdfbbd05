// SPDX-License-Identifier: Apache-2.0
/**
 * Many messages at a time: a bounded number in work at once, results in order, failures by their index.
 *
 * Each message still has a data key of its own, and so its own call of the key service unless the envelope has a
 * cache.
 */

import type { Bytes } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import { checkedOptions, EdgekmsError, type EdgekmsErrorDetails, invalidArgument } from "../errors.js";
import type { DecryptOptions, Decrypted, EncryptOptions } from "./envelope.js";
import type { Messages } from "./text.js";


/** How far a call on many items is. */
export interface ManyProgress {
  /** Items that are finished, failed ones too. */
  done: number;
  total: number;
}

/** What all calls on many items take. */
export interface ManyOptions {
  /** Items in work at once, 1 to 1,000. Default 16. */
  concurrency?: number;
  /** Called after each item. */
  onProgress?: (progress: ManyProgress) => void;
  /**
   * `stop`, the default: the first failure ends the others and is what the call fails with. `collect`: all items
   * are tried, and the call gives an outcome for each, as `Promise.allSettled` does.
   */
  onFailure?: "stop" | "collect";
  /** Ends all items; the call fails with its reason. */
  signal?: AbortSignal;
}

/** One context for all items, or a function that gives the context of the item with an index. */
export type ContextOfMany = EncryptionContext | ((index: number) => EncryptionContext | undefined);

/** What `encryptMany` takes. */
export interface EncryptManyOptions
  extends ManyOptions,
    Omit<EncryptOptions, "encryptionContext" | "signal"> {
  encryptionContext?: ContextOfMany;
}

/** What `decryptMany` takes. */
export interface DecryptManyOptions
  extends ManyOptions,
    Omit<DecryptOptions, "encryptionContext" | "signal"> {
  encryptionContext?: ContextOfMany;
}

/** What became of one item. A failure is an `EdgekmsError` whose `index` is the item's. */
export type Outcome<T> = PromiseSettledResult<T>;

/** See `Envelope.encryptMany`. */
export async function encryptMany(
  messages: Messages,
  plaintexts: Iterable<Uint8Array | string>,
  options?: EncryptManyOptions,
): Promise<Bytes[] | Outcome<Bytes>[]> {
  const { encryptionContext, ...rest } = checkedOptions(options);
  return eachOf(listed(plaintexts, "plaintexts"), rest, (plaintext, index, signal) =>
    messages.encrypt(plaintext, { ...rest, ...contextOf(encryptionContext, index), signal }),
  );
}

/** See `Envelope.decryptMany`. */
export async function decryptMany(
  messages: Messages,
  sealed: Iterable<Uint8Array>,
  options?: DecryptManyOptions,
): Promise<Decrypted[] | Outcome<Decrypted>[]> {
  const { encryptionContext, ...rest } = checkedOptions(options);
  return eachOf(listed(sealed, "messages"), rest, (message, index, signal) =>
    messages.decrypt(message, { ...rest, ...contextOf(encryptionContext, index), signal }),
  );
}

function contextOf(
  context: ContextOfMany | undefined,
  index: number,
): { encryptionContext?: EncryptionContext } {
  const own = typeof context === "function" ? context(index) : context;
  return own === undefined ? {} : { encryptionContext: own };
}

/** The items, all at hand, since progress is told of their number. */
function listed<T>(items: Iterable<T>, name: string): T[] {
  // A text and a typed array can be iterated too: each character would become a message.
  const each = typeof items === "object" && items !== null && Symbol.iterator in items;
  if (each && !ArrayBuffer.isView(items)) return [...items];
  throw invalidArgument(`${name} must be an array, or another list that can be iterated`);
}

/** Work on one item. */
type Work<I, O> = (item: I, index: number, signal: AbortSignal) => Promise<O>;

async function eachOf<I, O>(
  items: readonly I[],
  options: ManyOptions,
  work: Work<I, O>,
): Promise<O[] | Outcome<O>[]> {
  const { onFailure = "stop" } = options;
  if (onFailure !== "stop" && onFailure !== "collect") {
    throw invalidArgument('onFailure must be "stop" or "collect"');
  }
  const told: Work<I, O> = (item, index, signal) =>
    work(item, index, signal).catch((error: unknown) => {
      throw within(error, `item ${index}`, { index });
    });
  if (onFailure === "stop") return bounded(items, options, told);
  return bounded(items, options, async (item, index, signal): Promise<Outcome<O>> => {
    try {
      return { status: "fulfilled", value: await told(item, index, signal) };
    } catch (reason) {
      if (signal.aborted) throw reason;
      return { status: "rejected", reason };
    }
  });
}

/**
 * The error with the place that it belongs to. Others than ours (a reason to abort, a bug) stay as they are: whoever
 * raised them looks for them.
 */
export function within(
  error: unknown,
  place: string,
  details: Pick<EdgekmsErrorDetails, "index" | "field">,
): unknown {
  if (!(error instanceof EdgekmsError)) return error;
  const { code, message, requestId, status } = error;
  return new EdgekmsError(code, `${place}: ${message}`, { requestId, status, ...details, cause: error });
}

const DEFAULT_CONCURRENCY = 16;
const MOST_CONCURRENCY = 1_000;

/**
 * Works on all items, a bounded number at once; results in order. The first failure, or the caller's signal, aborts
 * what is in work and is what this fails with.
 */
export async function bounded<I, O>(
  items: readonly I[],
  { concurrency = DEFAULT_CONCURRENCY, onProgress, signal }: ManyOptions,
  work: Work<I, O>,
): Promise<O[]> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST_CONCURRENCY) {
    throw invalidArgument(`concurrency must be a whole number from 1 to ${MOST_CONCURRENCY}`);
  }
  signal?.throwIfAborted();
  // A signal for each: Node 20 warns of a leak where eleven listen to one.
  const running = new Set<AbortController>();
  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown) => {
    stopped ??= { reason };
    for (const one of running) one.abort(reason);
  };
  const goOn = () => {
    if (stopped !== undefined) throw stopped.reason;
  };
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const results = new Array<O>(items.length);
  const breathe = breather();
  let [next, done] = [0, 0];
  async function worker(): Promise<void> {
    while (next < items.length) {
      goOn();
      const index = next++;
      const own = new AbortController();
      running.add(own);
      results[index] = await work(items[index] as I, index, own.signal).finally(() => running.delete(own));
      goOn();
      onProgress?.({ done: ++done, total: items.length });
      await breathe();
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
    return results;
  } catch (error) {
    stop(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** How long the event loop may be kept: what browsers call a long task. */
const SLICE_MILLIS = 50;

/**
 * Lets the event loop turn now and then. Small messages under a key that is at hand are sealed without ever waiting,
 * and thousands of them would keep timers, clicks and the caller's own abort from running.
 */
function breather(): () => Promise<void> | undefined {
  let until = performance.now() + SLICE_MILLIS;
  let turning: Promise<void> | undefined;
  return () => {
    if (performance.now() < until) return undefined;
    // One turn for all: whoever went on meanwhile would keep the loop for itself.
    turning ??= turn().then(() => {
      turning = undefined;
      until = performance.now() + SLICE_MILLIS;
    });
    return turning;
  };
}

/** A turn of the event loop: Node's timers wait a millisecond, and nested ones in pages four. */
function turn(): Promise<void> {
  const { setImmediate, scheduler } = globalThis as {
    setImmediate?: (done: () => void) => void;
    scheduler?: { yield?: () => Promise<void> };
  };
  if (scheduler?.yield !== undefined) return scheduler.yield();
  return new Promise((done) => (setImmediate ?? setTimeout)(done));
}
