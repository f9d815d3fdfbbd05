// SPDX-License-Identifier: Apache-2.0
/** AES-256-GCM in JavaScript under one key for all messages, no data keys. It has no streams. */
import { gcm } from "@noble/ciphers/aes.js";
import { managedNonce } from "@noble/ciphers/utils.js";

import { randomBytes } from "../plan.mjs";

const cipher = managedNonce(gcm);

export async function message(plaintext) {
  const key = randomBytes(32);
  return { seal: () => cipher(key).encrypt(plaintext), open: (sealed) => cipher(key).decrypt(sealed) };
}
