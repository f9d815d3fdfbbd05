// SPDX-License-Identifier: Apache-2.0
/**
 * The fields of requests and answers: TypeScript's names and values, and the wire's.
 *
 * Names are the wire's in camelCase (`KeyId` is `keyId`), with three comforts: bytes are
 * `Uint8Array`s where the wire has base64 of plaintext, contexts are objects, and a list such as
 * `Keys.Key[]` is one array. Which fields these are stands in a table that is made from the server's
 * own types.
 */

import { type Bytes, fromBase64, toBase64 } from "../bytes.js";
import { type EncryptionContext, toPairs } from "../context.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { GOT, SENT, WIRE_NAMES } from "../generated/table.js";

/** A request's fields as the wire has them; absent and undefined ones are left out. */
export function toWire(request: object): [name: string, value: unknown][] {
  return Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .flatMap(([field, value]): [string, unknown][] => {
      const name = wireName(field);
      return own(SENT, field) === "repeat" ? numbered(name, value) : [[name, sent(field, value)]];
    });
}

/** A list as one field an entry: `ResourceId.1`, or `Tag.1.Key` of an object in it. */
function numbered(name: string, value: unknown): [name: string, value: unknown][] {
  if (!Array.isArray(value)) throw invalidArgument(`${fieldName(name)} must be an array`);
  return value.flatMap((entry: unknown, index): [string, unknown][] => {
    const at = `${name}.${index + 1}`;
    if (typeof entry !== "object" || entry === null) return [[at, entry]];
    return Object.entries(entry)
      .filter(([, inner]) => inner !== undefined)
      .map(([field, inner]) => [`${at}.${wireName(field)}`, inner]);
  });
}

function sent(field: string, value: unknown): unknown {
  switch (own(SENT, field)) {
    case "bytes":
      if (!(value instanceof Uint8Array)) throw invalidArgument(`${field} must be a Uint8Array`);
      return toBase64(value);
    case "context":
      return Object.fromEntries(toPairs(value as EncryptionContext));
    case "json":
      return capitalized(value);
    case undefined:
      if (["string", "number", "boolean"].includes(typeof value)) return value;
      throw invalidArgument(`${field} must be a text, a number or a boolean`);
  }
}

/** Objects inside a field, with the wire's names. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [wireName(field), capitalized(inner)]),
  );
}

/** An answer with TypeScript's names and values. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== "object" || value === null) return value;
  const converted: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldName(name);
    converted[field] = got(field, inner);
  }
  return converted;
}

function got(field: string, value: unknown): unknown {
  const kind = own(GOT, field);
  if (kind === "bytes") return answerBytes(value, field);
  // Alibaba's lists are inside an object of one field; those of AWS are not.
  const isWrapped = kind === "list" && typeof value === "object" && value !== null;
  return fromWire(isWrapped && !Array.isArray(value) ? Object.values(value).flat() : value);
}

/** The bytes of an answer's field, which is base64. */
export function answerBytes(value: unknown, field: string): Bytes {
  const bytes = typeof value === "string" ? fromBase64(value) : undefined;
  if (bytes !== undefined) return bytes;
  throw new EdgekmsError("InvalidAnswer", `the answer's ${wireName(field)} is not base64`);
}

/** The name on the wire of a field or an action. */
export function wireName(name: string): string {
  return own(WIRE_NAMES, name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** `KeyId` is `keyId`; `AWSAccountId`, which begins with an acronym, is `awsAccountId`. */
function fieldName(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
