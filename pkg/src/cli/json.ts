// SPDX-License-Identifier: Apache-2.0
/** What `JSON.parse` does not tell. */

const TEXT_OR_REST = /"(?:[^"\\]|\\.)*"\s*:?|[^"]+/gs;

/**
 * Whether a text of JSON has more names than the value that `JSON.parse` makes of it: of two of one name it keeps the
 * last, and another reader may keep the first. `names` is how many the value has.
 */
export function repeatsName(json: string, names: number): boolean {
  const found = [...json.matchAll(TEXT_OR_REST)].filter(([token]) => token.startsWith('"') && token.endsWith(":"));
  return found.length !== names;
}
