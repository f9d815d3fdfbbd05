// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting for data keys that are used for more than one message. What is kept, and for how long, is the core's
 * (`crates/core/src/materials/cache.rs`), and there is no second cache here.
 */

import { type Bytes, toBase64 } from "../bytes.js";
import type { CacheStep, CachedKey, DataKeyCache as Kept, Pairs } from "../core/bindings.js";
import type { RawAesKey } from "../core/core.js";
import { extra, isLost } from "../core/extra.js";
import type { MaybePromise } from "../engine/engine.js";
import { EdgekmsError } from "../errors.js";
import { runtime } from "../runtime.js";
import type { CacheCounters, CacheLimits } from "./cache.js";
import { Draft, Fetched, rawKeyOf } from "./cache-materials.js";
import type {
  EncryptedDataKey,
  KeyringWork,
  MessageScope,
  OpenMaterials,
  SealMaterials,
  SharedSigner,
} from "./materials.js";

export { SHARED } from "../shared.js";

/** The pair of a context that has a signer's public key (specification: transitive-requirements.md, ECDSA). */
const PUBLIC_KEY = "aws-crypto-public-key";
/** The longest that timers wait. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** A data key, and what signs its messages, if their suite signs. */
type Key = CachedKey & { signer?: SharedSigner | undefined };

/** What a fetch came to: a data key that the cache has now, none that it could keep, or a failure. */
type Outcome = { readonly key?: Key } | { readonly error: unknown };

/** The signer of one message, and what puts the data key that belongs to it into that. */
export interface SignedKey {
  readonly signer: SharedSigner;
  wrap(materials: SealMaterials): void;
}

/** One message that needs its data key. */
interface Message {
  /** What the cache says to it. */
  begin(kept: Kept): CacheStep;
  /** Asks the keyring, bound to no message's signal: others may be waiting. Nothing, if there is nothing to keep. */
  fetch(): Promise<Key | undefined>;
  /** Takes its data key. */
  use(key: Key): void;
  /** Goes without the cache. */
  alone(): MaybePromise<void>;
}

/** The cache of one envelope. */
export async function makeWaitingCache(limits: CacheLimits): Promise<WaitingCache> {
  const { DataKeyCache } = await extra();
  const { maxAgeSeconds, maxMessages, maxBytes, capacity } = limits;
  const millis = maxAgeSeconds * 1000;
  const make = () => new DataKeyCache(millis, maxMessages, maxBytes, capacity, runtime().orphanedAfterMillis);
  return new WaitingCache(make, millis);
}

/** The core's cache, and the fetches that it wants, by their tickets. */
interface State {
  readonly kept: Kept;
  readonly fetches: Map<number, Fetch>;
}

/** A fetch under way. */
interface Fetch {
  readonly began: number;
  readonly outcome: Promise<Outcome>;
}

