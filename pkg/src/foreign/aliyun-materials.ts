// SPDX-License-Identifier: Apache-2.0
/**
 * What keyrings work on when the message is one of the Alibaba Encryption SDK's. The data key is here, and not in the
 * core: that one knows the AWS Encryption SDK's messages alone.
 */

import { type Bytes, randomized, utf8 } from "../bytes.js";
import type { AliyunMessageInfo, Pairs, WrappedByArn } from "../core/bindings.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import type { EncryptedDataKey, OpenMaterials, SealMaterials } from "../keyring/materials.js";

/** The only provider whose data keys such a message can hold. */
const PROVIDER = "aliyun-kms";
/** No suite of ours: a cache must not take one for the other. */
const NO_SUITE = 0;

/** A message that is to be sealed. */
export class AliyunSealing implements SealMaterials {
  readonly keyLength: number;
  readonly context: Pairs;
  #key: Bytes | undefined;
  readonly #wrapped: WrappedByArn[] = [];

  constructor(keyLength: number, context: Pairs) {
    this.keyLength = keyLength;
    this.context = context;
  }

  dataKey(): Bytes | undefined {
    return this.#key?.slice();
  }

  makeDataKey(): void {
    this.#key ??= randomized(new Uint8Array(this.keyLength));
  }

  setDataKey(key: Bytes): void {
    if (this.#key !== undefined) throw invalidArgument("the message has a data key already");
    if (key.length !== this.keyLength) {
      throw invalidArgument(`the data key has ${key.length} bytes, and the algorithm's have ${this.keyLength}`);
    }
    // Not `slice`: that of a `Buffer` copies nothing, and its owner wipes it.
    this.#key = new Uint8Array(key);
  }

  push({ providerId, providerInfo, ciphertext }: EncryptedDataKey): void {
    // A keyring of this provider gives a CMK's ARN, or nothing.
    if (providerId !== PROVIDER) throw onlyCmks();
    this.#wrapped.push([new TextDecoder().decode(providerInfo), ciphertext]);
  }

  wrapRawAes(): void {
    throw onlyCmks();
  }

  /** The data key and its wrapped forms; the key is wiped by {@link wipe}. */
  done(): { key: Bytes; wrapped: WrappedByArn[] } {
    if (this.#key === undefined) throw onlyCmks();
    return { key: this.#key, wrapped: this.#wrapped };
  }

  wipe(): void {
    this.#key?.fill(0);
  }
}

/** A message that is to be opened. */
export class AliyunOpening implements OpenMaterials {
  readonly suite = NO_SUITE;
  readonly keyLength: number;
  readonly context: Pairs;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  #key: Bytes | undefined;

  constructor({ keyLength, encryptionContext, encryptedDataKeys }: AliyunMessageInfo) {
    this.keyLength = keyLength;
    this.context = encryptionContext;
    this.encryptedDataKeys = encryptedDataKeys.map(([arn, ciphertext]) => {
      return { providerId: PROVIDER, providerInfo: utf8(arn), ciphertext: ciphertext as Bytes };
    });
  }

  accept(key: Bytes): boolean {
    if (key.length !== this.keyLength) return false;
    this.wipe();
    this.#key = new Uint8Array(key);
    return true;
  }

  /** No such message has one. */
  unwrapRawAes(): boolean {
    return false;
  }

  /** The data key, wiped by {@link wipe}. */
  key(): Bytes {
    if (this.#key !== undefined) return this.#key;
    throw new EdgekmsError("NoDataKey", "the keyring unwrapped no data key of this message");
  }

  wipe(): void {
    this.#key?.fill(0);
  }
}

function onlyCmks(): EdgekmsError {
  const text =
    "a message of the Alibaba Encryption SDK holds CMKs of Alibaba's dialect alone: give kms.keyring(...) of " +
    'a client with dialect "aliyun", or a multiKeyring of such';
  return invalidArgument(text);
}
