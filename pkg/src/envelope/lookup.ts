// SPDX-License-Identifier: Apache-2.0
/**
 * Deterministic encryption for look-ups: one text has one ciphertext, so that a database can find it by equality.
 * The cipher is Rust's (`crates/lookup`); what it tells whoever reads the column is in docs/security-model.md.
 */

import type { LookupField } from "../core/bindings.js";
import { type Bytes, randomized, utf8 } from "../bytes.js";
import { fromPairs, toPairs } from "../context.js";
import { forgotten } from "../core/core.js";
import { extra } from "../core/extra.js";
import { isLost } from "../core/guard.js";
import { checkedOptions, checkedUnicode, invalidArgument } from "../errors.js";
import type { DecryptOptions, EncryptOptions } from "./envelope.js";
import { fromBase64url, type Messages, messageOfEither, textOf, toBase64url } from "./text.js";


/** The pair of the context that tells a look-up key from any other message of 64 bytes. */
const PURPOSE = { name: "edgekms-purpose", value: "lookup-key" };
/** Bytes of a look-up key. */
const KEY_LENGTH = 64;

/** What a look-up is made with. */
export interface LookupOptions extends Omit<DecryptOptions, "engine"> {
  /** The field that is looked up: its name, 1 to 1,024 bytes. Another field has another key. */
  field: string;
  /** Keeps fields of the same name apart, of two tables say. Default: none. */
  namespace?: string;
}

/** See `Envelope.createLookupKey`. */
export async function createLookupKey(messages: Messages, given?: EncryptOptions): Promise<Bytes> {
  const options = checkedOptions(given);
  const context = fromPairs(toPairs(options.encryptionContext));
  if (PURPOSE.name in context) {
    throw invalidArgument(`encryptionContext must not name ${PURPOSE.name}: it says what the message is for`);
  }
  const key = randomized(new Uint8Array(KEY_LENGTH));
  try {
    const encryptionContext = { ...context, [PURPOSE.name]: PURPOSE.value };
    return await messages.encrypt(key, { ...options, encryptionContext });
  } finally {
    key.fill(0);
  }
}

/** See `Envelope.lookup`. */
export async function openLookup(
  messages: Messages,
  wrappedKey: Uint8Array | string,
  options: LookupOptions,
): Promise<Lookup> {
  const { field, namespace = "", ...rest } = checkedOptions(options);
  const name = checkedUnicode(field, "field");
  checkedUnicode(namespace, "namespace");
  const message = messageOfEither(wrappedKey, "wrappedLookupKey");
  const { plaintext, encryptionContext } = await messages.decrypt(message, rest);
  try {
    if (encryptionContext[PURPOSE.name] !== PURPOSE.value || plaintext.length !== KEY_LENGTH) {
      throw invalidArgument("wrappedLookupKey is a message of something else; give one that createLookupKey made");
    }
    const { LookupField } = await extra();
    return new Lookup(plaintext.slice(), (key) => new LookupField(key, namespace, name));
  } finally {
    plaintext.fill(0);
  }
}

/**
 * Encrypts and decrypts the values of one field, each always to the same ciphertext. Made by `Envelope.lookup`.
 *
 * **It leaks.** Whoever reads the column learns which rows have equal values, how often each value occurs, and how
 * many bytes each has. Where values are few or their frequencies are known (names, postcodes, yes or no), that can
 * tell the values themselves. Use it for what is nearly unique (an address, a number of a document), and
 * `encryptText` for everything that is not looked up.
 *
 * Values are equal if their bytes are: bring them into one form first (`text.trim().toLowerCase().normalize("NFC")`).
 *
 * @example
 * ```js
 * const lookup = await envelope.lookup(wrappedLookupKey, { namespace: "customers", field: "email" });
 * const column = rows.map((row) => lookup.encrypt(row.email));
 * const found = column.indexOf(lookup.encrypt("ada@example.org"));
 * ```
 */
export class Lookup {
  readonly #key: Bytes;
  readonly #make: (key: Bytes) => LookupField;
  #field: LookupField | undefined;

  /** @internal The key becomes this object's. */
  constructor(key: Bytes, make: (key: Bytes) => LookupField) {
    this.#key = key;
    this.#make = make;
    this.#field = make(key);
    forgotten.register(this, { free: key.fill.bind(key, 0) });
  }

  /**
   * The ciphertext of a text, base64url: 16 bytes more than the text has in UTF-8, and a third more as base64url.
   *
   * @example
   * ```js
   * const stored = lookup.encrypt("ada@example.org");
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` for what is no text, for a lone surrogate, and after {@link close}.
   */
  encrypt(text: string): string {
    const value = utf8(checkedUnicode(text, "text"));
    try {
      return toBase64url(this.#open().encrypt(value));
    } finally {
      value.fill(0);
    }
  }

  /**
   * The text of a ciphertext.
   *
   * @example
   * ```js
   * const text = lookup.decrypt(lookup.encrypt("ada@example.org"));
   * ```
   *
   * @throws EdgekmsError `ValueNotAuthentic` if it is of another key, namespace or field, or was changed;
   *   `InvalidArgument` for what is no such text, and after {@link close}.
   */
  decrypt(ciphertext: string): string {
    const bytes = typeof ciphertext === "string" ? fromBase64url(ciphertext) : undefined;
    if (bytes === undefined) throw invalidArgument("ciphertext must be the base64url text that `encrypt` gave");
    return textOf(this.#open().decrypt(bytes) as Bytes);
  }

  /**
   * Wipes the field's key. Without it, the key goes when the garbage collector takes this object.
   *
   * @example
   * ```js
   * const lookup = await envelope.lookup(wrappedLookupKey, { field: "email" });
   * const stored = lookup.encrypt("ada@example.org");
   * lookup.close();
   * ```
   */
  close(): void {
    this.#field?.free();
    this.#field = undefined;
    this.#key.fill(0);
  }

  #open(): LookupField {
    if (this.#field === undefined) throw invalidArgument("the look-up was closed; call `Envelope.lookup` again");
    // Its module may have had to be made anew.
    if (isLost(this.#field)) this.#field = this.#make(this.#key);
    return this.#field;
  }
}
