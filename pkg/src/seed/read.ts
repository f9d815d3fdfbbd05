// SPDX-License-Identifier: Apache-2.0
/** From a text to a seed, bounded and strict: what is not known, or twice there, is refused with its place. */

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { fromPointer, type Path } from "./path.js";
import { checkReferences } from "./references.js";
import check from "./schema-check.js";
import type { Seed } from "./seed.js";
import { schemaSentence, wrongAt } from "./trouble.js";

/** Longest seed, in UTF-16 code units. */
const MAX_LENGTH = 1_048_576;
/** Deepest nesting: a policy's condition is some ten deep. */
const MAX_DEPTH = 32;

/** What a parser of JSON stumbles over. Comments and commas at ends are what editors let pass. */
const SYNTAX: Record<string, string> = {
  InvalidCommentToken: "a comment, which JSON does not have",
  CommaExpected: "a comma is missing",
  ColonExpected: "a colon is missing",
  PropertyNameExpected: "a name in quotes is missing; is there a comma too many?",
  ValueExpected: "a value is missing; is there a comma too many?",
  CloseBraceExpected: "} is missing",
  CloseBracketExpected: "] is missing",
  EndOfFileExpected: "something follows after the end",
};

/**
 * Reads a seed from JSON.
 *
 * @example
 * ```js
 * const seed = readSeed(await readFile("seed.json", "utf8"), "seed.json");
 * ```
 *
 * @param name what messages call it: the file's name
 * @throws EdgekmsError `InvalidArgument`, with the name, line and column, the JSON path, and what to write instead.
 */
export function readSeed(text: string, name = "the seed"): Seed {
  if (typeof text !== "string") throw invalidArgument(`${name} must be a text`);
  const json = text.replace(/^\uFEFF/, "");
  return read(json, name, (offset) => `${placeOf(json, offset, name)}: `);
}

function read(json: string, name: string, place: (offset: number) => string): Seed {
  if (json.length > MAX_LENGTH) throw invalidArgument(`${name} must have at most ${MAX_LENGTH} characters`);
  const refuse = (offset: number, says: string) => invalidArgument(place(offset) + says);
  checkDepth(json, (offset) => refuse(offset, `must not be nested more than ${MAX_DEPTH} deep`));
  const stumbles: ParseError[] = [];
  const tree = parseTree(json, stumbles, { disallowComments: true, allowTrailingComma: false });
  const [first] = stumbles;
  if (first !== undefined || tree === undefined) {
    const why = SYNTAX[printParseErrorCode(first?.error ?? 4)] ?? "this is not JSON";
    throw refuse(first?.offset ?? 0, why);
  }
  const located = (path: Path, error: EdgekmsError) => refuse(nodeAt(tree, path).offset, error.message);
  checkOnce(tree, (path, offset) => refuse(offset, wrongAt(path, "is there twice").message));
  // Not the parser's own value: it would set prototypes by a field called `__proto__`.
  const value: unknown = JSON.parse(json);
  const errors = check(value) ? [] : (check.errors ?? []);
  const [wrong] = errors;
  if (wrong !== undefined) {
    const { path, says } = schemaSentence(fromPointer(wrong.instancePath, value), wrong, errors);
    throw located(path, wrongAt(path, says));
  }
  checkReferences(value as Seed, (path, says) => located(path, wrongAt(path, says)));
  return value as Seed;
}

/** The same of a value: as if it had been written as JSON, so that a getter or an `undefined` is none. */
export function seedOf(value: unknown): Seed {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new EdgekmsError("InvalidArgument", "the seed must be an object that JSON can say", { cause });
  }
  // Where something is in a text that nobody wrote, nobody wants to know.
  return read(text ?? "null", "the seed", () => "");
}

/** `seed.json:3:14`. */
function placeOf(text: string, offset: number, name: string): string {
  const before = text.slice(0, offset).split("\n");
  return `${name}:${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

/** The value at a path, or what is nearest to it: the name of a field comes with its value. */
function nodeAt(tree: Node, path: Path): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    const isField = typeof path[length - 1] === "string";
    if (node !== undefined) return (length === path.length && isField && node.parent) || node;
  }
  return tree;
}

/** Before the parser goes into it, which calls itself for each level. */
function checkDepth(text: string, tooDeep: (offset: number) => EdgekmsError): void {
  let depth = 0;
  // Texts are passed over as wholes: what is in them opens and closes nothing.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (depth > MAX_DEPTH) throw tooDeep(index);
  }
}

function checkOnce(node: Node, twice: (path: Path, offset: number) => EdgekmsError, path: Path = []): void {
  const names = new Set<unknown>();
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type !== "object") {
      checkOnce(child, twice, [...path, index]);
      continue;
    }
    const [name, value] = child.children ?? [];
    const at = [...path, String(name?.value)];
    if (names.has(name?.value)) throw twice(at, child.offset);
    names.add(name?.value);
    if (value !== undefined) checkOnce(value, twice, at);
  }
}
