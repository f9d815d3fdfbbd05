// SPDX-License-Identifier: Apache-2.0
/**
 * Values as JSON inside messages.
 *
 * `JSON.stringify` leaves out what it cannot hold, or writes something else: undefined and functions vanish, NaN
 * becomes null, a Map an empty object, a Date a text. Sealed, the loss would be seen when it is opened, which may
 * be in years. So what does not come back as it went in is refused, by name of its place. The text is written in
 * the same pass as it is checked: what was looked at is what is sealed, whatever getters do.
 */

import { checkedUnicode, EdgekmsError, invalidArgument, kindOf } from "../errors.js";
import type { DecryptOptions, EncryptOptions } from "./envelope.js";
import { decryptText, encryptText, type Messages } from "./text.js";


/** Arrays and objects inside each other; more is a mistake, or made to exhaust a reader's stack. */
const MAX_DEPTH = 100;

/** See `Envelope.encryptJson`. */
export async function encryptJson(
  messages: Messages,
  value: unknown,
  options?: EncryptOptions,
): Promise<string> {
  return encryptText(messages, toJson(value, "value"), options);
}

/** See `Envelope.decryptJson`. */
export async function decryptJson(
  messages: Messages,
  message: string,
  options?: DecryptOptions,
): Promise<unknown> {
  return fromJson(await decryptText(messages, message, options));
}

/** The JSON of a value that comes back from it equal. */
export function toJson(value: unknown, name: string): string {
  const parts: string[] = [];
  write(value, name, [], parts);
  return parts.join("");
}

/** The value of a text that was opened. */
export function fromJson(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH) {
    throw unexpected(`holds JSON of more than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own words quote the text, which is plaintext.
    throw unexpected("holds a text that is no JSON; decrypt it with `decryptText`");
  }
}

/** `above` are the arrays and objects that the value is in. */
function write(value: unknown, place: string, above: object[], parts: string[]): void {
  if (value === null || typeof value === "boolean") parts.push(String(value));
  else if (typeof value === "number") parts.push(numeral(value, place));
  else if (typeof value === "string") parts.push(quoted(value, place));
  else if (typeof value === "object") {
    if (above.includes(value)) throw invalidArgument(`${place} is inside itself, which JSON cannot hold`);
    if (above.length >= MAX_DEPTH) throw invalidArgument(`${place} is nested deeper than ${MAX_DEPTH} levels`);
    above.push(value);
    if (Array.isArray(value)) writeArray(value, place, above, parts);
    else writeObject(value, place, above, parts);
    above.pop();
  } else {
    throw invalidArgument(`${place} is ${kindOf(value)}, which JSON cannot hold`);
  }
}

function writeArray(values: unknown[], place: string, above: object[], parts: string[]): void {
  const { length } = values;
  parts.push("[");
  for (let at = 0; at < length; at += 1) {
    if (at > 0) parts.push(",");
    write(values[at], `${place}[${at}]`, above, parts);
  }
  parts.push("]");
}

function writeObject(value: object, place: string, above: object[], parts: string[]): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isPlain(prototype) || Object.getOwnPropertySymbols(value).length > 0) {
    throw invalidArgument(
      `${place} is no plain object of names and values; give what JSON holds, such as the text of a Date`,
    );
  }
  let separator = "{";
  for (const [name, inner] of Object.entries(value)) {
    parts.push(separator, quoted(name, `a name in ${place}`), ":");
    write(inner, inside(place, name), above, parts);
    separator = ",";
  }
  parts.push(separator === "{" ? "{}" : "}");
}

/** A name is told where it is one of a program's; others may be data (addresses of people, say), which is secret. */
function inside(place: string, name: string): string {
  return /^[A-Za-z_$][\w$]{0,39}$/.test(name) ? `${place}.${name}` : `${place}[...]`;
}

/** Objects of another realm (a frame, `node:vm`) have another `Object.prototype`: the one without a prototype. */
export function isPlain(prototype: unknown): boolean {
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function numeral(value: number, place: string): string {
  if (!Number.isFinite(value)) throw invalidArgument(`${place} is ${value}, which JSON cannot hold`);
  return Object.is(value, -0) ? "-0" : String(value);
}

function quoted(text: string, place: string): string {
  return JSON.stringify(checkedUnicode(text, place));
}

/** How deep arrays and objects go, without parsing. Texts are skipped whole. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inText) {
      if (character === "\\") at += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, (depth += 1));
    else if (character === "]" || character === "}") depth -= 1;
  }
  return deepest;
}

function unexpected(what: string): EdgekmsError {
  return new EdgekmsError("UnexpectedContent", `the message is authentic and ${what}`);
}
