// SPDX-License-Identifier: Apache-2.0
/** RSA PKCS#1 v1.5 by `node:crypto`. Imported by the Node entry point only. */

import { constants, KeyObject, privateDecrypt, publicEncrypt, type webcrypto } from "node:crypto";

import type { Bytes } from "../bytes.js";
import type { CryptoKeyLike } from "../crypto-key.js";
import { EdgekmsError } from "../errors.js";

/** Encrypts, for other people's formats alone: ours is not written with this padding. */
export function encryptPkcs1(publicKey: CryptoKeyLike | string, data: Uint8Array): Bytes {
  const key =
    typeof publicKey === "string" ? publicKey : KeyObject.from(publicKey as webcrypto.CryptoKey);
  return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data));
}

/**
 * Decrypts. OpenSSL answers wrong padding with random bytes (implicit rejection), so that the
 * answer tells an attacker nothing; the message's header then does not authenticate. An OpenSSL
 * that cannot do that (Node 20 and 22 have one) is refused by Node itself (CVE-2023-46809).
 */
export function decryptPkcs1(privateKey: CryptoKeyLike | string, data: Uint8Array): Bytes {
  const key =
    typeof privateKey === "string" ? privateKey : KeyObject.from(privateKey as webcrypto.CryptoKey);
  try {
    const plain = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
    const copy = new Uint8Array(plain);
    plain.fill(0);
    return copy;
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "ERR_INVALID_ARG_VALUE") throw cause;
    const text = "this Node has no safe RSA PKCS#1 v1.5 decryption; use Node 24 or newer";
    throw new EdgekmsError("EngineUnavailable", text, { cause });
  }
}
