// SPDX-License-Identifier: Apache-2.0
/** The lines of an export of the trail: an event with its place in its shard's chain, or a signed checkpoint. */

import { repeatsName } from "../json.js";

/** A shard of a place: what has a chain of its own. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly shard: string;
}

/** What a chain has got to: the last event's number, 0 before the first, and its code, empty before the first. */
export interface Head {
  readonly seq: number;
  readonly mac: string;
}

/** An event as it was stored, byte for byte (`line`), under a version of the root keys. */
export interface ExportedEvent extends Place, Head {
  readonly root: string;
  readonly line: string;
}

/** A signed statement of what a chain had got to; `start`: everything up to there was forgotten on time. */
export interface Checkpoint extends Place, Head {
  readonly kind: "head" | "start";
  readonly root: string;
  readonly time: string;
  readonly signature: string;
}

/** A line of an export. */
export type Exported = ExportedEvent | Checkpoint;

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string" && !/\p{Surrogate}/u.test(value);
const matches = (form: RegExp): Check => (value) => typeof value === "string" && form.test(value);
const whole: Check = (value) => Number.isInteger(value);

const PLACED: Readonly<Record<string, Check>> = {
  account: matches(/^\d{16}$/),
  region: matches(/^[a-z\d-]{1,64}$/),
  shard: text,
  seq: (value) => whole(value) && (value as number) >= 0 && (value as number) < 2 ** 64,
  mac: text,
  root: text,
};
const EVENT = { ...PLACED, line: text };
const CHECKPOINT = { ...PLACED, kind: matches(/^(head|start)$/), time: text, signature: text };
/** Fields that an event may have besides. */
const OPTIONAL: Readonly<Record<string, Check>> = { at_millis: (value) => value === null || whole(value) };

/** The line, or undefined if it is none of an export: each field is there once, and no other. */
export function exportedLine(line: string): Exported | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  if (repeatsName(line, Object.keys(value).length)) return undefined;
  const fits = has(value, EVENT, OPTIONAL) || has(value, CHECKPOINT, {});
  return fits ? (value as Exported) : undefined;
}

function has(value: object, required: Readonly<Record<string, Check>>, optional: typeof required): boolean {
  const entries = Object.entries(value);
  const fits = ([name, field]: [string, unknown]) => (own(required, name) ?? own(optional, name))?.(field) ?? false;
  return Object.keys(required).every((name) => Object.hasOwn(value, name)) && entries.every(fits);
}

function own(checks: Readonly<Record<string, Check>>, name: string): Check | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
}
