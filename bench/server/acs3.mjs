// SPDX-License-Identifier: Apache-2.0
/**
 * Requests as bytes, signed ahead with ACS3-HMAC-SHA256, each with a nonce of its own: the load
 * must not wait for its own signing.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";

const ALGORITHM = "ACS3-HMAC-SHA256";
const VERSION = "2016-01-20";

/**
 * @param {object} target `{ host, credentials: { accessKeyId, accessKeySecret } }`
 * @param {{ action: string, parameters: Record<string, string> }} call
 * @param {number} count
 * @returns {Buffer[]} HTTP/1.1 requests, good for 15 minutes.
 */
export function signedRequests(target, call, count) {
  const body = new URLSearchParams(call.parameters).toString();
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const date = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return Array.from({ length: count }, () => request(target, call.action, body, bodyHash, date));
}

function request({ host, credentials }, action, body, bodyHash, date) {
  // In the order of their names, as the signature wants them.
  const headers = [
    ["content-type", "application/x-www-form-urlencoded"],
    ["host", host],
    ["x-acs-action", action],
    ["x-acs-content-sha256", bodyHash],
    ["x-acs-date", date],
    ["x-acs-signature-nonce", randomUUID()],
    ["x-acs-version", VERSION],
  ];
  const signedNames = headers.map(([name]) => name).join(";");
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = `POST\n/\n\n${lines}\n${signedNames}\n${bodyHash}`;
  const toSign = `${ALGORITHM}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const signature = createHmac("sha256", credentials.accessKeySecret).update(toSign).digest("hex");
  const credential = `Credential=${credentials.accessKeyId},SignedHeaders=${signedNames}`;
  headers.push(
    ["authorization", `${ALGORITHM} ${credential},Signature=${signature}`],
    ["content-length", String(Buffer.byteLength(body))],
  );
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`);
}
