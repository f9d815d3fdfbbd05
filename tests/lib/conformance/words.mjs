// SPDX-License-Identifier: Apache-2.0

/** What the scenarios of both dialects say in the same words. */

import { createPublicKey } from "node:crypto";
import { fromBase64 } from "../bytes.mjs";
import { from } from "./step.mjs";

/** The key that a scenario makes first. */
export const KEY = { KeyId: from("key.KeyMetadata.KeyId") };

/** Whether a text is so many bytes in base64. */
export const length = (bytes) => (text) => fromBase64(text).length === bytes;

/** A public key, from its SubjectPublicKeyInfo in base64. */
export const spki = (text) => createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });

/** Decrypt gives `Plaintext` for the blob of an earlier answer. */
export const opens = (blob, Plaintext, context = {}) => ({
  action: "Decrypt",
  is: "",
  params: { CiphertextBlob: from(blob), ...context },
  answer: { Plaintext },
});
