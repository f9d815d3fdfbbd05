// SPDX-License-Identifier: Apache-2.0
/** AWS KMS: a JSON 1.1 body, signed by Signature Version 4. */

import type { Protocol } from "./dialect.js";
import { answerBytes } from "./fields.js";
import { PublicKey } from "./public-key.js";
import type { Answer } from "./transport.js";

const requestId = ({ headers }: Answer) => headers.get("x-amzn-requestid");

export const aws: Protocol = {
  provider: "aws-kms",
  ask: (fields, region) => ({
    json: JSON.stringify(Object.fromEntries(fields)),
    ...(region === undefined ? {} : { region }),
  }),
  date: (now) => now.replace(/[-:]/g, ""),
  failure(answer) {
    const { headers, body } = answer;
    const named = headers.get("x-amzn-errortype") ?? body.__type;
    // Some of its services put a name space in front, or an address behind.
    const code = typeof named === "string" ? named.split(":")[0]?.split("#").pop() : undefined;
    return { code, message: body.message ?? body.Message, requestId: requestId(answer) };
  },
  success: (answer) => ({ ...answer.body, RequestId: requestId(answer) ?? "" }),
  tokenExpired: "ExpiredTokenException",
  // A wrong secret has the same code, so it is the server's clock that must say it: its window is 5
  // minutes.
  clockIsOff: [["InvalidSignatureException", "RequestExpired"], 5 * 60_000],
  asymmetric: {
    versioned: false,
    fields({ aws }, message, signature) {
      return { signingAlgorithm: aws, message, messageType: "DIGEST", signature };
    },
    signature: "signature",
    verdict: "signatureValid",
    notGood: "KMSInvalidSignatureException",
    publicKey: (base64, names) => PublicKey.fromDer(answerBytes(base64, "publicKey"), names),
  },
  expiry: (validTo) =>
    validTo === undefined
      ? { expirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }
      : { expirationModel: "KEY_MATERIAL_EXPIRES", validTo },
  keyId: (name) => name.replace(/^acs:kms:/, "arn:aws:kms:"),
};
