// SPDX-License-Identifier: Apache-2.0
/** The encryption context as users write it and as it crosses into WebAssembly. */

import type { Pairs } from "./core/bindings.js";
import { EdgekmsError, invalidArgument, kindOf } from "./errors.js";

/** Names and values that are authenticated with a message, not secret. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** The pairs of a context; anything but texts is refused. `name` is the parameter's. */
export function toPairs(
  context: EncryptionContext | undefined,
  name = "encryptionContext",
): Pairs {
  if (context === undefined) return [];
  // What can be iterated (an array, a Map, URLSearchParams) keeps its pairs elsewhere: read as an
  // object it would be an empty context, and nothing would be bound to the message.
  if (typeof context !== "object" || context === null || Symbol.iterator in context) {
    throw invalidArgument(`${name} must be an object of texts, for example { album: "42" }`);
  }
  const pairs = Object.entries(context);
  for (const [key, value] of pairs) {
    if (typeof value !== "string") {
      throw invalidArgument(`${name}: the value of "${key}" must be a text, not ${kindOf(value)}`);
    }
    // Half of a pair would be written as another character, and two contexts could then be one.
    if (/\p{Surrogate}/u.test(`${key} ${value}`)) {
      throw new EdgekmsError("InvalidContext", `${name}: "${key}" or its value has half of a surrogate pair, which is no character`);
    }
  }
  return pairs;
}

/** The object of some pairs. It has no prototype: `__proto__` is a name like any other. */
export function fromPairs(pairs: Pairs): Record<string, string> {
  const context = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) context[name] = value;
  return context;
}

/** The first pair of `given` that `held` has with another value: to be named, without either value. */
export function differing(given: Pairs, held: Pairs): string | undefined {
  const values = new Map(held);
  return given.find(([name, value]) => values.has(name) && values.get(name) !== value)?.[0];
}
