// SPDX-License-Identifier: Apache-2.0

/**
 * Signature Version 4 of Amazon's public documentation, with nothing of edgekms and nothing of an
 * SDK: every part of a request can be spoilt, before it is signed or after. `send` of
 * signed-request.mjs sends what comes out.
 */

import { createHash, createHmac, randomUUID } from "node:crypto";

const ALGORITHM = "AWS4-HMAC-SHA256";
const JSON_1_1 = "application/x-amz-json-1.1";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** `YYYYMMDDThhmmssZ`, so many milliseconds from now. */
export function amzDate(offsetMs = 0) {
  return new Date(Date.now() + offsetMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** RFC 3986; `encodeURIComponent` leaves a few characters that it wants encoded. */
function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(pairs) {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&");
}

/**
 * @typedef {object} Spoilt what differs from a request as an SDK sends it
 * @property {number} [clockOffsetMs]
 * @property {string} [date] the text of X-Amz-Date
 * @property {string} [scopeDate] the scope's day, else that of `date`
 * @property {string} [region]
 * @property {string} [service]
 * @property {string} [terminator]
 * @property {string} [method]
 * @property {string} [path]
 * @property {[string, string][]} [query] signed
 * @property {string} [target] the whole X-Amz-Target
 * @property {Record<string, string | undefined>} [headers] more headers, or others, or without: signed
 * @property {string[]} [unsigned] names of headers that are sent and not signed
 * @property {string} [payloadHash] sent as X-Amz-Content-Sha256, and signed, whatever the body is
 * @property {string | Uint8Array} [body] instead of the input as JSON
 */

/** The key for a scope, and the signature of a canonical request under it. */
function signatureOf({ accessKeySecret }, scope, date, canonicalRequest) {
  const key = scope.reduce((previous, part) => hmac(previous, part), `AWS4${accessKeySecret}`);
  const stringToSign = [ALGORITHM, date, scope.join("/"), sha256(canonicalRequest)].join("\n");
  return hmac(key, stringToSign).toString("hex");
}

function canonical({ method, path, query, headers, names, payloadHash }) {
  const lines = names.map((name) => `${name}:${headers[name].trim().replace(/ +/g, " ")}`);
  return [method, path, canonicalQuery(query), ...lines, "", names.join(";"), payloadHash].join("\n");
}

/** What a signature is made over, with everything spoilt that was asked for. */
function parts({ host, region }, action, input, options) {
  const { method = "POST", path = "/", query = [], date = amzDate(options.clockOffsetMs) } = options;
  const scope = [options.scopeDate ?? date.slice(0, 8), options.region ?? region, options.service ?? "kms"];
  scope.push(options.terminator ?? "aws4_request");
  const body = Buffer.from(options.body ?? JSON.stringify(input));
  const headers = {
    host,
    "content-type": JSON_1_1,
    "x-amz-target": options.target ?? `TrentService.${action}`,
    // As the SDK for JavaScript does; without it two equal calls in one second are one request.
    "amz-sdk-invocation-id": randomUUID(),
    ...options.headers,
  };
  for (const name of Object.keys(headers)) if (headers[name] === undefined) delete headers[name];
  return { method, path, query, date, scope: scope.filter((part) => part !== ""), body, headers };
}

/**
 * A request with its signature in the Authorization header.
 *
 * @param {{ host: string, region: string, credentials: { accessKeyId: string, accessKeySecret: string, securityToken?: string } }} worker
 * @param {string} action
 * @param {object} [input]
 * @param {Spoilt} [options]
 */
export function awsRequest(worker, action, input = {}, options = {}) {
  const { credentials } = worker;
  const { method, path, query, date, scope, body, headers } = parts(worker, action, input, options);
  headers["x-amz-date"] ??= date;
  if (credentials.securityToken) headers["x-amz-security-token"] = credentials.securityToken;
  if (options.payloadHash) headers["x-amz-content-sha256"] = options.payloadHash;
  const names = Object.keys(headers).filter((name) => !options.unsigned?.includes(name)).sort();
  const payloadHash = options.payloadHash ?? sha256(body);
  const canonicalRequest = canonical({ method, path, query, headers, names, payloadHash });
  const signature = signatureOf(credentials, scope, date, canonicalRequest);
  headers.authorization = `${ALGORITHM} Credential=${[credentials.accessKeyId, ...scope].join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  headers["content-length"] = String(body.length);
  return { method, path: query.length > 0 ? `${path}?${canonicalQuery(query)}` : path, headers, body };
}

/**
 * A presigned URL: the signature and all that belongs to it in the query.
 *
 * @param {Parameters<typeof awsRequest>[0]} worker
 * @param {string} action
 * @param {object} [input]
 * @param {Spoilt} [options]
 */
export function presignedAwsRequest(worker, action, input = {}, options = {}) {
  const { credentials } = worker;
  const { method, path, date, scope, body, headers, ...rest } = parts(worker, action, input, options);
  const names = Object.keys(headers).sort();
  const query = [
    ...rest.query,
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", [credentials.accessKeyId, ...scope].join("/")],
    ["X-Amz-Date", date],
    ["X-Amz-Expires", "300"],
    ["X-Amz-SignedHeaders", names.join(";")],
  ];
  const canonicalRequest = canonical({ method, path, query, headers, names, payloadHash: sha256(body) });
  const signature = signatureOf(credentials, scope, date, canonicalRequest);
  const address = `${path}?${canonicalQuery(query)}&X-Amz-Signature=${signature}`;
  return { method, path: address, headers: { ...headers, "content-length": String(body.length) }, body };
}
