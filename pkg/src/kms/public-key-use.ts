// SPDX-License-Identifier: Apache-2.0
/** What public keys do where the program runs, by WebCrypto: verify and encrypt. */

import {
  type Algorithm,
  DIGEST_BYTES,
  encryptionAlgorithm,
  type KeyKind,
  type SigningAlgorithmName,
  signingAlgorithm,
} from "./algorithms.js";
import { type Bytes, viewOf } from "../bytes.js";
import { p1363Signature } from "./der.js";
import { subtle } from "../engine/webcrypto.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import type { EncryptionAlgorithm } from "../generated/aliyun.js";
import type { KeyMaterial } from "./public-key.js";

/** Bytes of each of the two numbers of a signature, of the kinds that have two. */
const NUMBER_BYTES: Readonly<Partial<Record<KeyKind, number>>> = { "P-256": 32, "P-384": 48 };

/** See `PublicKey.verify`. */
export async function verify(
  material: KeyMaterial,
  message: Uint8Array,
  signature: Uint8Array,
  name: SigningAlgorithmName,
): Promise<boolean> {
  const algorithm = signingAlgorithm(name);
  const data = viewOf(message, "message");
  const given = viewOf(signature, "signature");
  const key = await imported(material, algorithm, "verify");
  const size = NUMBER_BYTES[material.kind];
  const raw = size === undefined ? given : p1363Signature(given, size);
  if (raw?.length !== (size === undefined ? modulusBytes(key) : 2 * size)) return false;
  return subtle().verify(algorithm.params, key, raw, data);
}

/** See `PublicKey.encrypt`. */
export async function encrypt(
  material: KeyMaterial,
  plaintext: Uint8Array,
  name: EncryptionAlgorithm,
): Promise<Bytes> {
  const algorithm = encryptionAlgorithm(name);
  const data = viewOf(plaintext, "plaintext");
  const key = await imported(material, algorithm, "encrypt");
  // RFC 8017, section 7.1.1.
  const longest = modulusBytes(key) - 2 * DIGEST_BYTES[algorithm.params.hash] - 2;
  if (data.length > longest) {
    const text = `plaintext must have at most ${longest} bytes with this key and ${name}`;
    throw invalidArgument(text);
  }
  return new Uint8Array(await subtle().encrypt(algorithm.params, key, data));
}

async function imported(
  material: KeyMaterial,
  { aliyun, kind, params }: Algorithm,
  usage: "verify" | "encrypt",
): Promise<CryptoKey> {
  if (kind !== material.kind) {
    throw invalidArgument(`algorithm ${aliyun} needs a key of ${kind}; this one is ${material.kind}`);
  }
  let key = material.imported.get(aliyun) as Promise<CryptoKey> | undefined;
  if (key === undefined) {
    key = subtle().importKey("spki", material.der, params, false, [usage]);
    material.imported.set(aliyun, key);
  }
  return key.catch((cause: unknown) => {
    const text = "the public key is damaged, or one that this runtime does not take";
    throw new EdgekmsError("InvalidArgument", text, { cause });
  });
}

function modulusBytes(key: CryptoKey): number {
  return Math.ceil((key.algorithm as RsaKeyAlgorithm).modulusLength / 8);
}
