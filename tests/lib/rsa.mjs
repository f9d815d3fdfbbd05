// SPDX-License-Identifier: Apache-2.0

import { generateKeyPairSync } from "node:crypto";

/** A fresh RSA key, `{ publicKey, privateKey }`, as the PEM texts that `rawRsaKeyring` takes. */
export function rsaKeyPair() {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
