// SPDX-License-Identifier: Apache-2.0
/** The calls that are measured, in both dialects, each with what it needs to exist first. */
import { KmsClient } from "edgekms";

import { acs3Requests } from "./acs3.mjs";
import { sigv4Requests } from "./sigv4.mjs";

const MAKERS = {
  alibaba: (target, { action, parameters }) => acs3Requests(target, action, parameters),
  aws: (target, { action, parameters }) => sigv4Requests(target, action, JSON.stringify(parameters)),
};

/** @typedef {{ dialect: "alibaba" | "aws", action: string, bytes: number, parameters: object }} Call */

/** @returns {Promise<Call[]>} */
export async function prepareCalls({ address, region, credentials }) {
  const kms = new KmsClient({ endpoint: address, region, credentials });
  const { keyMetadata } = await kms.createKey({ description: "edgekms benchmark" });
  const KeyId = keyMetadata.keyId;
  const { ciphertextBlob: CiphertextBlob } = await kms.generateDataKey({ keyId: KeyId });
  const Plaintext = Buffer.alloc(1024, 7).toString("base64");
  return ["alibaba", "aws"].flatMap((dialect) => [
    // AWS's callers have to say how long a data key they want.
    { dialect, action: "GenerateDataKey", bytes: 32, parameters: { KeyId, KeySpec: "AES_256" } },
    { dialect, action: "Decrypt", bytes: 32, parameters: { CiphertextBlob } },
    { dialect, action: "Encrypt", bytes: 1024, parameters: { KeyId, Plaintext } },
  ]);
}

/**
 * Requests as bytes, signed ahead: the load must not wait for its own signing.
 *
 * @param {object} target `{ host, region, credentials }`
 * @param {Call} call
 * @param {number} count
 * @returns {Buffer[]} good for 15 minutes, each different.
 */
export function signedRequests(target, call, count) {
  return Array.from({ length: count }, MAKERS[call.dialect](target, call));
}
