// SPDX-License-Identifier: Apache-2.0
/** The data-key cache as an envelope has it: its options; the rest is loaded when the first message needs it. */

import type { MaybePromise } from "../engine/engine.js";
import { checkedNumber, invalidArgument } from "../errors.js";
import { part } from "../part.js";
import type { SignedKey, WaitingCache } from "./cache-wait.js";
import type { KeyringWork } from "./materials.js";

/**
 * How long and for how much a data key is used. A data key that is cached encrypts and decrypts messages until it is
 * `maxAgeSeconds` old, **even if the CMK was disabled, deleted or forbidden meanwhile**: choose the age that
 * a revocation may take, and see `Envelope.clearCache`.
 */
export interface CacheOptions {
  /** Seconds from the call that brought it; more than 0. */
  maxAgeSeconds: number;
  /** Messages that one data key encrypts. Default 2^32, which is the most. */
  maxMessages?: number;
  /** Bytes of plaintext that one data key encrypts. Default 2^53 - 1, which is the most. */
  maxBytes?: number;
  /** Data keys that are kept: one for each suite and context to encrypt, one for each to decrypt. Default 1,000. */
  capacity?: number;
}

/** What a cache has done since its envelope was made; from 0 again after a `WasmFailed`, which takes all data keys. */
export interface CacheCounters {
  /** Messages whose data key was there, or there after they had waited for another message's call. */
  readonly hits: number;
  /** Messages that made a call of their own. */
  readonly misses: number;
  /** Times that a message waited for another's call. */
  readonly joins: number;
  /** Times that keyrings were asked for a data key, ahead of need or not. */
  readonly fetches: number;
  /** Data keys that went to make room. */
  readonly evictions: number;
  /** Messages that were encrypted or decrypted with data keys of the cache. */
  readonly messages: number;
  /** Bytes of plaintext that were encrypted with them. */
  readonly bytes: number;
}

/** The options with their defaults. */
export type CacheLimits = Required<CacheOptions>;

const NOTHING: CacheCounters = {
  hits: 0,
  misses: 0,
  joins: 0,
  fetches: 0,
  evictions: 0,
  messages: 0,
  bytes: 0,
};
/** The specification's (framework/caching-cmm.md, Limit Messages). */
const MAX_MESSAGES = 2 ** 32;
/** What a number can count; the specification has no less. */
const MAX_BYTES = Number.MAX_SAFE_INTEGER;
const MAX_CAPACITY = 1_000_000;

/**
 * The options with their defaults.
 *
 * @throws EdgekmsError `InvalidArgument`, which names the option.
 */
function checked(options: CacheOptions): CacheLimits {
  if (typeof options !== "object" || options === null) {
    throw invalidArgument("cache must be an object, for example { maxAgeSeconds: 300, maxMessages: 1000 }");
  }
  const { maxAgeSeconds, maxMessages = MAX_MESSAGES, maxBytes = MAX_BYTES, capacity = 1_000 } = options;
  // A part of a millisecond would be none.
  if (!(typeof maxAgeSeconds === "number" && maxAgeSeconds >= 0.001 && maxAgeSeconds < Infinity)) {
    throw invalidArgument("cache.maxAgeSeconds must be a number of seconds that is more than 0");
  }
  return {
    maxAgeSeconds,
    maxMessages: checkedNumber(maxMessages, "cache.maxMessages", MAX_MESSAGES),
    maxBytes: checkedNumber(maxBytes, "cache.maxBytes", MAX_BYTES),
    capacity: checkedNumber(capacity, "cache.capacity", MAX_CAPACITY),
  };
}

/** The data keys of one envelope. */
export class DataKeyCache {
  readonly #limits: CacheLimits;
  #loading: Promise<WaitingCache> | undefined;
  #waiting: WaitingCache | undefined;

  /** @throws EdgekmsError `InvalidArgument`, which names the option. */
  constructor(options: CacheOptions) {
    this.#limits = checked(options);
  }

  /** What has happened so far. */
  counters(): CacheCounters {
    return this.#waiting?.counters() ?? NOTHING;
  }

  /** Wipes all data keys. What calls that are under way bring is not kept. */
  clear(): void {
    this.#waiting?.clear();
  }

  /** The keyring's work for a message of so many bytes of plaintext, by way of the cache. */
  sealing(work: KeyringWork, suite: number, length: number): KeyringWork {
    return {
      wrap: (materials, scope) =>
        this.#with((waiting) => waiting.wrap(work, suite, length, materials, scope)),
      unwrap: (materials, scope) => work.unwrap(materials, scope),
    };
  }

  /** The keyring's work for a message that is to be opened, by way of the cache. */
  opening(work: KeyringWork): KeyringWork {
    return {
      wrap: (materials, scope) => work.wrap(materials, scope),
      unwrap: (materials, scope) => this.#with((waiting) => waiting.unwrap(work, materials, scope)),
    };
  }

  /** See {@link WaitingCache.signed}. */
  signed(...message: Parameters<WaitingCache["signed"]>): MaybePromise<SignedKey | undefined> {
    return this.#with((waiting) => waiting.signed(...message));
  }

  #with<T>(work: (waiting: WaitingCache) => MaybePromise<T>): MaybePromise<T> {
    return this.#waiting === undefined ? this.#load().then(work) : work(this.#waiting);
  }

  /** Once, however many messages are the first; again, if it failed. */
  #load(): Promise<WaitingCache> {
    const load = async () => {
      const { makeWaitingCache } = await part(() => import("./cache-wait.js"));
      return (this.#waiting = await makeWaitingCache(this.#limits));
    };
    return (this.#loading ??= load().finally(() => (this.#loading = undefined)));
  }
}
