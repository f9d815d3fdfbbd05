// SPDX-License-Identifier: Apache-2.0
/** Requests of AWS's dialect, signed by Signature Version 4. */
import { createHash, createHmac, randomUUID } from "node:crypto";

import { httpRequest } from "./http-request.mjs";

const ALGORITHM = "AWS4-HMAC-SHA256";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/**
 * @param {object} target `{ host, region, credentials: { accessKeyId, accessKeySecret } }`
 * @param {string} action
 * @param {string} body
 * @returns {() => Buffer} the next request. Each has an invocation id, as the SDKs for JavaScript and Java
 *   send one: this protocol has no nonce, and an equal request is refused after some seconds.
 */
export function sigv4Requests({ host, region, credentials }, action, body) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const links = [date.slice(0, 8), region, "kms", "aws4_request"];
  const scope = links.join("/");
  const key = links.reduce(hmac, `AWS4${credentials.accessKeySecret}`);
  const bodyHash = sha256(body);
  return () => {
    // In the order of their names, as the signature wants them.
    const headers = [
      ["amz-sdk-invocation-id", randomUUID()],
      ["content-type", "application/x-amz-json-1.1"],
      ["host", host],
      ["x-amz-date", date],
      ["x-amz-target", `TrentService.${action}`],
    ];
    const names = headers.map(([name]) => name).join(";");
    const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
    const canonical = `POST\n/\n\n${lines}\n${names}\n${bodyHash}`;
    const signature = hmac(key, `${ALGORITHM}\n${date}\n${scope}\n${sha256(canonical)}`).toString("hex");
    const credential = `Credential=${credentials.accessKeyId}/${scope}`;
    headers.push(["authorization", `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}`]);
    return httpRequest("/", headers, body);
  };
}
