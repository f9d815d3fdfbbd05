// SPDX-License-Identifier: Apache-2.0
/**
 * Keyrings: what wraps data keys when sealing and unwraps them when opening.
 *
 * A keyring here is a description. The one inside WebAssembly is made anew for each message, so
 * that keyrings can be made before the module is loaded and each message has its own signal.
 */

import type { Bindings, WasmKeyring } from "../core/bindings.js";
import type { CallOptions } from "../kms/call-options.js";
import { checkedText, checkedTexts, invalidArgument } from "../errors.js";
import type { KmsKeyService } from "./kms-port.js";
import { type RsaKeys, rsaPort } from "./rsa.js";

/** What one message gives to the keyrings that it uses. */
export interface MessageScope extends CallOptions {
  /** Told of each failure of a key service. */
  failed(error: unknown): void;
}

type Make = (bindings: Bindings, scope: MessageScope) => WasmKeyring;

const makers = new WeakMap<Keyring, Make>();

/** Wraps and unwraps data keys. Made by the functions of this module and by `KmsClient`. */
export class Keyring {
  /** What kind it is, for people. */
  readonly kind: string;

  /** @internal */
  constructor(kind: string, make: Make) {
    this.kind = kind;
    makers.set(this, make);
  }
}

/** The keyring inside WebAssembly, for one message. */
export function makeKeyring(
  keyring: Keyring,
  bindings: Bindings,
  scope: MessageScope,
): WasmKeyring {
  const make = makers.get(keyring);
  if (make === undefined) throw invalidArgument("keyring must be a keyring of edgekms");
  return make(bindings, scope);
}

/** A wrapping key of 16, 24 or 32 bytes that you hold yourself. */
export interface RawAesKeyringOptions {
  /** Names the group of keys; stored in messages. */
  namespace: string;
  /** Names the key; stored in messages. */
  name: string;
  wrappingKey: Uint8Array;
}

/** Wraps data keys with AES-GCM under a key that you hold yourself. Keeps a copy of the key. */
export function rawAesKeyring(options: RawAesKeyringOptions): Keyring {
  const namespace = checkedText(options?.namespace, "namespace");
  const name = checkedText(options.name, "name");
  if (!(options.wrappingKey instanceof Uint8Array)) {
    throw invalidArgument("wrappingKey must be a Uint8Array of 16, 24 or 32 bytes");
  }
  if (![16, 24, 32].includes(options.wrappingKey.length)) {
    throw invalidArgument("wrappingKey must have 16, 24 or 32 bytes");
  }
  const wrappingKey = options.wrappingKey.slice();
  return new Keyring("raw-aes", ({ Keyring }) => Keyring.rawAes(namespace, name, wrappingKey));
}

/** An RSA key that you hold yourself. */
export interface RawRsaKeyringOptions extends RsaKeys {
  /** Names the group of keys; stored in messages. */
  namespace: string;
  /** Names the key; stored in messages. */
  name: string;
}

/** Wraps data keys with RSA under a key that you hold yourself. */
export function rawRsaKeyring(options: RawRsaKeyringOptions): Keyring {
  const namespace = checkedText(options?.namespace, "namespace");
  const name = checkedText(options.name, "name");
  const { padding } = options;
  const port = rsaPort(options);
  return new Keyring("raw-rsa", ({ Keyring }) => Keyring.rawRsa(namespace, name, padding, port));
}

/** Several keyrings as one. */
export interface MultiKeyringOptions {
  /** Makes the data key when sealing. */
  generator?: Keyring;
  /** Wrap the same data key too. Any of them all can open. */
  children?: readonly Keyring[];
}

/** Seals for several keyrings at once; opens with whichever can. */
export function multiKeyring({ generator, children = [] }: MultiKeyringOptions): Keyring {
  if (generator === undefined && children.length === 0) {
    throw invalidArgument("multiKeyring needs a generator or at least one child");
  }
  return new Keyring("multi", (bindings, scope) =>
    bindings.Keyring.multi(
      generator && makeKeyring(generator, bindings, scope),
      children.map((child) => makeKeyring(child, bindings, scope)),
    ),
  );
}

/** See `KmsClient.keyring`. */
export function kmsKeyring(
  service: KmsKeyService,
  keyId: string,
  additionalKeyIds: readonly string[],
): Keyring {
  checkedText(keyId, "keyId");
  const others = checkedTexts(additionalKeyIds, "additionalKeyIds");
  return new Keyring("kms", ({ Keyring }, scope) =>
    Keyring.kms(keyId, others, service.port(scope, scope.failed), service.provider),
  );
}

/** See `KmsClient.discoveryKeyring`. */
export function discoveryKeyring(service: KmsKeyService, accountIds: readonly string[]): Keyring {
  const accounts = checkedTexts(accountIds, "accountIds");
  return new Keyring("kms-discovery", ({ Keyring }, scope) =>
    Keyring.kmsDiscovery(accounts, service.port(scope, scope.failed)),
  );
}
