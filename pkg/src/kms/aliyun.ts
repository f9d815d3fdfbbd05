// SPDX-License-Identifier: Apache-2.0
/** Alibaba Cloud KMS: parameters in a form body, signed by ACS3-HMAC-SHA256. */

import { toBase64 } from "../bytes.js";
import type { Protocol } from "./dialect.js";
import { PublicKey } from "./public-key.js";

/** Version of the API that is spoken. */
const API_VERSION = "2016-01-20";

export const aliyun: Protocol = {
  provider: "aliyun-kms",
  ask(fields, region) {
    const params = fields.map(([name, value]): [string, string] => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
    if (region !== undefined) params.push(["RegionId", region]);
    return { params, version: API_VERSION };
  },
  date: (now) => now,
  failure: ({ body }) => ({ code: body.Code, message: body.Message, requestId: body.RequestId }),
  success: ({ body }) => body,
  tokenExpired: "InvalidSecurityToken.Expired",
  clockIsOff: [["InvalidTimeStamp.Expired"], 0],
  asymmetric: {
    versioned: true,
    fields: ({ aliyun }, digest, value) => ({ algorithm: aliyun, digest: toBase64(digest), value }),
    signature: "value",
    verdict: "value",
    publicKey: (pem, names) => PublicKey.fromPem(pem, names),
  },
  expiry: (seconds = 0) => ({ keyMaterialExpireUnix: seconds }),
  keyId: (name) => name.replace(/^arn:aws[^:]*:kms:/, "acs:kms:"),
};
