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
const Ims = require("@alicloud/ims20190815");
const Ram = require("@alicloud/ram20150501");
const Sts = require("@alicloud/sts20150401");
const Rpc = require("@alicloud/rpc-client");
const OpenApi = require("@alicloud/openapi-client");
const TeaUtil = require("@alicloud/tea-util");
const OpenApiUtil = require("@alicloud/openapi-util").default;
const { RPCClient } = require("@alicloud/pop-core");

const VERSION = "2016-01-20";

/** The product that has an action of accounts. */
const accountProduct = (action) => {
  if (action.startsWith("AssumeRole") || action === "GetCallerIdentity") return "sts";
  return action.includes("OIDC") ? "ims" : "ram";
};
const ACCOUNT_VERSIONS = { ram: "2015-05-01", sts: "2015-04-01", ims: "2019-08-15" };

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
 * @param {{ signatureAlgorithm?: string, versionOf?: (action: string) => string }} [options]
 */
export function genericClient({ host, credentials }, { signatureAlgorithm, versionOf = () => VERSION } = {}) {
  const client = new OpenApi.default(
    new OpenApi.Config({ ...credentials, endpoint: host, protocol: "HTTP", signatureAlgorithm }),
  );
  return {
    async call(action, query = {}, body = undefined) {
      const params = new OpenApi.Params({
        action,
        version: versionOf(action),
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
 * The typed clients of RAM, STS and IMS, by the action's name on the wire: ACS3 signatures, everything in the query.
 *
 * @param {Pick<Worker, "host" | "credentials">} worker
 */
export function accountClient({ host, credentials }) {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const config = { accessKeyId, accessKeySecret, securityToken, endpoint: host, protocol: "HTTP" };
  const of = (sdk) => ({ sdk, client: new sdk.default(config) });
  const clients = { ram: of(Ram), sts: of(Sts), ims: of(Ims) };
  const method = (action) => action[0].toLowerCase() + action.slice(1);
  return {
    /** The parameters of an action by their names on the wire; undefined if there is no such action. */
    parameters(action) {
      const { sdk, client } = clients[accountProduct(action)];
      if (!(method(action) in client)) return undefined;
      return Object.values(sdk[`${action}Request`]?.names() ?? {});
    },
    async call(action, params = {}) {
      const { sdk, client } = clients[accountProduct(action)];
      const Request = sdk[`${action}Request`];
      // What the SDK calls a parameter, by its name on the wire.
      const names = Object.fromEntries(Object.entries(Request?.names() ?? {}).map(([own, wire]) => [wire, own]));
      const given = Object.entries(params).map(([name, value]) => [names[name], value]);
      const request = Request && new Request(Object.fromEntries(given));
      const answer = await (request ? client[method(action)](request) : client[method(action)]());
      return answer.body.toMap();
    },
    actions: () =>
      Object.values(clients).flatMap(({ client, sdk }) =>
        Object.getOwnPropertyNames(Object.getPrototypeOf(client))
          .map((name) => name[0].toUpperCase() + name.slice(1))
          .filter((name) => `${name}Response` in sdk),
      ),
  };
}

/**
 * The generic client for RAM, STS and IMS.
 *
 * @param {Pick<Worker, "host" | "credentials">} worker
 */
export const genericAccountClient = (worker) => 
  genericClient(worker, { versionOf: (action) => ACCOUNT_VERSIONS[accountProduct(action)] });

/**
 * The generic client for ActionTrail.
 *
 * @param {Pick<Worker, "host" | "credentials">} worker
 */
export const genericTrailClient = (worker) => genericClient(worker, { versionOf: () => "2020-07-06" });

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
