// SPDX-License-Identifier: Apache-2.0

/** What the tests of Amazon's client share: how its answers look, its pages, its errors. */

import assert from "node:assert/strict";
import { KMSServiceException } from "@aws-sdk/client-kms";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The call of Amazon's client fails, and the client shows one of these codes, a message and a request id.
 *
 * @param {import("@aws-sdk/client-kms").KMSClient} client
 * @param {string | string[]} codes
 * @param {import("@aws-sdk/client-kms").DescribeKeyCommand | any} command
 * @returns {Promise<KMSServiceException>}
 */
export async function awsFails(client, codes, command) {
  const error = await client.send(command).then(
    (answer) => assert.fail(`${command.constructor.name} succeeded: ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  assert.ok(error instanceof KMSServiceException, `${command.constructor.name}: ${error.stack}`);
  assert.ok([codes].flat().includes(error.name), `${command.constructor.name}: ${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.match(error.$metadata.requestId ?? "", UUID);
  assert.ok(error.message.length > 0 && error.message !== "UnknownError", error.message);
  return error;
}

/**
 * Actions that say nothing answer with nothing but what this client adds to every answer.
 *
 * @param {import("@aws-sdk/client-kms").KMSClient} client
 */
export async function awsSilent(client, command) {
  const answer = await client.send(command);
  assert.deepEqual(Object.keys(answer), ["$metadata"], command.constructor.name);
  assert.equal(answer.$metadata.httpStatusCode, 200);
  assert.match(answer.$metadata.requestId, UUID);
  assert.equal(answer.$metadata.attempts, 1, "no attempt failed on the way");
}

/**
 * Everything that a paginator brings of one field, and in how many pages.
 *
 * @param {AsyncIterable<any>} pages
 * @param {string} field
 */
export async function collected(pages, field) {
  const found = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    found.push(...page[field]);
    assert.equal(page.Truncated, page.NextMarker !== undefined);
  }
  return { found, count };
}
