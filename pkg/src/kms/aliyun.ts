// SPDX-License-Identifier: Apache-2.0
/** Alibaba Cloud's protocol: parameters in a form body, signed by ACS3-HMAC-SHA256. */

import type { Asked, Protocol } from "./dialect.js";
import type { Scheme } from "./signing.js";

const ACS3: Scheme = {
  algorithm: "ACS3-HMAC-SHA256",
  prefix: "",
  links: [],
  scope: [],
  separator: ",",
};

/** A service of the cloud, by the version of its API. */
export const aliyunService = (version: string): Protocol => ({
  sign(asked, signer) {
    // In the body, which the signature covers by its hash: no URL is long, and none of them is in a
    // proxy's log.
    const body = form(parameters(asked));
    const bodyHash = signer.hash(body);
    const { accessKeyId, securityToken } = signer.credentials;
    const headers = {
      host: asked.host,
      "x-acs-action": asked.action,
      "x-acs-content-sha256": bodyHash,
      "x-acs-date": asked.now,
      "x-acs-signature-nonce": asked.nonce,
      "x-acs-version": version,
      ...(body && { "content-type": "application/x-www-form-urlencoded" }),
      ...(securityToken && {
        "x-acs-accesskey-id": accessKeyId,
        "x-acs-security-token": securityToken,
      }),
    };
    return { headers: signer.headers(ACS3, headers, bodyHash), body };
  },
  failure: ({ body }) => ({ code: body.Code, message: body.Message, requestId: body.RequestId }),
  success: ({ body }) => body,
});

/** The key management service. */
export const aliyun = aliyunService("2016-01-20");

/** All that is asked, as texts, in the order of their names. */
export function parameters({ fields, region }: Asked): [name: string, value: string][] {
  const params = fields.map(([name, value]): [string, string] => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  if (region !== undefined) params.push(["RegionId", region]);
  return params.sort(([one], [other]) => (one < other ? -1 : 1));
}

function form(params: [name: string, value: string][]): string {
  return params.map((pair) => pair.map(encoded).join("=")).join("&");
}

/** All but the unreserved characters of RFC 3986, as signatures want it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
