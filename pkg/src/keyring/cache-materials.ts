// SPDX-License-Identifier: Apache-2.0
/** The materials on which keyrings work for a cache: they outlive the message that caused the work. */

import { type Bytes, randomized } from "../bytes.js";
import type { CachedKey } from "../core/bindings.js";
import type { RawAesKey } from "../core/core.js";
import { invalidArgument } from "../errors.js";
import type { EncryptedDataKey, MessageScope, OpenMaterials, SealMaterials } from "./materials.js";

/** Marks, among wrapped data keys, a raw AES key that is still to wrap: no provider has an empty name. */
const TO_WRAP = "";

/** The raw AES key that is still to wrap, if this marks one. */
export function rawKeyOf({ providerId, ciphertext }: EncryptedDataKey, rawKeys: readonly RawAesKey[]): RawAesKey | undefined {
  const [high = 0, low = 0] = ciphertext;
  return providerId === TO_WRAP ? rawKeys[high * 256 + low] : undefined;
}

/** Materials of no message: what keyrings put into them is kept for many. */
export class Draft implements SealMaterials {
  readonly keyLength: number;
  readonly context: SealMaterials["context"];
  readonly #rawKeys: RawAesKey[];
  readonly #keys: EncryptedDataKey[] = [];
  #dataKey: Bytes | undefined;

  constructor(keyLength: number, context: SealMaterials["context"], rawKeys: RawAesKey[]) {
    this.keyLength = keyLength;
    this.context = context;
    this.#rawKeys = rawKeys;
  }

  dataKey(): Bytes | undefined {
    return this.#dataKey?.slice();
  }

  makeDataKey(): void {
    this.#dataKey ??= randomized(new Uint8Array(this.keyLength));
  }

  setDataKey(key: Bytes): void {
    if (this.#dataKey !== undefined || key.length !== this.keyLength) {
      throw invalidArgument("the key service gave a data key that was not asked for");
    }
    // Not `slice`: that of a `Buffer` copies nothing, and its owner wipes it.
    this.#dataKey = new Uint8Array(key);
  }

  push(key: EncryptedDataKey): void {
    this.#keys.push(key);
  }

  wrapRawAes(key: RawAesKey): void {
    this.makeDataKey();
    if (!this.#rawKeys.includes(key)) this.#rawKeys.push(key);
    const index = this.#rawKeys.indexOf(key);
    const ciphertext = Uint8Array.of(index >> 8, index & 255);
    this.#keys.push({ providerId: TO_WRAP, providerInfo: new Uint8Array(), ciphertext });
  }

  /** What is to be kept; nothing, where a data key of its own costs a message no call and no RSA. */
  finish(): CachedKey | undefined {
    const dataKey = this.#dataKey;
    const isKept = this.#keys.some(({ providerId }) => providerId !== TO_WRAP);
    if (dataKey !== undefined && isKept) return { dataKey, encryptedDataKeys: this.#keys };
    dataKey?.fill(0);
    return undefined;
  }
}

/** A message's materials whose data key is kept for others, and outlives the message. */
export class Fetched implements OpenMaterials {
  readonly suite: number;
  readonly keyLength: number;
  readonly context: OpenMaterials["context"];
  readonly encryptedDataKeys: OpenMaterials["encryptedDataKeys"];
  key: CachedKey | undefined;
  /** A raw AES key has opened the message itself: that needs no cache. */
  isOpen = false;
  readonly #materials: OpenMaterials;
  readonly #scope: MessageScope;

  constructor(materials: OpenMaterials, scope: MessageScope) {
    this.suite = materials.suite;
    this.keyLength = materials.keyLength;
    this.context = materials.context;
    this.encryptedDataKeys = materials.encryptedDataKeys;
    this.#materials = materials;
    this.#scope = scope;
  }

  accept(key: Bytes): boolean {
    if (key.length !== this.keyLength) return false;
    this.key = { dataKey: new Uint8Array(key), encryptedDataKeys: [] };
    return true;
  }

  unwrapRawAes(key: RawAesKey): boolean {
    if (this.#scope.signal?.aborted) return false;
    this.isOpen = this.#materials.unwrapRawAes(key);
    return this.isOpen;
  }
}
