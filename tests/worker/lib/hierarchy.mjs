// SPDX-License-Identifier: Apache-2.0

/**
 * The key hierarchy written anew from its description (crates/service/src/material/hierarchy.rs) and from
 * C2SP's XAES-256-GCM, over Node's own AES, so that a test knows the material that it looks for.
 */

import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

/** Each field with its length before it. */
function framed(...fields) {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(field));
      return [length, Buffer.from(field)];
    }),
  );
}

const encryptBlock = (key, block) => createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(block);

const xor = (one, other) => Buffer.from(one.map((byte, index) => byte ^ other[index]));

/** K1 of XAES-256-GCM: what a prepared cipher holds of its key as it stands. */
export function subkeyMask(key) {
  const doubled = BigInt(`0x${encryptBlock(key, Buffer.alloc(16)).toString("hex")}`) << 1n;
  const reduced = doubled >> 128n ? doubled ^ (1n << 128n) ^ 0x87n : doubled;
  return Buffer.from(reduced.toString(16).padStart(32, "0"), "hex");
}

function openXaes(key, nonce, ciphertext, tag, additionalData) {
  const mask = subkeyMask(key);
  const half = (counter) => encryptBlock(key, xor(mask, Buffer.concat([Buffer.from([0, counter, 0x58, 0]), nonce.subarray(0, 12)])));
  const cipher = createDecipheriv("aes-256-gcm", Buffer.concat([half(1), half(2)]), nonce.subarray(12));
  cipher.setAAD(additionalData).setAuthTag(tag);
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}

/**
 * The material of a symmetric key's version, from its record and the root keys.
 *
 * @param {{ accountId: string, rootKeys: string }} credentials
 * @param {string} region
 * @param {{ key_id: string, version_id: string, spec: string, material: { wrapped: { root: string, sealed: string } } }} record
 */
export function unwrapMaterial({ accountId, rootKeys }, region, { key_id, version_id, spec, material: { wrapped } }) {
  const root = Buffer.from(JSON.parse(rootKeys).keys[wrapped.root], "base64");
  const accountKey = Buffer.from(hkdfSync("sha256", root, "", framed("edgekms/v1/wrap", accountId, region), 32));
  const sealed = Buffer.from(wrapped.sealed, "base64");
  const additionalData = framed(accountId, region, key_id, version_id, spec);
  return openXaes(accountKey, sealed.subarray(0, 24), sealed.subarray(24, -16), sealed.subarray(-16), additionalData);
}
