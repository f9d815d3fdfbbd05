// SPDX-License-Identifier: Apache-2.0
/**
 * The password keyring. Argon2id, and the wrapping under what it gives, are Rust's (`crates/password`), in the second
 * module; here are the password's form and the checks of arguments.
 */

import { type Bytes, utf8, viewOf } from "../bytes.js";
import type { WasmPasswordKeyring } from "../core/bindings.js";
import { forgotten } from "../core/core.js";
import { extra, isLost } from "../core/extra.js";
import { checkedOptions, checkedUnicode, invalidArgument } from "../errors.js";
import { Attempts } from "./attempts.js";
import { Keyring } from "./keyring.js";
import type { KeyringWork, OpenMaterials, SealMaterials } from "./materials.js";

/** A password, and what trying it costs. */
export interface PasswordKeyringOptions {
  /**
   * A text, or bytes that are taken as they are. Of a text, other spaces become spaces and the characters are
   * composed (NFC), as the profile OpaqueString of RFC 8265 does, so that it can be typed on any keyboard; controls and
   * lone surrogates are refused. Capitals count.
   */
  password: string | Uint8Array;
  /** Whose password it is, where a message has several; stored in it. Only data keys of this name are tried. */
  name?: string;
  /** Memory of Argon2id in KiB. Default 65,536. */
  memoryKiB?: number;
  /** Passes over the memory. Default 3. */
  iterations?: number;
  /** Lanes. Default 4. They are filled one after the other here, which takes no longer. */
  parallelism?: number;
  /** A message that asks for more memory, in KiB, is not tried. Default 262,144. */
  maxMemoryKiB?: number;
  /** Most memory times iterations, in KiB, for all that one message makes this keyring try. Default 1,048,576. */
  maxWorkKiB?: number;
}

/** Which kind of keyring wrapped a data key, as its header says. */
const PROVIDER_ID = "edgekms-password";

/** RFC 9106's second recommendation, and limits that let five such derivations happen for a message. */
const DEFAULTS = {
  memoryKiB: 65_536,
  iterations: 3,
  parallelism: 4,
  maxMemoryKiB: 262_144,
  maxWorkKiB: 1_048_576,
};

/**
 * Wraps data keys under a key that Argon2id (RFC 9106) makes of a password. Its first use takes the memory and the time
 * of one derivation, on the thread that calls; what was derived is kept for the messages that follow. One keyring
 * should encrypt at most 2^32 messages.
 *
 * @example
 * ```js
 * const envelope = new Envelope({ keyring: passwordKeyring({ password: "correct horse battery staple" }) });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` for what is no password and for a cost that is no number; a cost that is too
 *   low, or above the keyring's own limits, fails when something is encrypted or decrypted. Decrypting fails with
 *   `NoDataKey` for a wrong password and for a message that asks for more than the limits.
 */
export function passwordKeyring(options: PasswordKeyringOptions): Keyring {
  const { password, name = "", ...costs } = checkedOptions(options);
  checkedUnicode(name, "name");
  const cost = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    cost[key] = costs[key] ?? cost[key];
    const most = key === "parallelism" ? 255 : 2 ** 32 - 1;
    if (!Number.isInteger(cost[key]) || cost[key] < 1 || cost[key] > most) {
      throw invalidArgument(`${key} must be a whole number from 1 to ${most}`);
    }
  }
  return new Keyring("password", new PasswordWork(passwordBytes(password), name, cost));
}

/**
 * A password's bytes, a copy.
 *
 * Of OpaqueString (RFC 8265, section 4.2): the mapping of spaces, NFC, no controls, not empty. Its other tables are
 * left out on purpose: they refuse characters that are newer than the tables, and emoji that are joined.
 */
export function passwordBytes(password: unknown): Bytes {
  if (typeof password !== "string") {
    // Not `slice`: that of a `Buffer` copies nothing, and the copy is wiped.
    const bytes = new Uint8Array(viewOf(password, "password", " or a text"));
    if (bytes.length === 0) throw invalidArgument("password must not be empty");
    return bytes;
  }
  const text = checkedUnicode(password, "password").replace(/\p{Zs}/gu, " ").normalize("NFC");
  if (text === "") throw invalidArgument("password must not be empty");
  if (/\p{Cc}/u.test(text)) {
    throw invalidArgument("password must have no control characters, such as a line break at its end; or give bytes");
  }
  return utf8(text);
}

class PasswordWork implements KeyringWork {
  readonly #password: Bytes;
  readonly #name: string;
  readonly #cost: Readonly<typeof DEFAULTS>;
  #made: WasmPasswordKeyring | undefined;

  constructor(password: Bytes, name: string, cost: Readonly<typeof DEFAULTS>) {
    // Kept: the module may have to be made anew.
    this.#password = password;
    forgotten.register(this, { free: password.fill.bind(password, 0) });
    this.#name = name;
    this.#cost = cost;
  }

  async wrap(materials: SealMaterials): Promise<void> {
    const keyring = await this.#keyring();
    materials.makeDataKey();
    const dataKey = materials.dataKey() as Bytes;
    try {
      const [providerInfo, ciphertext] = keyring.wrap(dataKey, materials.context.flat());
      materials.push({ providerId: PROVIDER_ID, providerInfo, ciphertext });
    } finally {
      dataKey.fill(0);
    }
  }

  async unwrap(materials: OpenMaterials): Promise<void> {
    const keys = materials.encryptedDataKeys
      .filter(({ providerId }) => providerId === PROVIDER_ID)
      .flatMap(({ providerInfo, ciphertext }) => [providerInfo, ciphertext]);
    if (keys.length === 0) {
      // As other keyrings say it, so that what they answer beside this one stays the message's error.
      const attempts = new Attempts();
      attempts.passedOver("the message has no data key wrapped under a password of this name");
      throw attempts.error();
    }
    const keyring = await this.#keyring();
    const { context, keyLength } = materials;
    const dataKey = keyring.unwrap(keys, context.flat(), keyLength) as Bytes;
    materials.accept(dataKey);
    dataKey.fill(0);
  }

  /** The keyring in WebAssembly: one for all messages, since it keeps the keys that it derived. */
  async #keyring(): Promise<WasmPasswordKeyring> {
    const { PasswordKeyring } = await extra();
    if (this.#made === undefined || isLost(this.#made)) {
      const { memoryKiB, iterations, parallelism, maxMemoryKiB, maxWorkKiB } = this.#cost;
      const costs = [memoryKiB, iterations, parallelism, maxMemoryKiB, maxWorkKiB] as const;
      this.#made = new PasswordKeyring(this.#password, this.#name, ...costs);
    }
    return this.#made;
  }
}
