// SPDX-License-Identifier: Apache-2.0
/** ECDSA by `node:crypto`, synchronously. Imported by the Node entry point only. */

import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

import type { Bytes } from "../bytes.js";
import { compressed, type HostEcdsa, spkiOf } from "./ecdsa.js";

const HASHES = { "P-256": "sha256", "P-384": "sha384" } as const;
/** Bytes of an uncompressed point of P-384, with which its `SubjectPublicKeyInfo` ends. */
const POINT = 97;

/** OpenSSL's. */
export const nodeEcdsa: HostEcdsa = {
  generate() {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const spki = publicKey.export({ format: "der", type: "spki" });
    return {
      publicKey: compressed(new Uint8Array(spki.subarray(spki.length - POINT))),
      sign: (message) => new Uint8Array(sign(HASHES["P-384"], message, privateKey)) as Bytes,
    };
  },
  verify(curve, publicKey, message, signature) {
    const key = keyOf(spkiOf(curve, publicKey));
    return key && verify(HASHES[curve], message, key, signature);
  },
};

/** Refuses what is no point of the curve. */
function keyOf(spki: Bytes | undefined): KeyObject | undefined {
  if (spki === undefined) return undefined;
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}
