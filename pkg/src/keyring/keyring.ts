// SPDX-License-Identifier: Apache-2.0
/** Keyrings: what wraps data keys when sealing and unwraps them when opening. */

import { utf8 } from "../bytes.js";
import { checkedText, checkedWhole, invalidArgument } from "../errors.js";
import type { KeyringWork } from "./materials.js";

const works = new WeakMap<Keyring, KeyringWork>();

/**
 * Wraps and unwraps data keys. Made by `rawAesKeyring`, `rawRsaKeyring`, `multiKeyring` and by the methods
 * of `KmsClient`. Safe to share between envelopes and messages.
 *
 * @example
 * ```js
 * const keyring = kms.keyring("alias/photos");
 * const message = await new Envelope({ keyring }).encrypt("a secret");
 * ```
 */
export class Keyring {
  /** What kind it is, for people. */
  readonly kind: string;

  /** @internal */
  constructor(kind: string, work: KeyringWork) {
    this.kind = kind;
    works.set(this, work);
  }
}

/**
 * What a keyring does.
 *
 * @throws EdgekmsError `InvalidArgument` for what is not a keyring of this package.
 */
export function workOf(keyring: Keyring): KeyringWork {
  const work = works.get(keyring);
  if (work === undefined) {
    throw invalidArgument("keyring must be a keyring of edgekms: rawAesKeyring(...), kms.keyring(...)");
  }
  return work;
}

/** Which key a raw keyring has, as messages name it. */
export interface KeyNames {
  /** Names the group of keys; stored in messages. */
  namespace: string;
  /** Names the key; stored in messages. */
  name: string;
}

/** Most bytes of a text in a message: its length field has 16 bits. */
const MAX_BYTES = 65_535;

/** Checks the names of a raw keyring's key (specification: framework/keyring-interface.md, Key Namespace). */
export function checkedNames(names: KeyNames): KeyNames {
  const namespace = checkedWhole(checkedText(names?.namespace, "namespace"), "namespace");
  const name = checkedWhole(checkedText(names.name, "name"), "name");
  if (utf8(namespace).length > MAX_BYTES) throw invalidArgument("a key namespace has 1 to 65,535 bytes");
  if (namespace === "aliyun-kms" || namespace === "aws-kms") {
    throw invalidArgument("the key namespaces aliyun-kms and aws-kms belong to key services");
  }
  // Room is left for what a raw AES keyring stores after the name.
  if (utf8(name).length > MAX_BYTES - 20) throw invalidArgument("a key name has 1 to 65,515 bytes");
  return { namespace, name };
}
