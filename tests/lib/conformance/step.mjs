// SPDX-License-Identifier: Apache-2.0

/**
 * The words of a conformance scenario: a list of steps, each one call, that every client of a dialect goes
 * through. A parameter or an expected value that is known only from an earlier answer is `from("name.Field")`.
 */

import assert from "node:assert/strict";

/**
 * @typedef {object} Step
 * @property {string} action in the dialect's own names, as are parameters and answers
 * @property {string} is what is special about it, for the reader of the table
 * @property {Record<string, any>} [params] values, `from(...)`, or functions of the answers so far
 * @property {string} [as] the name under which later steps find the answer
 * @property {Record<string, any>} [answer] fields of the answer, by path, and what they must be: a value,
 *   `from(...)`, a pattern, or a function of the value and the answers so far
 * @property {string} [refused] the code with which it must be refused instead
 * @property {boolean} [silent] whether the answer must have no field but the request's id
 * @property {Step[]} [then] what must be seen afterwards; these are no cells of the table
 * @property {boolean} [soon] whether it is asked until it is so: isolates hear of a change within a bound
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

class From {
  constructor(path) {
    this.path = path;
  }
}

/** What an earlier step was answered, at a path such as `key.KeyMetadata.KeyId` or `list.Keys.Key.0`. */
export const from = (path) => new From(path);

/** The value at a path; undefined if there is none. */
export const at = (value, path) => path.split(".").reduce((inner, name) => inner?.[name], value);

/** A value with all its references looked up. */
function resolved(value, got) {
  if (value instanceof From) {
    const found = at(got, value.path);
    assert.notEqual(found, undefined, `no earlier step was answered ${value.path}`);
    return found;
  }
  if (typeof value === "function") return value(got);
  if (Array.isArray(value)) return value.map((each) => resolved(each, got));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, got)]));
}

/** @param {Step} step */
export const parameters = (step, got) => resolved(step.params ?? {}, got);

function checkField(path, value, expected, got) {
  if (expected instanceof RegExp) assert.match(String(value), expected, path);
  else if (typeof expected === "function") assert.ok(expected(value, got), `${path} is ${JSON.stringify(value)}`);
  else assert.deepEqual(value, resolved(expected, got), path);
}

/**
 * Holds an outcome to what the step says of it.
 *
 * @param {Step} step
 * @param {{ answer?: any, refused?: string, message?: string, requestId?: string }} outcome
 */
export function check(step, outcome, got) {
  assert.match(outcome.requestId ?? "", UUID, "the id of the request");
  if (step.refused) {
    assert.equal(outcome.refused, step.refused, outcome.message ?? JSON.stringify(outcome.answer));
    assert.ok(outcome.message, "a refusal has a message");
    return;
  }
  assert.equal(outcome.refused, undefined, outcome.message);
  if (step.silent) assert.deepEqual(outcome.answer, {});
  for (const [path, expected] of Object.entries(step.answer ?? {})) {
    checkField(path, at(outcome.answer, path), expected, got);
  }
}

/** A step that asks for nothing could not fail. */
export function checkStep(step) {
  const asks = step.refused || step.silent || Object.keys(step.answer ?? {}).length > 0 || step.then?.length > 0;
  assert.ok(asks, `${step.action}, ${step.is}: the step checks nothing`);
  step.then?.forEach(checkStep);
}
