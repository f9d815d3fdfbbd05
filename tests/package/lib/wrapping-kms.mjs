// SPDX-License-Identifier: Apache-2.0

/**
 * A KMS that answers by what was recorded: each CMK has one wrapped form of the one data key. It compares the encryption
 * context, as a KMS does, and notes what it was asked.
 */

import { failure, faultServer, success } from "./fault-server.mjs";

/**
 * @param {{ dataKey: Uint8Array, blobs: Record<string, Uint8Array>, encryptionContext?: Record<string, string>,
 *   failing?: Record<string, string>, answersAs?: string }} recorded `blobs` by the CMKs' ARNs; `failing` has the code
 *   with which a CMK refuses, and `answersAs` the id with which every CMK answers
 */
export async function wrappingKms({ dataKey, blobs, encryptionContext = {}, failing = {}, answersAs }) {
  const asked = [];
  const base64 = (bytes) => Buffer.from(bytes).toString("base64");
  const answer = ({ headers, params }) => {
    const action = headers["x-acs-action"];
    const request = { action, ...Object.fromEntries(params) };
    asked.push(request);
    const arn = Object.keys(blobs).find((known) =>
      action === "Decrypt" ? base64(blobs[known]) === request.CiphertextBlob : [known, idOf(known)].includes(request.KeyId),
    );
    if (arn === undefined) return failure(404, "Forbidden.KeyNotFound");
    if (failing[arn]) return failure(403, failing[arn]);
    const context = sorted(JSON.parse(request.EncryptionContext ?? "{}"));
    if (context !== sorted(encryptionContext)) return failure(400, "InvalidParameter");
    const length = request.NumberOfBytes ?? (request.KeySpec === "AES_128" ? 16 : 32);
    const plaintext = action === "GenerateDataKey" ? dataKey.subarray(0, Number(length)) : dataKey;
    return success({ KeyId: answersAs ?? idOf(arn), CiphertextBlob: base64(blobs[arn]), Plaintext: base64(plaintext) });
  };
  const server = await faultServer([answer]);
  return { ...server, asked };
}

export const idOf = (arn) => arn.replace(/^.*:key\//, "");

const sorted = (context) => JSON.stringify(Object.entries(context).sort());
