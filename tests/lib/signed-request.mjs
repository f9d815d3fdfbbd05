// SPDX-License-Identifier: Apache-2.0

/**
 * Requests signed here, with nothing of edgekms and nothing of an SDK, so that a test can send
 * what no well-behaved client would: a wrong clock, a parameter given twice, bytes that are not
 * UTF-8. The two schemes are those of Alibaba's public documentation (RPC v1 and ACS3).
 */

import { createHash, createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

const VERSION = "2016-01-20";

/** RFC 3986 percent-encoding of the UTF-8 bytes, or of raw bytes, which need not be UTF-8. */
function percentEncode(value) {
  let out = "";
  for (const byte of typeof value === "string" ? Buffer.from(value, "utf8") : value) {
    const character = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** `YYYY-MM-DDThh:mm:ssZ`, so many milliseconds from now. */
export function wireTime(offsetMs = 0) {
  return new Date(Date.now() + offsetMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function encodePairs(pairs) {
  return pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
}

/** Sorted by the bytes of the decoded name. */
function canonicalQuery(pairs) {
  return encodePairs([...pairs].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).join("&");
}

/**
 * An RPC v1 request (HMAC-SHA1).
 *
 * @param {{ accessKeyId: string, accessKeySecret: string }} credentials
 * @param {string} action
 * @param {[string, string | Uint8Array][]} params
 * @param {{ method?: "GET" | "POST", clockOffsetMs?: number, nonce?: string, form?: boolean }} [options]
 *   `form` puts every parameter into a form body
 */
export function rpcRequest(credentials, action, params, options = {}) {
  const { method = "POST", clockOffsetMs = 0, nonce = randomUUID(), form = false } = options;
  const pairs = [
    ...params,
    ["Action", action],
    ["Version", VERSION],
    ["Format", "JSON"],
    ["Timestamp", wireTime(clockOffsetMs)],
    ["SignatureMethod", "HMAC-SHA1"],
    ["SignatureVersion", "1.0"],
    ["SignatureNonce", nonce],
    ["AccessKeyId", credentials.accessKeyId],
  ];
  const stringToSign = `${method}&%2F&${percentEncode(canonicalQuery(pairs))}`;
  const signature = createHmac("sha1", `${credentials.accessKeySecret}&`).update(stringToSign).digest("base64");
  const encoded = encodePairs([...pairs, ["Signature", signature]]).join("&");
  return form ? { method, path: "/", ...formBody(encoded) } : { method, path: `/?${encoded}`, headers: {} };
}

/**
 * An ACS3-HMAC-SHA256 request.
 *
 * @param {{ accessKeyId: string, accessKeySecret: string }} credentials
 * @param {string} host the Host header, port and all
 * @param {string} action
 * @param {[string, string | Uint8Array][]} params
 * @param {{ clockOffsetMs?: number, nonce?: string, form?: boolean, query?: [string, string][],
 *   version?: string, headers?: Record<string, string> }} [options] `query` goes into the URL beside a form; `version`
 *   says of which product the action is; `headers` are signed besides
 */
export function acs3Request(credentials, host, action, params, options = {}) {
  const { clockOffsetMs = 0, nonce = randomUUID(), form = false, query = form ? [] : params } = options;
  const { version = VERSION, headers: more = {} } = options;
  const encoded = encodePairs(params).join("&");
  const { headers: bodyHeaders = {}, body } = form ? formBody(encoded) : {};
  const headers = {
    host,
    "x-acs-action": action,
    "x-acs-version": version,
    "x-acs-date": wireTime(clockOffsetMs),
    "x-acs-signature-nonce": nonce,
    "x-acs-content-sha256": createHash("sha256").update(body ?? "").digest("hex"),
    ...bodyHeaders,
    ...more,
  };
  const names = Object.keys(headers).filter((name) => name !== "content-length").sort();
  const canonicalRequest = [
    "POST",
    "/",
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    headers["x-acs-content-sha256"],
  ].join("\n");
  const stringToSign = `ACS3-HMAC-SHA256\n${createHash("sha256").update(canonicalRequest).digest("hex")}`;
  const signature = createHmac("sha256", credentials.accessKeySecret).update(stringToSign).digest("hex");
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${credentials.accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  const path = query.length === 0 ? "/" : `/?${encodePairs(query).join("&")}`;
  return { method: "POST", path, headers, body };
}

function formBody(encoded) {
  const body = Buffer.from(encoded, "latin1");
  return { headers: { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) }, body };
}

/** The bytes of a request as they go over the wire. */
export function wireBytes({ method, path, headers, body = Buffer.alloc(0) }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"), "latin1"), body]);
}

/**
 * Connections are kept open and reused, as an SDK's are. Close it when the server goes.
 *
 * @param {number} [maxSockets]
 */
export function connectionPool(maxSockets = Infinity) {
  return new Agent({ keepAlive: true, maxSockets });
}

/**
 * Sends it byte for byte and reads the whole answer, or hangs up when `signal` says so.
 *
 * @param {string} address
 * @param {{ method: string, path: string, headers: Record<string, string>, body?: Buffer }} signed
 * @param {{ agent?: Agent, signal?: AbortSignal }} [options]
 * @returns {Promise<{ status: number, headers: import("node:http").IncomingHttpHeaders, json: any, text: string }>}
 */
export function send(address, { method, path, headers, body }, { agent, signal } = {}) {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, json: jsonOrUndefined(text), text });
      });
    });
    outgoing.on("error", reject);
    // By a reset: workerd sees a connection that only ends no sooner than it writes the answer.
    signal?.addEventListener("abort", () => {
      outgoing.socket?.resetAndDestroy();
      outgoing.destroy();
    });
    outgoing.end(body);
  });
}

function jsonOrUndefined(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
