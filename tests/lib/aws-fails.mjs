// SPDX-License-Identifier: Apache-2.0

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
