// SPDX-License-Identifier: Apache-2.0
/** The raw AES keyring (specification: framework/raw-aes-keyring.md); the core does the work. */

import { RawAesKey, refused } from "../core/core.js";
import { invalidArgument } from "../errors.js";
import { NO_DATA_KEY } from "../generated/refusals.js";
import { type KeyNames, Keyring, checkedNames } from "./keyring.js";

/** A wrapping key that you hold yourself, and its names. */
export interface RawAesKeyringOptions extends KeyNames {
  /** 16, 24 or 32 random bytes. */
  wrappingKey: Uint8Array;
}

/**
 * Wraps data keys with AES-GCM under a key that you hold yourself. Keeps a copy of the key. One wrapping key
 * should encrypt at most 2^32 messages: its IVs are random (NIST SP 800-38D, 8.3).
 *
 * @example
 * ```js
 * const wrappingKey = crypto.getRandomValues(new Uint8Array(32));
 * const keyring = rawAesKeyring({ namespace: "my app", name: "2026", wrappingKey });
 * const envelope = new Envelope({ keyring });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` if the key has another length, or a name is empty, too long or a key
 * service's.
 */
export function rawAesKeyring(options: RawAesKeyringOptions): Keyring {
  const { namespace, name } = checkedNames(options);
  if (!(options.wrappingKey instanceof Uint8Array)) {
    throw invalidArgument("wrappingKey must be a Uint8Array of 16, 24 or 32 bytes");
  }
  if (![16, 24, 32].includes(options.wrappingKey.length)) {
    throw invalidArgument("wrappingKey must have 16, 24 or 32 bytes");
  }
  // Not `slice`: that of a `Buffer` copies nothing, and the copy is wiped.
  const key = new RawAesKey(namespace, name, new Uint8Array(options.wrappingKey));
  return new Keyring("raw-aes", {
    wrap: (materials) => materials.wrapRawAes(key),
    unwrap(materials) {
      if (!materials.unwrapRawAes(key)) throw refused(NO_DATA_KEY);
    },
  });
}
