// SPDX-License-Identifier: Apache-2.0
/**
 * The KMS actions as a table, and the conversions between TypeScript's names and the wire's.
 *
 * A new action is a line here, its types in `kms-types.ts` and a method of `KmsClient`.
 */

import type { Pairs } from "./bindings.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { type EncryptionContext, toPairs } from "./context.js";
import { EdgekmsError, invalidArgument } from "./errors.js";

/** One action of the API. */
export interface Action {
  /** Its name on the wire. */
  readonly name: string;
  /**
   * Whether it may be sent again when nobody knows if it was carried out. Not so for `CreateKey`,
   * which would leave a second key, nor for making and deleting an alias or scheduling a deletion
   * and cancelling it, whose second run reports an error for what the first one did.
   */
  readonly repeatable: boolean;
}

export const ACTIONS = {
  createKey: { name: "CreateKey", repeatable: false },
  describeKey: { name: "DescribeKey", repeatable: true },
  listKeys: { name: "ListKeys", repeatable: true },
  updateKeyDescription: { name: "UpdateKeyDescription", repeatable: true },
  enableKey: { name: "EnableKey", repeatable: true },
  disableKey: { name: "DisableKey", repeatable: true },
  scheduleKeyDeletion: { name: "ScheduleKeyDeletion", repeatable: false },
  cancelKeyDeletion: { name: "CancelKeyDeletion", repeatable: false },
  createAlias: { name: "CreateAlias", repeatable: false },
  updateAlias: { name: "UpdateAlias", repeatable: true },
  deleteAlias: { name: "DeleteAlias", repeatable: false },
  listAliases: { name: "ListAliases", repeatable: true },
  encrypt: { name: "Encrypt", repeatable: true },
  decrypt: { name: "Decrypt", repeatable: true },
  generateDataKey: { name: "GenerateDataKey", repeatable: true },
  generateDataKeyWithoutPlaintext: { name: "GenerateDataKeyWithoutPlaintext", repeatable: true },
  describeRegions: { name: "DescribeRegions", repeatable: true },
} as const satisfies Record<string, Action>;

/** Wire names that are not just the TypeScript name with a capital. */
const ODD_NAMES: readonly (readonly [string, string])[] = [["dkmsInstanceId", "DKMSInstanceId"]];

/** Fields of requests whose wire form is not the value's text. */
const ENCODERS: Readonly<Record<string, (value: unknown) => string>> = {
  plaintext(value) {
    if (!(value instanceof Uint8Array)) throw invalidArgument("plaintext must be a Uint8Array");
    return toBase64(value);
  },
  encryptionContext: (value) =>
    JSON.stringify(Object.fromEntries(toPairs(value as EncryptionContext))),
  tags: (value) => JSON.stringify(capitalized(value)),
  filters: (value) => JSON.stringify(capitalized(value)),
};

/** Fields of answers whose value is not the wire's. */
const DECODERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  plaintext(value) {
    const bytes = typeof value === "string" ? fromBase64(value) : undefined;
    if (bytes === undefined) {
      throw new EdgekmsError("InvalidAnswer", "the answer's Plaintext is not base64");
    }
    return bytes;
  },
};

/** The parameters of a request; absent and undefined fields are left out. */
export function toParameters(request: object): Pairs {
  const parameters: Pairs = [];
  for (const [field, value] of Object.entries(request)) {
    if (value === undefined) continue;
    const encode = ENCODERS[field];
    if (encode === undefined && !["string", "number", "boolean"].includes(typeof value)) {
      throw invalidArgument(`${field} must be a text, a number or a boolean`);
    }
    parameters.push([wireName(field), encode === undefined ? String(value) : encode(value)]);
  }
  return parameters;
}

/** An answer with TypeScript's names. */
export function fromAnswer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromAnswer);
  if (typeof value !== "object" || value === null) return value;
  const converted: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldName(name);
    const decode = Object.hasOwn(DECODERS, field) ? DECODERS[field] : undefined;
    converted[field] = decode === undefined ? fromAnswer(listOf(name, inner)) : decode(inner);
  }
  return converted;
}

/** The array inside a list (`Keys.Key[]`, `Aliases.Alias[]`, `Regions.Region[]`). */
function listOf(name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [only, ...others] = Object.entries(value);
  if (only === undefined || others.length > 0 || !Array.isArray(only[1])) return value;
  return name.startsWith(only[0]) ? only[1] : value;
}

function wireName(field: string): string {
  const odd = ODD_NAMES.find(([name]) => name === field);
  return odd?.[1] ?? field.charAt(0).toUpperCase() + field.slice(1);
}

function fieldName(name: string): string {
  const odd = ODD_NAMES.find(([, wire]) => wire === name);
  return odd?.[0] ?? name.charAt(0).toLowerCase() + name.slice(1);
}

/** Objects inside a JSON parameter, with the wire's names. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [wireName(field), capitalized(inner)]),
  );
}
