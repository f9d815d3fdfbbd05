// SPDX-License-Identifier: Apache-2.0
/**
 * Named fields of an object, each replaced by the text of a message.
 *
 * The message holds the field's JSON, so every kind of value comes back as it was. The field's path is a pair of the
 * encryption context: a text that was put into another field does not open there. That it belongs to this object and
 * no other, the caller's own context says (the row's id).
 */

import { type EncryptionContext, fromPairs, toPairs } from "../context.js";
import { checkedOptions, invalidArgument } from "../errors.js";
import type { DecryptOptions, EncryptOptions } from "./envelope.js";
import { decryptJson, encryptJson, isPlain } from "./json.js";
import { bounded, within } from "./many.js";
import type { Messages } from "./text.js";


/** The name in the encryption context under which a field's path stands. */
export const FIELD_PAIR = "edgekms-field";

/** What to do about named fields that the object does not have, or that are `undefined`. */
export interface MissingOption {
  /** `refuse`, the default: a name that was mistyped must not leave its field in the clear. `skip`: leave them. */
  missing?: "refuse" | "skip";
}

/** What `encryptFields` takes. */
export type EncryptFieldsOptions = EncryptOptions & MissingOption;
/** What `decryptFields` takes. */
export type DecryptFieldsOptions = DecryptOptions & MissingOption;

/** What is left of a path inside the field `K`. */
type Inside<P, K> = K extends string ? (P extends `${K}.${infer Rest}` ? Rest : never) : never;

/** The object with `V` in the fields that the paths `P` name. */
export type Replaced<T, P extends string, V> = string extends P
  ? T
  : {
      [K in keyof T]: K extends P
        ? V
        : [Inside<P, K>] extends [never]
          ? T[K]
          : Replaced<T[K], Inside<P, K>, V>;
    };

/** See `Envelope.encryptFields`. */
export async function encryptFields<T extends object>(
  messages: Messages,
  object: T,
  fields: readonly string[],
  given?: EncryptFieldsOptions,
): Promise<T> {
  const options = checkedOptions(given);
  return replaced(object, fields, options, (value, encryptionContext, signal) =>
    encryptJson(messages, value, { ...options, encryptionContext, signal }),
  );
}

/** See `Envelope.decryptFields`. */
export async function decryptFields<T extends object>(
  messages: Messages,
  object: T,
  fields: readonly string[],
  given?: DecryptFieldsOptions,
): Promise<T> {
  const options = checkedOptions(given);
  return replaced(object, fields, options, (value, encryptionContext, signal) => {
    if (typeof value !== "string") throw invalidArgument("the object has no text there, so nothing encrypted");
    return decryptJson(messages, value, { ...options, encryptionContext, signal });
  });
}

type Replace = (value: unknown, context: EncryptionContext, signal: AbortSignal) => Promise<unknown>;

/** A copy of the object, with what `replace` makes of each field. What the paths do not touch is shared with it. */
async function replaced<T extends object>(
  object: T,
  fields: readonly string[],
  { encryptionContext, missing = "refuse", signal }: EncryptFieldsOptions & DecryptFieldsOptions,
  replace: Replace,
): Promise<T> {
  if (missing !== "refuse" && missing !== "skip") throw invalidArgument('missing must be "refuse" or "skip"');
  const shared = fromPairs(toPairs(encryptionContext));
  if (FIELD_PAIR in shared) {
    throw invalidArgument(`encryptionContext must not name ${FIELD_PAIR}: the field's path stands there`);
  }
  // All is read and looked at before anything is sealed: half of an object is of no use.
  const copies = new Map([["", copyOf(object, "object")]]);
  const slots = pathsOf(fields)
    .map((path) => slotOf(copies, path, missing))
    .filter((slot) => slot !== undefined);
  const results = await bounded(slots, signal === undefined ? {} : { signal }, async (slot, _, stop) => {
    try {
      return await replace(slot.value, { ...shared, [FIELD_PAIR]: slot.path }, stop);
    } catch (error) {
      throw within(error, `field ${slot.path}`, { field: slot.path });
    }
  });
  for (const [at, { holder, name }] of slots.entries()) holder[name] = results[at];
  return copies.get("") as T;
}

/** Copies of the object, under "", and of objects in it that are on the way to a field, by their paths. */
type Copies = Map<string, Record<string, unknown>>;

/** Where one field is, in the copy. */
interface Slot {
  readonly path: string;
  readonly holder: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
}

/** Names by which a path would leave the object for what all objects share. */
const SHARED = new Set(["__proto__", "constructor", "prototype"]);

/** The paths, each good by itself and none inside another. */
function pathsOf(fields: readonly string[]): string[] {
  if (!Array.isArray(fields)) throw invalidArgument('fields must be an array of paths, such as ["email"]');
  const paths = [...(fields as readonly unknown[])].map((path) => {
    if (typeof path !== "string") throw invalidArgument("each of fields must be a text");
    for (const name of path.split(".")) {
      if (name === "") throw invalidArgument(`field ${JSON.stringify(path)} has an empty name in it`);
      if (SHARED.has(name)) throw invalidArgument(`field ${path} must not go by ${name}`);
    }
    return path;
  });
  const taken = new Set<string>();
  // Shorter ones first: whatever is inside another comes after it.
  for (const path of [...paths].sort((one, other) => one.length - other.length)) {
    const names = path.split(".");
    for (let count = 1; count <= names.length; count += 1) {
      const outer = names.slice(0, count).join(".");
      if (taken.has(outer)) throw invalidArgument(`field ${path} is named twice, or inside the field ${outer}`);
    }
    taken.add(path);
  }
  return paths;
}

/** Finds a field, and copies the objects on the way to it. */
function slotOf(copies: Copies, path: string, missing: "refuse" | "skip"): Slot | undefined {
  const names = path.split(".");
  const name = names.pop() as string;
  let holder = copies.get("") as Record<string, unknown>;
  for (const [at, outer] of names.entries()) {
    const inner = Object.hasOwn(holder, outer) ? holder[outer] : undefined;
    if (inner === undefined || inner === null) return absent(path, missing);
    const place = names.slice(0, at + 1).join(".");
    const copy = copies.get(place) ?? copyOf(inner, `field ${place}`);
    copies.set(place, copy);
    holder[outer] = copy;
    holder = copy;
  }
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return value === undefined ? absent(path, missing) : { path, holder, name, value };
}

function absent(path: string, missing: "refuse" | "skip"): undefined {
  if (missing === "skip") return undefined;
  throw invalidArgument(`field ${path} is not in the object; check its name, or give missing: "skip"`);
}

/** A copy of an object's own fields. */
function copyOf(value: unknown, place: string): Record<string, unknown> {
  const object = typeof value === "object" && value !== null && !Array.isArray(value);
  if (object && isPlain(Object.getPrototypeOf(value))) return { ...value };
  throw invalidArgument(`${place} must be a plain object, for fields of it to be named; name it as a whole instead`);
}
