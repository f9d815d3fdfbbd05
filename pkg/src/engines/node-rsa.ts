// SPDX-License-Identifier: Apache-2.0
/** RSA PKCS#1 v1.5 by `node:crypto`. Imported by the Node entry point only. */

import { constants, KeyObject, privateDecrypt, type webcrypto } from "node:crypto";

import type { Bytes } from "../bytes.js";

/**
 * Decrypts. OpenSSL answers wrong padding with random bytes (implicit rejection), so that the
 * answer tells an attacker nothing; the message's header then does not authenticate.
 */
export function decryptPkcs1(privateKey: CryptoKey | string, data: Uint8Array): Bytes {
  const key =
    typeof privateKey === "string" ? privateKey : KeyObject.from(privateKey as webcrypto.CryptoKey);
  const plain = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
  return new Uint8Array(plain);
}
