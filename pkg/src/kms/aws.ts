// SPDX-License-Identifier: Apache-2.0
/** AWS KMS: a JSON 1.1 body, signed by Signature Version 4. Loaded by the first call of a client that speaks it. */

import type { Protocol } from "./dialect.js";
import type { Answer } from "./transport.js";

const requestId = ({ headers }: Answer) => headers.get("x-amzn-requestid");

export const aws: Protocol = {
  sign({ action, fields, region, host, now, nonce }, signer) {
    const body = JSON.stringify(Object.fromEntries(fields));
    const bodyHash = signer.hash(body);
    const date = now.replace(/[-:]/g, "");
    const links = [date.slice(0, 8), region as string, "kms", "aws4_request"];
    const { securityToken } = signer.credentials;
    const headers = {
      // As Amazon's clients: two calls of one second would otherwise be the same bytes, of which a
      // server takes the second for a replay.
      "amz-sdk-invocation-id": nonce,
      "content-type": "application/x-amz-json-1.1",
      host,
      "x-amz-content-sha256": bodyHash,
      "x-amz-date": date,
      "x-amz-target": `TrentService.${action}`,
      ...(securityToken && { "x-amz-security-token": securityToken }),
    };
    const scheme = {
      algorithm: "AWS4-HMAC-SHA256",
      prefix: "AWS4",
      links,
      scope: [date, links.join("/")],
      separator: ", ",
    };
    return { headers: signer.headers(scheme, headers, bodyHash), body };
  },
  failure(answer) {
    const { headers, body } = answer;
    const named = headers.get("x-amzn-errortype") ?? body.__type;
    // Some of its services put a name space in front, or an address behind.
    const code = typeof named === "string" ? named.split(":")[0]?.split("#").pop() : undefined;
    return { code, message: body.message ?? body.Message, requestId: requestId(answer) };
  },
  success: (answer) => ({ ...answer.body, RequestId: requestId(answer) ?? "" }),
};
