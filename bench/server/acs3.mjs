// SPDX-License-Identifier: Apache-2.0
/** Requests of Alibaba's dialect, signed by ACS3-HMAC-SHA256, parameters in a form. */
import { createHash, createHmac, randomUUID } from "node:crypto";

import { httpRequest } from "./http-request.mjs";

const ALGORITHM = "ACS3-HMAC-SHA256";
const VERSION = "2016-01-20";
export const FORM = "application/x-www-form-urlencoded";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/**
 * @param {object} target `{ host, credentials: { accessKeyId, accessKeySecret } }`
 * @param {string} action
 * @param {Record<string, string>} parameters
 * @returns {() => Buffer} the next request, with a nonce of its own.
 */
export function acs3Requests({ host, credentials }, action, parameters) {
  const body = new URLSearchParams(parameters).toString();
  const bodyHash = sha256(body);
  const date = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return () => {
    // In the order of their names, as the signature wants them.
    const headers = [
      ["content-type", FORM],
      ["host", host],
      ["x-acs-action", action],
      ["x-acs-content-sha256", bodyHash],
      ["x-acs-date", date],
      ["x-acs-signature-nonce", randomUUID()],
      ["x-acs-version", VERSION],
    ];
    const names = headers.map(([name]) => name).join(";");
    const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
    const canonical = `POST\n/\n\n${lines}\n${names}\n${bodyHash}`;
    const toSign = `${ALGORITHM}\n${sha256(canonical)}`;
    const signature = createHmac("sha256", credentials.accessKeySecret).update(toSign).digest("hex");
    const credential = `Credential=${credentials.accessKeyId},SignedHeaders=${names}`;
    headers.push(["authorization", `${ALGORITHM} ${credential},Signature=${signature}`]);
    return httpRequest("/", headers, body);
  };
}
