// SPDX-License-Identifier: Apache-2.0

/** Requests of the AWS dialect to the worker of refusals.mjs that must be refused, and how that looks. */

import assert from "node:assert/strict";
import { fixture } from "./refusals.mjs";
import { awsRequest } from "./signed-aws.mjs";
import { send } from "./signed-request.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A signature that is not that of the request as it came. */
export const MISMATCH = "InvalidSignatureException";
/** A signature of which a part is missing, or is not what it should be: which of the two is a free choice. */
export const INCOMPLETE = ["IncompleteSignatureException", MISMATCH];
/** A body that cannot be read, or that says what it must not: where one ends and the other begins is a free choice. */
export const UNREADABLE = ["SerializationException", "ValidationException"];
export const INVALID = "ValidationException";

/** A change that would be seen, if it were made. */
export const CHANGE = /** @type {const} */ (["CreateKey", { Description: "must not be" }]);

/**
 * The answer has the dialect's error shape, with one of these codes.
 *
 * @param {Awaited<ReturnType<typeof send>>} answer
 * @param {string | string[]} codes
 * @param {string} [what]
 * @returns {string} the message
 */
export function assertAwsRefused({ status, headers, json, text }, codes, what = "") {
  const seen = `${what}: ${status} ${text.slice(0, 500)}`;
  assert.ok([codes].flat().includes(json?.__type), seen);
  assert.equal(status, 400, seen);
  assert.equal(headers["x-amzn-errortype"], json.__type, what);
  assert.match(headers["x-amzn-requestid"] ?? "", UUID, what);
  assert.equal(headers["content-type"], "application/x-amz-json-1.1", what);
  assert.equal(typeof json.message, "string", seen);
  assert.ok(json.message.length > 0, seen);
  assert.deepEqual(Object.keys(json).sort(), ["__type", "message"], seen);
  assert.ok(!text.includes(fixture.worker.credentials.accessKeySecret), "the secret is in the answer");
  return json.message;
}

/** Sends a request as an SDK would, but for `options`, and reads the answer. */
export function call(action, input = {}, options = {}, credentials = fixture.worker.credentials) {
  const { host, region, address } = fixture.worker;
  return send(address, awsRequest({ host, region, credentials }, action, input, options));
}

/**
 * @param {string | string[]} codes
 * @param {Parameters<typeof call>} request
 */
export async function refused(codes, ...request) {
  return assertAwsRefused(await call(...request), codes, `${request[0]} ${JSON.stringify(request[2] ?? {})}`.slice(0, 300));
}

/** Refused in the shape of whichever dialect took the request for its own. */
export function assertRefusedByEither(answer, what) {
  if (answer.json?.__type !== undefined) return assertAwsRefused(answer, answer.json.__type, what);
  const { status, json, text } = answer;
  assert.ok(status >= 400 && status < 500, `${what}: ${status} ${text.slice(0, 500)}`);
  assert.ok(json?.Code?.length > 0 && json.Message.length > 0, `${what}: ${text.slice(0, 500)}`);
  assert.match(json.RequestId, UUID, what);
  return json.Message;
}
