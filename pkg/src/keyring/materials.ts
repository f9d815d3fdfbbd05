// SPDX-License-Identifier: Apache-2.0
/**
 * What keyrings work on (specification: framework/structures.md, materials), as the core hands it out.
 *
 * Keyrings wait (for key services, WebCrypto, RSA); the core does not. It keeps the data key and its wrapped
 * forms, and a keyring puts them in or takes them out by these calls, each synchronous.
 */

import type { Pairs } from "../core/bindings.js";
import type { RawAesKey } from "../core/core.js";
import type { Bytes } from "../bytes.js";
import type { MaybePromise } from "../engine/engine.js";
import type { CallOptions } from "../kms/call-options.js";

/** A data key wrapped by one keyring, as a header stores it. */
export interface EncryptedDataKey {
  /** Which kind of keyring wrapped it: a key namespace, or a key provider. */
  readonly providerId: string;
  /** Which key of the provider wrapped it. */
  readonly providerInfo: Bytes;
  readonly ciphertext: Bytes;
}

/** A message that is to be sealed: it needs one data key, and at least one wrapped form of it. */
export interface SealMaterials {
  /** Bytes of the suite's data keys: 16, 24 or 32. */
  readonly keyLength: number;
  /** The whole context in its canonical order, the format's own pairs among them. */
  readonly context: Pairs;
  /** A copy of the data key, or `undefined` before there is one. Whoever asks wipes it. */
  dataKey(): Bytes | undefined;
  /** Makes a data key in the core if there is none yet. */
  makeDataKey(): void;
  /**
   * Takes a data key that a key service made; the caller wipes its own copy.
   *
   * @throws EdgekmsError `InvalidArgument` if there is one already, or its length is not {@link keyLength}.
   */
  setDataKey(key: Bytes): void;
  /** Adds a wrapped form of the data key. */
  push(key: EncryptedDataKey): void;
  /** Wraps the data key with a raw AES key that the core holds, making the data key first if there is none. */
  wrapRawAes(key: RawAesKey): void;
}

/** A message that is to be opened: one of its wrapped data keys must be unwrapped. */
export interface OpenMaterials {
  /** The suite's number. */
  readonly suite: number;
  readonly keyLength: number;
  /** The whole context, with the pairs that the caller reproduced. */
  readonly context: Pairs;
  /** The header's encrypted data keys, in order. */
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  /** Takes an unwrapped data key; false if its length is not the suite's. The caller wipes its own copy. */
  accept(key: Bytes): boolean;
  /** Looks for a data key that this raw AES key wrapped, and takes it; false if there is none. */
  unwrapRawAes(key: RawAesKey): boolean;
}

/** Signs messages that share a data key: the public key is in the context that their data key is wrapped with. */
export interface SharedSigner {
  /** The public key, a compressed point. */
  readonly verificationKey: Bytes;
  /** What signs another message, with the same key. */
  again(): SharedSigner;
  free(): void;
}

/** What one message gives to the keyrings that it uses. */
export type MessageScope = CallOptions;

/** What a kind of keyring does. */
export interface KeyringWork {
  /** Puts the data key and its wrapped form in, or only the latter if there is a data key already. */
  wrap(materials: SealMaterials, scope: MessageScope): MaybePromise<void>;
  /**
   * Unwraps the first data key that it may and can.
   *
   * @throws EdgekmsError `NoDataKey`, or the one failure that kept a data key from being unwrapped.
   */
  unwrap(materials: OpenMaterials, scope: MessageScope): MaybePromise<void>;
}
