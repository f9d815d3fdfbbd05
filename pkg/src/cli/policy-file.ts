// SPDX-License-Identifier: Apache-2.0
/** Policies in files: looked at before they are sent, where a mistake can be shown. The service has the last word. */

import { usage } from "./exit.js";
import { readSmall } from "./files/small.js";
import { repeatsName } from "./json.js";

/** More than any policy may have. */
const MOST_BYTES = 64 * 1024;

/**
 * The policy of a file, or of standard input.
 *
 * @throws CliError `usage`, which says where it does not parse
 */
export async function policyFrom(path: string, signal: AbortSignal): Promise<string> {
  const text = (await readSmall(path, MOST_BYTES, "the policy", signal)).toString("utf8").trim();
  checkPolicy(text, path === "-" ? "standard input" : path);
  return text;
}

/** Refuses what is no policy at all. */
export function checkPolicy(text: string, where: string): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw usage(`the policy does not parse: ${placeOf(error as Error, text, where)}`, "Mend it there; nothing was done.");
  }
  const { Version, Statement } = (typeof document === "object" && document !== null ? document : {}) as Record<string, unknown>;
  const form = 'A policy is {"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}.';
  if (typeof Version !== "string") throw usage(`the policy in ${where} has no "Version"`, form);
  if (!Array.isArray(Statement)) throw usage(`the policy in ${where} has no list "Statement"`, form);
  const names = countOf(document);
  if (repeatsName(text, names)) throw usage(`the policy in ${where} has a name twice in one object`, "Give each name once.");
}

/** How many names a value has, those of the objects in it too. */
function countOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, each: unknown) => sum + countOf(each), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

/** `policy.json, line 3, column 5: Unexpected token }`. V8's message says where, in one of two forms, or quotes. */
function placeOf({ message }: Error, text: string, where: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  const at = position === undefined ? text.length : Number(position);
  const before = text.slice(0, at).split("\n");
  const what = message.replace(/,? (?:in JSON )?at position.*$/, "").replace(/, ".*" is not valid JSON$/s, "");
  return `${where}, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${what}`;
}
