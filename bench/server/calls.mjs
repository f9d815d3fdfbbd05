// SPDX-License-Identifier: Apache-2.0
/** The calls that are measured, in both dialects, each with what it needs to exist first. */
import { KmsClient } from "edgekms";

import { acs3Requests } from "./acs3.mjs";
import { sigv4Requests } from "./sigv4.mjs";

const MAKERS = {
  alibaba: (target, { action, parameters }) => acs3Requests(target, action, parameters),
  aws: (target, { action, parameters }) => sigv4Requests(target, action, JSON.stringify(parameters)),
};

/** As many keys as Alibaba's quota allows. */
const KEYS = 200;

/**
 * @typedef {object} Call
 * @property {"alibaba" | "aws"} dialect
 * @property {string} action
 * @property {string} [kind] of its key, where that matters
 * @property {number} bytes of what is sealed or signed
 * @property {Record<string, unknown>} parameters
 * @property {"sign"} [operation] what the runtime's own `crypto.subtle` has for it
 */

/**
 * @param {object} worker over an empty keyring, which has 200 keys afterwards
 * @returns {Promise<Call[]>}
 */
export async function prepareCalls({ address, region, credentials }) {
  const kms = new KmsClient({ endpoint: address, region, credentials });
  const newKey = async (request) => (await kms.createKey({ description: "edgekms benchmark", ...request })).keyMetadata.keyId;
  const KeyId = await newKey({});
  const mac = await newKey({ keySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" });
  for (let made = 2; made < KEYS; made += 1) await newKey({});
  const { ciphertextBlob: CiphertextBlob } = await kms.generateDataKey({ keyId: KeyId });
  const Plaintext = Buffer.alloc(1024, 7).toString("base64");
  const Message = Buffer.alloc(32, 7).toString("base64");
  const inBoth = ["alibaba", "aws"].flatMap((dialect) => [
    // AWS's callers have to say how long a data key they want.
    { dialect, action: "GenerateDataKey", bytes: 32, parameters: { KeyId, KeySpec: "AES_256" } },
    { dialect, action: "Decrypt", bytes: 32, parameters: { CiphertextBlob } },
    { dialect, action: "Encrypt", bytes: 1024, parameters: { KeyId, Plaintext } },
  ]);
  const dialect = "alibaba";
  const maker = { KeyId: mac, Algorithm: "HMAC_SHA_256", Message };
  return [
    ...inBoth,
    { dialect, action: "GenerateMac", kind: "HMAC_256", bytes: 32, parameters: maker, operation: "sign" },
    { dialect, action: "DescribeKey", bytes: 0, parameters: { KeyId } },
    // Half of all, which is the longest page.
    { dialect, action: "ListKeys", kind: `of ${KEYS}`, bytes: 0, parameters: { PageSize: "100" } },
  ];
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
