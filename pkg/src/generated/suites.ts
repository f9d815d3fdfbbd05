// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** The algorithm suites of the specification, by number: name, and whether messages are signed. */
export const SUITES: Readonly<Record<number, readonly [name: string, signed: boolean]>> = {
  0x0478: ["AES_256_GCM_HKDF_SHA512_COMMIT_KEY", false],
  0x0578: ["AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384", true],
  0x0378: ["AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", true],
  0x0346: ["AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384", true],
  0x0214: ["AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256", true],
  0x0178: ["AES_256_GCM_IV12_TAG16_HKDF_SHA256", false],
  0x0146: ["AES_192_GCM_IV12_TAG16_HKDF_SHA256", false],
  0x0114: ["AES_128_GCM_IV12_TAG16_HKDF_SHA256", false],
  0x0078: ["AES_256_GCM_IV12_TAG16_NO_KDF", false],
  0x0046: ["AES_192_GCM_IV12_TAG16_NO_KDF", false],
  0x0014: ["AES_128_GCM_IV12_TAG16_NO_KDF", false],
};
