// SPDX-License-Identifier: Apache-2.0

/** Key material, wrapped by others to be imported: by Node's cryptography, and by the `openssl` command. */

import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";
import { encryptedByOpenssl, keyWrappedByOpenssl, oaep, pemByOpenssl } from "./openssl.mjs";

const hashOf = (algorithm) => (algorithm.endsWith("SHA_1") ? "sha1" : "sha256");
const AES_LENGTH = 32;

/**
 * @param {string} algorithm such as RSAES_OAEP_SHA_256
 * @param {Uint8Array} publicKey DER of the SubjectPublicKeyInfo
 * @param {Uint8Array} material
 * @returns {Promise<Buffer>}
 */
export async function wrappedByNode(algorithm, publicKey, material) {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  if (algorithm === "RSAES_PKCS1_V1_5") {
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, material);
  }
  const encrypt = (bytes) => publicEncrypt({ key, oaepHash: hashOf(algorithm) }, bytes);
  if (algorithm.startsWith("RSAES_OAEP")) return encrypt(material);
  const aes = randomBytes(AES_LENGTH);
  const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("A65959A6", "hex"));
  return Buffer.concat([encrypt(aes), cipher.update(material), cipher.final()]);
}

/** As {@link wrappedByNode}. */
export async function wrappedByOpenssl(algorithm, publicKey, material) {
  const pem = await pemByOpenssl(publicKey);
  if (algorithm === "RSAES_PKCS1_V1_5") {
    return encryptedByOpenssl(pem, material, ["rsa_padding_mode:pkcs1"]);
  }
  const encrypt = (bytes) => encryptedByOpenssl(pem, bytes, oaep(hashOf(algorithm)));
  if (algorithm.startsWith("RSAES_OAEP")) return encrypt(material);
  const aes = randomBytes(AES_LENGTH);
  return Buffer.concat([await encrypt(aes), await keyWrappedByOpenssl(aes, material)]);
}
