// SPDX-License-Identifier: Apache-2.0

/**
 * Every client that the tests call the worker with: the official Alibaba SDKs, unmodified and set
 * up as their own documentation says, Amazon's, and edgekms's own.
 */

import { createRequire } from "node:module";
import { KMSClient } from "@aws-sdk/client-kms";
import { KmsClient } from "edgekms";

// The SDKs are CommonJS, and their typings of the default export differ; `require` reads them all alike.
const require = createRequire(import.meta.url);
const Kms = require("@alicloud/kms20160120");
const Rpc = require("@alicloud/rpc-client");
const OpenApi = require("@alicloud/openapi-client");
const TeaUtil = require("@alicloud/tea-util");
const OpenApiUtil = require("@alicloud/openapi-util").default;
const { RPCClient } = require("@alicloud/pop-core");

const VERSION = "2016-01-20";

/** The SDK's typed requests: `EncryptRequest` and so on. */
export { Kms };

/** @typedef {Awaited<ReturnType<typeof import("./worker.mjs").startWorker>>} Worker */

/**
 * The typed client: RPC v1 signatures, POST with everything in the query, dotted EncryptionContext.
 *
 * @param {Pick<Worker, "host" | "region" | "credentials">} worker
 */
export function typedClient({ host, region, credentials }) {
  return new Kms.default(new Rpc.Config({ ...credentials, regionId: region, endpoint: host, protocol: "HTTP" }));
}

/**
 * The generic client: `call(action, query, body)` with ACS3 signatures, or RPC v1 ones when
 * `signatureAlgorithm` is `"v2"`, which is this SDK's name for them.
 *
 * @param {Pick<Worker, "host" | "credentials">} worker
 * @param {{ signatureAlgorithm?: string }} [options]
 */
export function genericClient({ host, credentials }, { signatureAlgorithm } = {}) {
  const client = new OpenApi.default(
    new OpenApi.Config({ ...credentials, endpoint: host, protocol: "HTTP", signatureAlgorithm }),
  );
  return {
    async call(action, query = {}, body = undefined) {
      const params = new OpenApi.Params({
        action,
        version: VERSION,
        protocol: "HTTP",
        pathname: "/",
        method: "POST",
        authType: "AK",
        style: "RPC",
        reqBodyType: "formData",
        bodyType: "json",
      });
      const request = new OpenApi.OpenApiRequest({ query: OpenApiUtil.query(query), body });
      const answer = await client.callApi(params, request, new TeaUtil.RuntimeOptions({}));
      return answer.body;
    },
  };
}

/**
 * The classic core client: RPC v1 by GET, or by POST with everything, the signature too, in a form body.
 *
 * @param {Pick<Worker, "address" | "credentials">} worker
 * @param {"GET" | "POST"} method
 */
export function coreClient({ address, credentials }, method) {
  const client = new RPCClient({ ...credentials, endpoint: address, apiVersion: VERSION });
  return { call: (action, params = {}) => client.request(action, params, { method }) };
}

/**
 * @param {Pick<Worker, "address" | "region" | "credentials">} worker
 * @param {object} [options] more of the client's options
 */
export function edgekmsClient({ address, region, credentials }, options = {}) {
  return new KmsClient({ endpoint: address, region, credentials, ...options });
}

/**
 * Amazon's own client, set up as its documentation says for an endpoint that is not Amazon's.
 *
 * @param {Pick<Worker, "address" | "region" | "credentials">} worker
 * @param {object} [options] more of the client's options
 */
export function awsSdkClient({ address, region, credentials }, options = {}) {
  const { accessKeyId, accessKeySecret: secretAccessKey } = credentials;
  return new KMSClient({ endpoint: address, region, credentials: { accessKeyId, secretAccessKey }, ...options });
}
