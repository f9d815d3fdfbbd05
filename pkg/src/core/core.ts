// SPDX-License-Identifier: Apache-2.0
/** The hot module and its area: the one place of TypeScript that touches WebAssembly memory. */

import { type Bytes, randomized } from "../bytes.js";
import type { MaybePromise } from "../engine/engine.js";
import { EdgekmsError } from "../errors.js";
import type { Digests } from "../kms/signing.js";
import { after } from "../maybe.js";
import { runtime } from "../runtime.js";
import type { Flat } from "./bindings.js";
import { FieldWriter, roomOf } from "./fields.js";

/** Bytes of the longest key of a suite. */
const LONGEST_KEY = 32;
/** Bytes that the module's pool of randomness takes at once, and below which it is filled again. */
const POOL = 1024;
const POOL_LOW = 128;
/** What every call of a module gives after one that ended in a trap (crates/wasm/src/state.rs). */
const BROKEN = -(2 ** 31);

/**
 * What the core refused, as numbers: texts are loaded when somebody wants to read one (`words.ts`). Never seen
 * by users; every way out of the package turns it into an `EdgekmsError`.
 */
export class Refused {
  readonly number: number;
  readonly details: readonly [number, number];
  /** Of the encryption context, the name of the pair that is wrong, if one is. */
  pair?: string | undefined;

  constructor(number: number, details: readonly [number, number]) {
    this.number = number;
    this.details = details;
  }
}

/** What TypeScript refuses by itself: one of the numbers of `generated/refusals.ts`. */
export function refused(number: number): Refused {
  return new Refused(number, [0, 0]);
}

let loaded: Core | undefined;

/**
 * The core, loaded at the first call; no promise where it is there already. Of a module that broke, another instance
 * takes the place: what is in the old one is lost.
 */
export function core(): MaybePromise<Core> {
  if (loaded !== undefined) {
    if (loaded.flat.random_left() >= 0) return loaded;
    loaded.end();
  }
  const spent = loaded?.spent;
  return after(runtime().core(spent), (flat) => {
    if (loaded === undefined || loaded.spent === spent) loaded = new Core(flat);
    return loaded;
  });
}

/** For those who cannot wait: what was opened before has its header put into words. */
export function loadedCore(): Core {
  const found = core();
  if (!(found instanceof Promise)) return found;
  found.catch(() => {});
  throw new EdgekmsError("WasmFailed", "the WebAssembly module failed; ask again in a moment");
}

/** The hashes that requests are signed with: the host's, which need no WebAssembly, or the core's. */
export function digests(): MaybePromise<Digests> {
  return runtime().native?.digests ?? core();
}

/**
 * Something inside the core, by its number. Numbers are used again, so this one is forgotten when it is freed:
 * whoever is late (a keyring still at work for a message that was given up) has 0, which is nobody's.
 */
export class Kept {
  readonly #core: Core;
  #slot: number;

  constructor(core: Core, slot: number) {
    this.#core = core;
    this.#slot = slot;
  }

  get slot(): number {
    return this.#slot;
  }

  /** Once is enough, and twice does no harm. */
  free(): void {
    if (this.#slot !== 0) this.#core.flat.free(this.#slot);
    this.#slot = 0;
  }
}

/** Frees what whoever is registered leaves behind: streams and readers are given up without a word. */
export const forgotten = new FinalizationRegistry<{ free(): void }>((kept) => kept.free());

/**
 * A raw AES wrapping key, which the core works with. It is kept here too, as the core may have to be made anew; both
 * forget it with this object.
 */
export class RawAesKey {
  readonly #names: readonly [namespace: string, name: string];
  readonly #key: Bytes;
  #core: Core | undefined;
  #slot = 0;

  /** The key becomes this object's. */
  constructor(namespace: string, name: string, key: Bytes) {
    this.#names = [namespace, name];
    this.#key = key;
    forgotten.register(this, { free: key.fill.bind(key, 0) });
  }

  /** The core's number for it. */
  slotIn(core: Core): number {
    if (this.#core !== core) {
      const writer = new FieldWriter(core.room(this.#key.length + roomOf(this.#names)));
      writer.bytes(this.#key);
      for (const name of this.#names) writer.text(name);
      this.#slot = core.checked(core.flat.raw_aes_new(this.#key.length, writer.length));
      this.#core = core;
      forgotten.register(this, new Kept(core, this.#slot));
    }
    return this.#slot;
  }
}

/** In place of a module that broke. */
const ENDED = new Proxy({} as Flat, { get: () => () => BROKEN });

/** The module with what every call needs. */
export class Core implements Digests {
  /** What the runtime gave. */
  readonly spent: Flat;
  flat: Flat;
  #memory: Bytes = new Uint8Array(0);

  constructor(flat: Flat) {
    // A cache between releases, or a file of that name that is something else.
    if (flat.area === undefined) {
      throw new EdgekmsError("WasmUnavailable", "the WebAssembly module could not be loaded: its file is not this version's");
    }
    this.flat = this.spent = flat;
  }

  /** Wipes the memory of a module that broke. Whoever still has something in it is refused by every call. */
  end(): void {
    this.flat = ENDED;
    new Uint8Array(this.spent.memory.buffer).fill(0);
  }

  /** The area, with room for so many bytes; good until the next call of the module. */
  room(length: number): Bytes {
    const at = this.#area(length);
    return this.#memory.subarray(at, at + length);
  }

  /** A copy of a result of so many bytes. */
  result(length: number): Bytes {
    const at = this.#area(length);
    return this.#memory.slice(at, at + length);
  }

  #area(length: number): number {
    const at = this.checked(this.flat.area(length));
    // Growing the memory makes another buffer, and leaves the old one without bytes.
    if (this.#memory.length === 0 || this.flat.memory.buffer !== this.#memory.buffer) {
      this.#memory = new Uint8Array(this.flat.memory.buffer);
    }
    return at;
  }

  /** A message's key in the area: good until the next call of the module, by when it must be wiped. */
  payloadKey(slot: number): Bytes {
    this.#area(LONGEST_KEY);
    const length = this.checked(this.flat.payload_key(slot));
    return this.room(length);
  }

  /** The same for a secret, which is wiped where it lay. */
  secret(length: number): Bytes {
    const area = this.room(length);
    const copy = area.slice();
    area.fill(0);
    return copy;
  }

  /** Puts bytes at the start of the area. */
  give(bytes: Uint8Array): number {
    this.room(bytes.length).set(bytes);
    return bytes.length;
  }

  /** A result that is no error. */
  checked(result: number): number {
    if (result >= 0) return result;
    throw new Refused(-1 - result, [this.detail(0), this.detail(1)]);
  }

  /** A number besides the last result. */
  detail(index: 0 | 1): number {
    // From the module it comes as a signed number.
    return this.flat.core_error_detail(index) >>> 0;
  }

  /** Sees to it that the next call finds the randomness that it needs. */
  random(): void {
    if (this.flat.random_left() >= POOL_LOW) return;
    randomized(this.room(POOL));
    this.checked(this.flat.random_give());
  }

  /** SHA-256 (FIPS 180-4). */
  sha256(data: Uint8Array): Bytes {
    return this.result(this.checked(this.flat.sha256(this.give(data))));
  }

  /** HMAC-SHA-256 (RFC 2104). */
  hmacSha256(key: Uint8Array, data: Uint8Array): Bytes {
    const area = this.room(key.length + data.length);
    area.set(key);
    area.set(data, key.length);
    const code = this.secret(this.checked(this.flat.hmac_sha256(key.length, data.length)));
    this.room(key.length).fill(0);
    return code;
  }
}
