// SPDX-License-Identifier: Apache-2.0
/**
 * A compact JWE: a data key for each message, wrapped under an AES key (`A256GCMKW`), and `A256GCM` by
 * `crypto.subtle`; base64url text. It has no streams.
 */
import { CompactEncrypt, compactDecrypt } from "jose";

import { randomBytes } from "../plan.mjs";

const HEADER = { alg: "A256GCMKW", enc: "A256GCM" };

export async function message(plaintext) {
  const key = await crypto.subtle.importKey("raw", randomBytes(32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    seal: () => new CompactEncrypt(plaintext).setProtectedHeader(HEADER).encrypt(key),
    open: async (sealed) => (await compactDecrypt(sealed, key)).plaintext,
  };
}
