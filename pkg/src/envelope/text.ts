// SPDX-License-Identifier: Apache-2.0
/**
 * Messages as texts, for columns, JSON and URLs: base64url without padding (RFC 4648, section 5).
 *
 * What is read is exactly what is written: no padding, no line breaks, no bits left over. So a message has one
 * text, and a text that was altered is not taken for it.
 */

import { type Bytes, utf8, viewOf } from "../bytes.js";
import { checkedUnicode, EdgekmsError, invalidArgument } from "../errors.js";
import type { DecryptOptions, EncryptOptions, Envelope } from "./envelope.js";


/** What values are sealed and opened with. */
export type Messages = Pick<Envelope, "encrypt" | "decrypt">;

/** See `Envelope.encryptText`. */
export async function encryptText(
  messages: Messages,
  text: string,
  options?: EncryptOptions,
): Promise<string> {
  return toBase64url(await messages.encrypt(checkedUnicode(text, "text"), options));
}

/** See `Envelope.decryptText`. */
export async function decryptText(
  messages: Messages,
  message: string,
  options?: DecryptOptions,
): Promise<string> {
  const { plaintext } = await messages.decrypt(messageOf(message, "message"), options);
  return textOf(plaintext);
}

/** The text that opened bytes are; wipes the bytes, which nobody else has. */
export function textOf(plaintext: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plaintext);
  } catch (cause) {
    const text = "the message is authentic and holds bytes that are no text; decrypt it with `decrypt`";
    throw new EdgekmsError("UnexpectedContent", text, { cause });
  } finally {
    plaintext.fill(0);
  }
}

/** A message as bytes, from its text. */
export function messageOf(text: unknown, name: string): Bytes {
  const bytes = typeof text === "string" && text !== "" ? fromBase64url(text) : undefined;
  if (bytes !== undefined) return bytes;
  throw invalidArgument(
    `${name} must be the base64url text that it was encrypted to, unaltered: no padding, spaces or line breaks`,
  );
}

/** The same, where bytes may be given too. */
export function messageOfEither(message: unknown, name: string): Bytes {
  return typeof message === "string" ? messageOf(message, name) : viewOf(message, name);
}

const ALPHABET = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
/** The six bits of each character, by its code. */
const BITS = new Uint8Array(128);
ALPHABET.forEach((code, bits) => (BITS[code] = bits));

/** base64url without padding. By table: `btoa` wants a text of the bytes first, which takes three times as long. */
export function toBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const three = (at(bytes, from) << 16) | (at(bytes, from + 1) << 8) | at(bytes, from + 2);
    // What is past the end of `text` is not there to be set: the last group may have two or three characters.
    text[to] = at(ALPHABET, three >> 18);
    text[to + 1] = at(ALPHABET, (three >> 12) & 63);
    text[to + 2] = at(ALPHABET, (three >> 6) & 63);
    text[to + 3] = at(ALPHABET, three & 63);
  }
  return new TextDecoder().decode(text);
}

/** The last character where two or three are left over: its low bits belong to no byte and are zero. */
const WHOLE = [/^/, /^$/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/];

/** The bytes of a base64url text, or `undefined` where it is none, or not the one of these bytes. */
export function fromBase64url(text: string): Bytes | undefined {
  if (!/^[\w-]*$/.test(text) || WHOLE[text.length % 4]?.test(text) !== true) return undefined;
  const codes = utf8(text);
  const bits = (index: number) => at(BITS, at(codes, index));
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const three = (bits(from) << 18) | (bits(from + 1) << 12) | (bits(from + 2) << 6) | bits(from + 3);
    bytes[to] = three >> 16;
    bytes[to + 1] = three >> 8;
    bytes[to + 2] = three;
  }
  return bytes;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