/** Asks keyrings for what the core's cache wants, and waits. */
export class WaitingCache {
  readonly #make: () => Kept;
  readonly #maxAgeMillis: number;
  #present: State;
  /** Raw AES keys of the keyring. They wrap anew for each message: that costs no call. */
  readonly #rawKeys: RawAesKey[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(make: () => Kept, maxAgeMillis: number) {
    this.#make = make;
    this.#maxAgeMillis = maxAgeMillis;
    this.#present = { kept: make(), fetches: new Map() };
  }

  /** The cache goes with the module that it is in, and begins anew, empty. */
  get #state(): State {
    if (isLost(this.#present.kept)) this.#present = { kept: this.#make(), fetches: new Map() };
    return this.#present;
  }

  /** What has happened so far. */
  counters(): CacheCounters {
    return this.#state.kept.counters();
  }

  /** Wipes all data keys. What calls that are under way bring is not kept. */
  clear(): void {
    this.#state.kept.clear();
  }

  /** As the keyring's `wrap`, for a message of so many bytes of plaintext. */
  wrap(
    work: KeyringWork,
    suite: number,
    length: number,
    materials: SealMaterials,
    scope: MessageScope,
  ): MaybePromise<void> {
    const { keyLength, context } = materials;
    return this.#step({
      begin: (kept) => kept.beginSeal(suite, context, length, Date.now()),
      fetch: async () => {
        const draft = new Draft(keyLength, context, this.#rawKeys);
        await work.wrap(draft, detached());
        return draft.finish();
      },
      use: (key) => {
        scope.signal?.throwIfAborted();
        this.#give(key, materials);
      },
      alone: () => work.wrap(materials, scope),
    });
  }

  /**
   * The signer of a message of so many bytes, and then its data key: the signer's public key is in the context
   * that the data key is wrapped with, so they are kept together (specification: framework/caching-cmm.md,
   * encryption materials). Undefined if the message is to do without the cache. `context` is the caller's own,
   * `newSigner` makes what signs until the data key is over.
   */
  async signed(
    work: KeyringWork,
    suite: number,
    length: number,
    keyLength: number,
    context: Pairs,
    newSigner: () => MaybePromise<SharedSigner>,
  ): Promise<SignedKey | undefined> {
    let found: Key | undefined;
    await this.#step({
      begin: (kept) => kept.beginSeal(suite, context, length, Date.now()),
      fetch: async () => {
        const signer = await newSigner();
        const publicKey = toBase64(signer.verificationKey);
        const draft = new Draft(keyLength, [...context, [PUBLIC_KEY, publicKey]], this.#rawKeys);
        let key: CachedKey | undefined;
        try {
          await work.wrap(draft, detached());
          key = draft.finish();
        } finally {
          if (key === undefined) signer.free();
        }
        return key && { ...key, signer };
      },
      use(key) {
        // What is given here is wiped when this is done.
        found = { ...key, dataKey: key.dataKey.slice() };
      },
      alone() {},
    });
    if (found?.signer === undefined) return undefined;
    const signer = found.signer.again();
    const key = found;
    return {
      signer,
      wrap: (materials) => {
        this.#give(key, materials);
        wipe({ key });
      },
    };
  }

  #give({ dataKey, encryptedDataKeys }: CachedKey, materials: SealMaterials): void {
    materials.setDataKey(dataKey as Bytes);
    for (const key of encryptedDataKeys as EncryptedDataKey[]) {
      const raw = rawKeyOf(key, this.#rawKeys);
      if (raw === undefined) materials.push(key);
      else materials.wrapRawAes(raw);
    }
  }

  /** As the keyring's `unwrap`. */
  unwrap(work: KeyringWork, materials: OpenMaterials, scope: MessageScope): MaybePromise<void> {
    const { suite, context, encryptedDataKeys } = materials;
    const fetched = new Fetched(materials, scope);
    return this.#step({
      begin: (kept) => kept.beginOpen(suite, context, encryptedDataKeys, Date.now()),
      fetch: async () => {
        await work.unwrap(fetched, detached());
        return fetched.key;
      },
      use({ dataKey }) {
        scope.signal?.throwIfAborted();
        materials.accept(dataKey as Bytes);
      },
      alone: () => (fetched.isOpen ? undefined : work.unwrap(materials, scope)),
    });
  }

  #step(message: Message): MaybePromise<void> {
    const state = this.#state;
    const { hit, refresh, fetch, join, signer } = message.begin(state.kept);
    if (refresh !== undefined) void this.#fetch(refresh, message, state).then((outcome) => wipe(outcome));
    if (hit !== undefined) return used({ ...hit, signer: signer as SharedSigner | undefined }, message);
    if (fetch !== undefined) {
      return this.#fetch(fetch, message, state).then((outcome) => {
        if ("error" in outcome) throw outcome.error;
        // Without one, the keyring has put it where it belongs.
        return outcome.key === undefined ? message.alone() : used(outcome.key, message);
      });
    }
    if (join === undefined) return message.alone();
    return this.#settled(state.fetches.get(join)).then((outcome) => {
      if (outcome === undefined || "key" in outcome) return this.#step(message);
      if ("error" in outcome) throw outcome.error;
      return message.alone();
    });
  }

  #fetch(ticket: number, message: Message, { kept, fetches }: State): Promise<Outcome> {
    const outcome = this.#outcome(ticket, message, kept);
    fetches.set(ticket, { began: Date.now(), outcome });
    void outcome.then(() => fetches.delete(ticket));
    return outcome;
  }

  /** Never fails: several may wait for it, or nobody. */
  async #outcome(ticket: number, message: Message, kept: Kept): Promise<Outcome> {
    let key: Key | undefined;
    try {
      key = await message.fetch();
    } catch (error) {
      told(() => kept.fail(ticket, Date.now()));
      return { error };
    }
    if (key === undefined) {
      told(() => kept.fail(ticket, Date.now()));
      return {};
    }
    const { signer } = key;
    told(() => kept.complete(ticket, key, signer, Date.now()));
    this.#sweepLater();
    return { key };
  }

  /** What another message's fetch came to; undefined if it was given up. Each waiter has a timer of its own. */
  async #settled(fetch: Fetch | undefined): Promise<Outcome | undefined> {
    const { orphanedAfterMillis } = runtime();
    if (fetch === undefined || orphanedAfterMillis === undefined) return fetch?.outcome;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, fetch.began + orphanedAfterMillis - Date.now()));
    });
    try {
      return await Promise.race([fetch.outcome, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Wipes data keys that are over, though no message comes any more. */
  #sweepLater(): void {
    if (this.#timer !== undefined) return;
    const timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#state.kept.sweep(Date.now())) this.#sweepLater();
      },
      Math.min(this.#maxAgeMillis / 4 + 1, MAX_TIMER_MILLIS),
    );
    // In Node it would keep the program alive.
    (timer as { unref?(): void }).unref?.();
    this.#timer = timer;
  }
}

/** Tells the cache how a fetch went. If that is lost, with its module, the message that fetched needs it no more. */
function told(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!(error instanceof EdgekmsError) || error.code !== "WasmFailed") throw error;
  }
}

function used(key: Key, message: Message): void {
  try {
    message.use(key);
  } finally {
    wipe({ key });
  }
}

function wipe(outcome: Outcome): void {
  if ("key" in outcome) outcome.key?.dataKey.fill(0);
}

function detached(): MessageScope {
  return {};
}
