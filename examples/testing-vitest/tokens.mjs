// SPDX-License-Identifier: Apache-2.0

/** What is to be tested: tokens that say who somebody is, and that only this service can make. */

import { randomUUID } from "node:crypto";

/** @param {import("edgekms").KmsClient} kms */
export async function issue(kms, user) {
  const plaintext = new TextEncoder().encode(JSON.stringify({ user, id: randomUUID() }));
  const { ciphertextBlob } = await kms.encrypt({ keyId: "alias/tokens", plaintext });
  return ciphertextBlob;
}

/** @param {import("edgekms").KmsClient} kms */
export async function userOf(kms, token) {
  const { plaintext } = await kms.decrypt({ ciphertextBlob: token });
  return JSON.parse(new TextDecoder().decode(plaintext)).user;
}
