// SPDX-License-Identifier: Apache-2.0

/**
 * The clients that go through the conformance scenarios, each unmodified and each with one face: `has` an action
 * with these parameters, and `call` it. What a client sends and how it reads the answer stays its own.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as aws from "@aws-sdk/client-kms";
import { Kms, accountClient, awsSdkClient, genericAccountClient, genericTrailClient } from "../clients.mjs";
import { officialSdks } from "../official-sdks.mjs";
import { startPython } from "../python.mjs";

/**
 * @typedef {object} Outcome
 * @property {any} [answer] without the id of the request; bytes in base64, times as text
 * @property {string} [refused] the code of an error
 * @property {string} [message]
 * @property {string} requestId
 *
 * @typedef {object} Client
 * @property {(action: string, names: string[]) => Promise<boolean>} has whether it has the action, and these parameters of it
 * @property {(action: string, params: Record<string, any>) => Promise<Outcome>} call
 * @property {() => Promise<string[]>} [actions] all that it has; a generic client has any
 * @property {() => void} [stop]
 */

const require = createRequire(import.meta.url);

/** The version of an npm package, from the folder that has it. */
function npmVersion(name) {
  let folder = require.resolve(name);
  for (;;) {
    folder = folder.slice(0, folder.lastIndexOf("/"));
    try {
      const found = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      if (found.name === name) return `${name} ${found.version}`;
    } catch {
      // Not in this folder; a package's own is further up.
    }
  }
}

/** The version of a Python package, which the tests pin. */
function pythonVersion(name) {
  const pinned = readFileSync(new URL("../../foreign/python/requirements.txt", import.meta.url), "utf8");
  return new RegExp(`^${name}==.+$`, "m").exec(pinned)[0].replace("==", " ");
}

/** Alibaba's client number `index` of official-sdks.mjs. */
const alibabaNode = (name, actions) => (worker) => {
  const sdk = officialSdks(worker).find((each) => each.name === name);
  return {
    async has(action, names) {
      if (!actions) return true;
      const known = Object.values(Kms[`${action}Request`]?.names() ?? {});
      return actions().includes(action) && names.every((each) => known.includes(each));
    },
    async call(action, { EncryptionContext, ...params }) {
      const asked = EncryptionContext ? { ...params, EncryptionContext: sdk.context(EncryptionContext) } : params;
      for (const name of ["SourceEncryptionContext", "DestinationEncryptionContext"]) {
        if (asked[name]) asked[name] = sdk.context(asked[name]);
      }
      try {
        const { RequestId, ...answer } = await sdk.call(action, asked);
        return { answer, requestId: RequestId };
      } catch (error) {
        if (!error.data) throw error;
        const { code, message, requestId } = sdk.failure(error);
        return { refused: code, message, requestId };
      }
    },
    actions: actions && (async () => actions()),
  };
};

const typedActions = () =>
  Object.getOwnPropertyNames(Kms.default.prototype)
    .map((method) => method[0].toUpperCase() + method.slice(1))
    .filter((action) => `${action}Response` in Kms);

/** What a client of Alibaba's that throws errors with `data` is answered. */
async function outcomeOf(answered) {
  try {
    const { RequestId, ...answer } = await answered;
    return { answer, requestId: RequestId };
  } catch (error) {
    if (!error.data) throw error;
    return { refused: error.code, message: error.data.Message, requestId: error.data.RequestId };
  }
}

const accountsNode = (worker) => {
  const client = accountClient(worker);
  return {
    async has(action, names) {
      const known = client.parameters(action);
      return known !== undefined && names.every((each) => known.includes(each));
    },
    call: (action, params) => outcomeOf(client.call(action, params)),
    actions: async () => client.actions(),
  };
};

const generic = (open) => (worker) => {
  const client = open(worker);
  return { has: async () => true, call: (action, params) => outcomeOf(client.call(action, params)) };
};

const BLOBS = [
  "CiphertextBlob",
  "EncryptedKeyMaterial",
  "ImportToken",
  "Mac",
  "Message",
  "Plaintext",
  "PrivateKeyCiphertextBlob",
  "PrivateKeyPlaintext",
  "PublicKey",
  "Signature",
];

/** Bytes as base64 and times as text, so that answers of every client compare. */
function plain(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

const bytesIn = (params) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, BLOBS.includes(name) ? Buffer.from(value, "base64") : value]),
  );

