// SPDX-License-Identifier: Apache-2.0
/**
 * The fields of requests and answers: TypeScript's names and values, and the wire's.
 *
 * Names are the wire's in camelCase (`KeyId` is `keyId`), with three comforts: bytes are
 * `Uint8Array`s where the wire has base64 of plaintext, contexts are objects, and a list such as
 * `Keys.Key[]` is one array. Which fields these are stands in a table that is made from the server's
 * own types. What seals and opens messages needs two rows of it, which are here; the whole table comes
 * with `wire.ts`, when another action is called.
 */

import { type Bytes, fromBase64, toBase64 } from "../bytes.js";
import { type EncryptionContext, toPairs } from "../context.js";
import { checkedWhole, EdgekmsError, invalidArgument } from "../errors.js";

/** A field as the wire has it. */
export type Field = [name: string, value: unknown];

/** How a field of a request is told the wire. */
export type SentKind = "bytes" | "context" | "json" | "repeat";
/** How a field of an answer is read. */
export type GotKind = "bytes" | "list";
/** Kinds by a field's name. */
export type Kinds<K> = Readonly<Record<string, K>>;

const SENT: Kinds<"bytes" | "context"> = { plaintext: "bytes", encryptionContext: "context" };

/** What a page calls that encrypts and decrypts. It is never checked, so that nothing is loaded for it. */
export const OF_MESSAGES = ["generateDataKey", "encrypt", "decrypt"];

/** Whether {@link sentField} and {@link fromWire} know all these fields without the table. */
export function isPlain(request: object): boolean {
  const known = ["keyId", "keySpec", "numberOfBytes", "ciphertextBlob", ...Object.keys(SENT)];
  return Object.keys(request).every((field) => known.includes(field));
}

/** A request's fields as the wire has them; absent and undefined ones are left out. */
export function toWire(
  request: object,
  sent: (field: string, value: unknown) => Field[] = (field, value) => [sentField(field, value)],
): Field[] {
  const fields = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .flatMap(([field, value]) => sent(field, value));
  const names = new Set<string>();
  for (const [name, value] of fields) {
    if (names.has(name)) throw invalidArgument(`the request has ${name} twice`);
    names.add(name);
    checkedWhole(value, name);
  }
  return fields;
}

/** One field whose value is a text, a number, a boolean, bytes or a context. */
export function sentField(field: string, value: unknown, kind: unknown = own(SENT, field)): Field {
  let sent = value;
  if (kind === "bytes") {
    if (!(value instanceof Uint8Array)) throw invalidArgument(`${field} must be a Uint8Array`);
    sent = toBase64(value);
  } else if (kind === "context") {
    sent = Object.fromEntries(toPairs(value as EncryptionContext, field));
  } else if (!["string", "number", "boolean"].includes(typeof value)) {
    throw invalidArgument(`${field} must be a text, a number or a boolean`);
  }
  return [capitalized(field), sent];
}

/** An answer with TypeScript's names and values. `read` knows fields that are not what they seem. */
export function fromWire(
  value: unknown,
  read: (field: string, value: unknown) => unknown = (_, inner) => inner,
): unknown {
  if (Array.isArray(value)) return value.map((inner) => fromWire(inner, read));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const fields = Object.entries(value).map(([name, inner]) => {
    const field = fieldName(name);
    const known = field === "plaintext" ? answerBytes(inner, field) : read(field, inner);
    return [field, fromWire(known, read)];
  });
  return Object.fromEntries(fields);
}

/** The bytes of an answer's field, which is base64. */
export function answerBytes(value: unknown, field: string): Bytes {
  return had(typeof value === "string" ? fromBase64(value) : undefined, `${capitalized(field)} in base64`);
}

/** A field of an answer, which a server that is no KMS may have left out. */
export function had<T>(value: T | undefined, field: string): T {
  if (value !== undefined) return value;
  throw new EdgekmsError("InvalidAnswer", `the answer has no ${field}; is \`endpoint\` a KMS?`);
}

/** The name on the wire of most fields and of every action. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `KeyId` is `keyId`; `AWSAccountId`, which begins with an acronym, is `awsAccountId`. */
export function fieldName(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
}

/** What a table has of its own under a name. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
