// SPDX-License-Identifier: Apache-2.0
/** Every field of every action, by the table: loaded when an action is called that no keyring needs. */

import { checkedWhole, invalidArgument } from "../errors.js";
import { GOT, SENT, WIRE_NAMES } from "../generated/table.js";
import { answerBytes, capitalized, type Field, fieldName, fromWire, own, sentField, toWire } from "./fields.js";

/** A request's fields as the wire has them. */
export function requestFields(request: object): Field[] {
  return toWire(request, (field, value) => {
    const kind = own(SENT, field);
    if (kind === "repeat") return numbered(wireName(field), value);
    if (kind === "json") return [[wireName(field), withWireNames(value)]];
    return [[wireName(field), sentField(field, value, kind)[1]]];
  });
}

/** An answer with TypeScript's names and values. */
export function answerFields(answer: object): unknown {
  return fromWire(answer, (field, value) => {
    const kind = own(GOT, field);
    if (kind === "bytes") return answerBytes(value, field);
    // Alibaba's lists are inside an object of one field; those of AWS are not.
    const isWrapped = kind === "list" && typeof value === "object" && value !== null;
    return isWrapped && !Array.isArray(value) ? Object.values(value).flat() : value;
  });
}

/** A list as one field an entry: `ResourceId.1`, or `Tag.1.Key` of an object in it. */
function numbered(name: string, value: unknown): Field[] {
  if (!Array.isArray(value)) throw invalidArgument(`${fieldName(name)} must be an array`);
  return value.flatMap((entry: unknown, index): Field[] => {
    const at = `${name}.${index + 1}`;
    if (typeof entry !== "object" || entry === null) return [[at, entry]];
    return Object.entries(entry)
      .filter(([, inner]) => inner !== undefined)
      .map(([field, inner]) => [`${at}.${wireName(field)}`, inner]);
  });
}

/** Objects inside a field, with the wire's names. */
function withWireNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withWireNames);
  if (typeof value !== "object" || value === null) return checkedWhole(value, "a text in the request");
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [wireName(field), withWireNames(inner)]),
  );
}

function wireName(name: string): string {
  return own(WIRE_NAMES, name) ?? capitalized(name);
}

/** A moment as the wire has it: whole seconds. */
export function wireTime(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}
