// SPDX-License-Identifier: Apache-2.0
/** The worker's secret `ROOT_KEYS`, as docs/operations.md has it: made for a deployment, read to verify the trail. */

import { randomBytes } from "node:crypto";

import { invalidArgument } from "../errors.js";
import { repeatsName } from "./json.js";

const KEY_BYTES = 32;
const FORM = '{"current":"1","keys":{"1":"<base64 of 32 random bytes>"}}';

/** The keys by their versions' names. Whoever has them wipes them. */
export type RootKeys = ReadonlyMap<string, Buffer>;

/** The secret of a new deployment: one version, `1`. */
export function newRootKeys(): string {
  const key = randomBytes(KEY_BYTES);
  try {
    return JSON.stringify({ current: "1", keys: { 1: key.toString("base64") } });
  } finally {
    key.fill(0);
  }
}

/** Reads the secret. A message holds no part of a key, nor what may be one in a wrong place. */
export function rootKeysOf(secret: string): RootKeys {
  const { current, keys } = documentOf(secret);
  const found = new Map(Object.entries(keys).map(([version, text]) => [version, keyOf(version, text)]));
  if (!found.has(current)) {
    throw invalidArgument('ROOT_KEYS names as "current" a version that it holds no key of; add it, or name another');
  }
  return found;
}

/** Wipes them. */
export function wipe(keys: RootKeys): void {
  for (const key of keys.values()) key.fill(0);
}

function documentOf(secret: string): { current: string; keys: Record<string, unknown> } {
  let document: unknown;
  try {
    document = JSON.parse(secret);
  } catch {
    // Said below.
  }
  const { current, keys, ...rest } = (document ?? {}) as Record<string, unknown>;
  const isObject = typeof keys === "object" && keys !== null && !Array.isArray(keys);
  if (typeof current !== "string" || !isObject || Object.keys(rest).length > 0) {
    throw invalidArgument(`ROOT_KEYS is not JSON of the form ${FORM}`);
  }
  if (repeatsName(secret, 2 + Object.keys(keys).length)) {
    throw invalidArgument("ROOT_KEYS has a name twice; give each version a name of its own");
  }
  return { current, keys: keys as Record<string, unknown> };
}

function keyOf(version: string, text: unknown): Buffer {
  if (!/^[\w-]{1,32}$/.test(version)) {
    throw invalidArgument("ROOT_KEYS has a version whose name is not 1 to 32 letters, digits, '-' or '_'");
  }
  const key = typeof text === "string" ? Buffer.from(text, "base64") : Buffer.alloc(0);
  // Node passes over what is not base64.
  if (key.length === KEY_BYTES && key.toString("base64") === text) return key;
  throw invalidArgument(`version "${version}" of ROOT_KEYS is not the base64 of ${KEY_BYTES} bytes`);
}
