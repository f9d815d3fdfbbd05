// SPDX-License-Identifier: Apache-2.0

/**
 * The official Alibaba SDKs behind one face, `call(action, parameters)` in the names of the wire,
 * so that one scenario runs through all of them. What each one sends stays its own.
 */

import assert from "node:assert/strict";
import { Kms, coreClient, genericClient, typedClient } from "./clients.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * @typedef {object} Sdk
 * @property {string} name
 * @property {(action: string, params?: Record<string, any>) => Promise<any>} call
 * @property {(context: Record<string, string>) => any} context the shape in which this SDK takes an EncryptionContext
 * @property {boolean} anyNames whether it signs a parameter's name as it sends it; one that does not
 *   encode names for the signature can send only plain ones
 * @property {(error: any) => { code: string, message: string, requestId: string }} failure reads an
 *   error the way this SDK's own documentation tells its users to
 */

const decapitalised = (name) => name[0].toLowerCase() + name.slice(1);

/** @returns {Sdk} */
function typed(worker) {
  const client = typedClient(worker);
  return {
    name: "kms20160120 typed (RPC v1, POST query)",
    async call(action, params = {}) {
      const request = new Kms[`${action}Request`](
        Object.fromEntries(Object.entries(params).map(([name, value]) => [decapitalised(name), value])),
      );
      const response = await client[decapitalised(action)](request);
      // Through the SDK's own model: a field that it does not know, or cannot read, is not there.
      return response.toMap();
    },
    context: (context) => context,
    anyNames: true,
    failure(error) {
      assert.match(error.code, /Error$/);
      return {
        code: error.code.replace(/Error$/, ""),
        message: error.data.Message,
        requestId: error.data.RequestId,
      };
    },
  };
}

/** @returns {Sdk} */
function generic(worker, name, options, { inBody = false, context = JSON.stringify, anyNames = true } = {}) {
  const client = genericClient(worker, options);
  return {
    name,
    call: (action, params = {}) => (inBody ? client.call(action, {}, params) : client.call(action, params)),
    context,
    anyNames,
    failure(error) {
      assert.equal(error.message, `${error.code}: code: ${error.statusCode}, ${error.data.Message} request id: ${error.data.RequestId}`);
      return { code: error.code, message: error.data.Message, requestId: error.data.RequestId };
    },
  };
}

/** @returns {Sdk} */
function core(worker, method, name) {
  const client = coreClient(worker, method);
  return {
    name,
    // Its answers have no prototype; a copy compares like any other object.
    call: async (action, params) => JSON.parse(JSON.stringify(await client.call(action, params))),
    context: JSON.stringify,
    anyNames: true,
    failure(error) {
      assert.equal(error.name, `${error.code}Error`);
      return { code: error.code, message: error.data.Message, requestId: error.data.RequestId };
    },
  };
}

/**
 * The call fails, and the SDK shows this code, a message and a request id.
 *
 * @param {Sdk} sdk
 * @param {string} code
 * @param {string} action
 * @param {Record<string, any>} [params]
 */
export async function sdkFails(sdk, code, action, params) {
  const error = await sdk.call(action, params).then(
    (answer) => assert.fail(`${action} succeeded: ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  assert.ok(error.data, `${action} did not reach the worker: ${error.stack}`);
  const failure = sdk.failure(error);
  assert.equal(failure.code, code, failure.message);
  assert.ok(failure.message.length > 0);
  assert.match(failure.requestId, UUID);
}

/**
 * Every placement of parameters and signature that the official Node SDKs can produce.
 *
 * @param {Awaited<ReturnType<typeof import("./worker.mjs").startWorker>>} worker
 * @returns {Sdk[]}
 */
export function officialSdks(worker) {
  return [
    typed(worker),
    generic(worker, "openapi-client (ACS3, POST query)", {}),
    generic(worker, "openapi-client (ACS3, dotted context)", {}, { context: (context) => context, anyNames: false }),
    generic(worker, "openapi-client (ACS3, form body)", {}, { inBody: true }),
    generic(worker, "openapi-client (RPC v1, POST query)", { signatureAlgorithm: "v2" }),
    core(worker, "GET", "pop-core (RPC v1, GET)"),
    core(worker, "POST", "pop-core (RPC v1, POST form body)"),
  ];
}

/** The names under which the scenarios list them, before a worker exists. */
export const SDK_NAMES = officialSdks({
  address: "http://127.0.0.1:1",
  host: "127.0.0.1:1",
  region: "cn-hangzhou",
  credentials: { accessKeyId: "unused", accessKeySecret: "unused" },
}).map((sdk) => sdk.name);