function awsNode(worker) {
  const client = awsSdkClient(worker);
  return {
    has: async (action) => `${action}Command` in aws,
    async call(action, params) {
      try {
        const { $metadata, ...answer } = await client.send(new aws[`${action}Command`](bytesIn(params)));
        return { answer: plain(answer), requestId: $metadata.requestId };
      } catch (error) {
        if (!(error instanceof aws.KMSServiceException)) throw error;
        return { refused: error.name, message: error.message, requestId: error.$metadata.requestId };
      }
    },
    actions: async () =>
      Object.keys(aws)
        .filter((name) => name.endsWith("Command") && name !== "$Command")
        .map((name) => name.slice(0, -"Command".length)),
    stop: () => client.destroy(),
  };
}

/** A client of python/conformance.py. */
const python = (client) => (worker) => {
  const { ask, stop } = startPython(worker, "conformance.py");
  const { address, host, region, credentials } = worker;
  const opened = ask({ client, address, host, region, ...credentials });
  const answered = async (question) => {
    await opened;
    const { failed, ...outcome } = await ask(question);
    if (failed) throw new Error(failed);
    return outcome;
  };
  return {
    has: async (action, names) => (await answered({ has: action, names })).has,
    call: (action, params) => answered({ call: action, params }),
    actions: async () => (await answered({ actions: true })).actions,
    stop,
  };
};

/**
 * The columns of the table, by dialect. `open` makes the client for a worker.
 *
 * @type {Record<"alibaba" | "accounts" | "trail" | "aws", { column: string, is: string, open: (worker: any) => Client }[]>}
 */
export const CLIENTS = {
  alibaba: [
    {
      column: "openapi-client",
      is: `npm \`${npmVersion("@alicloud/openapi-client")}\`: ACS3 signatures, parameters in the query`,
      open: alibabaNode("openapi-client (ACS3, POST query)"),
    },
    {
      column: "openapi-client, form",
      is: "the same, parameters in a form body",
      open: alibabaNode("openapi-client (ACS3, form body)"),
    },
    {
      column: "openapi-client, v2",
      is: "the same with `signatureAlgorithm: \"v2\"`: RPC v1 signatures",
      open: alibabaNode("openapi-client (RPC v1, POST query)"),
    },
    {
      column: "pop-core GET",
      is: `npm \`${npmVersion("@alicloud/pop-core")}\`: RPC v1 signatures, GET`,
      open: alibabaNode("pop-core (RPC v1, GET)"),
    },
    {
      column: "pop-core POST",
      is: "the same, POST with everything in a form body",
      open: alibabaNode("pop-core (RPC v1, POST form body)"),
    },
    {
      column: "kms20160120",
      is: `npm \`${npmVersion("@alicloud/kms20160120")}\`: typed methods, RPC v1 signatures`,
      open: alibabaNode("kms20160120 typed (RPC v1, POST query)", typedActions),
    },
    {
      column: "Python kms20160120",
      is: `PyPI \`${pythonVersion("alibabacloud-kms20160120")}\`: typed methods, ACS3 signatures`,
      open: python("alibabacloud"),
    },
    {
      column: "Python sdk-kms",
      is: `PyPI \`${pythonVersion("aliyun-python-sdk-kms")}\`: typed requests, RPC v1 signatures`,
      open: python("aliyunsdk"),
    },
  ],
  accounts: [
    {
      column: "openapi-client",
      is: `npm \`${npmVersion("@alicloud/openapi-client")}\`: any action, ACS3 signatures`,
      open: generic(genericAccountClient),
    },
    {
      column: "ram20150501",
      is: `npm ${["ram20150501", "sts20150401", "ims20190815"].map((name) => `\`${npmVersion(`@alicloud/${name}`)}\``).join(", ")}: typed methods`,
      open: accountsNode,
    },
    {
      column: "Python ram20150501",
      is: `PyPI ${["ram20150501", "sts20150401", "ims20190815"].map((name) => `\`${pythonVersion(`alibabacloud-${name}`)}\``).join(", ")}`,
      open: python("accounts"),
    },
  ],
  trail: [
    {
      column: "openapi-client",
      is: `npm \`${npmVersion("@alicloud/openapi-client")}\`: any action, ACS3 signatures`,
      open: generic(genericTrailClient),
    },
    {
      column: "Python actiontrail20200706",
      is: `PyPI \`${pythonVersion("alibabacloud-actiontrail20200706")}\`: typed methods, ACS3 signatures`,
      open: python("trail"),
    },
  ],
  aws: [
    { column: "client-kms", is: `npm \`${npmVersion("@aws-sdk/client-kms")}\``, open: awsNode },
    { column: "boto3", is: `PyPI \`${pythonVersion("boto3")}\``, open: python("boto3") },
  ],
};
