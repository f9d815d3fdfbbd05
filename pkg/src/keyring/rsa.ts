// SPDX-License-Identifier: Apache-2.0
/**
 * RSA by the host: WebCrypto for OAEP, Node's `crypto` for PKCS#1 v1.5.
 *
 * Not in Rust: the `rsa` crate's private operations leak through timing (RUSTSEC-2023-0071).
 */

import type { Bytes } from "../bytes.js";
import type { CryptoKeyLike } from "../crypto-key.js";
import { subtle } from "../engine/webcrypto.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { fromPem } from "../kms/pem.js";
import { runtime } from "../runtime.js";

/** The paddings that the raw RSA keyring knows. `pkcs1` only decrypts. */
export type RsaPadding = keyof typeof OAEP_HASHES | "pkcs1";

/** RSA bound to one key and padding. */
export interface RsaPort {
  encrypt(data: Bytes): Promise<Bytes>;
  /** `length`: bytes that were encrypted, if they are random and their number is known; what comes may be others. */
  decrypt(data: Bytes, length?: number): Promise<Bytes>;
}

/** One RSA key, or its two halves. */
export interface RsaKeys {
  padding: RsaPadding;
  /** Encrypts: a CryptoKey, or PEM text `BEGIN PUBLIC KEY`. */
  publicKey?: CryptoKeyLike | string;
  /** Decrypts: a CryptoKey, or PEM text `BEGIN PRIVATE KEY`. */
  privateKey?: CryptoKeyLike | string;
}

/** The hash of each OAEP padding, in WebCrypto's words. MGF1 uses the same one. */
const OAEP_HASHES = {
  "oaep-sha1": "SHA-1",
  "oaep-sha256": "SHA-256",
  "oaep-sha384": "SHA-384",
  "oaep-sha512": "SHA-512",
} as const;

type OaepHash = (typeof OAEP_HASHES)[keyof typeof OAEP_HASHES];

/** The port of one key and padding. A half that was not given fails when it is needed. */
export function rsaPort({ padding, publicKey, privateKey }: RsaKeys): RsaPort {
  if (padding === "pkcs1") return pkcs1Port(privateKey);
  const hash = OAEP_HASHES[padding];
  if (hash === undefined) {
    throw invalidArgument(`padding must be ${Object.keys(OAEP_HASHES).join(", ")} or pkcs1`);
  }
  const encryptKey = importOnce(publicKey, "publicKey", "spki", hash, "encrypt");
  const decryptKey = importOnce(privateKey, "privateKey", "pkcs8", hash, "decrypt");
  const algorithm = { name: "RSA-OAEP" };
  return {
    async encrypt(data) {
      return new Uint8Array(await subtle().encrypt(algorithm, await encryptKey(), data));
    },
    async decrypt(data, length = 0) {
      return withZeros(new Uint8Array(await subtle().decrypt(algorithm, await decryptKey(), data)), length);
    },
  };
}

/** Zeros that are put back at the most. Of random bytes, one in 2^32 begins with more than that. */
const MOST_ZEROS = 4;

/**
 * Puts back the zeros that a runtime lost at the beginning: WebKitGTK does (docs/runtimes.md).
 *
 * What is shorter in another runtime was encrypted shorter. To take it with zeros before it grants nothing: whoever
 * encrypts under a public key chooses what, and whether it is a message's data key, its header's tag decides.
 */
function withZeros(bytes: Bytes, length: number): Bytes {
  const zeros = length - bytes.length;
  if (zeros <= 0 || zeros > MOST_ZEROS) return bytes;
  const whole = new Uint8Array(length);
  whole.set(bytes, zeros);
  bytes.fill(0);
  return whole;
}

/** PKCS#1 v1.5 is read, never written: its padding invites oracles (Bleichenbacher). */
function pkcs1Port(privateKey: CryptoKeyLike | string | undefined): RsaPort {
  return {
    async encrypt() {
      throw invalidArgument("the padding pkcs1 only decrypts messages; encrypt with an OAEP padding");
    },
    async decrypt(data) {
      const { native } = runtime();
      if (privateKey === undefined) throw missing("privateKey");
      if (native === undefined) {
        const text = "the padding pkcs1 needs Node: WebCrypto has no RSA PKCS#1 v1.5 decryption";
        throw new EdgekmsError("EngineUnavailable", text);
      }
      return native.decryptPkcs1(privateKey, data);
    },
  };
}

function importOnce(
  key: CryptoKeyLike | string | undefined,
  name: string,
  format: "spki" | "pkcs8",
  hash: OaepHash,
  usage: "encrypt" | "decrypt",
): () => Promise<CryptoKey> {
  let imported: Promise<CryptoKey> | undefined;
  return () => (imported ??= importKey(key, name, format, hash, usage));
}

async function importKey(
  key: CryptoKeyLike | string | undefined,
  name: string,
  format: "spki" | "pkcs8",
  hash: OaepHash,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  if (key === undefined) throw missing(name);
  if (typeof key === "string") {
    const algorithm = { name: "RSA-OAEP", hash };
    try {
      const label = format === "spki" ? "PUBLIC KEY" : "PRIVATE KEY";
      const der = fromPem(key, label, name);
      return await subtle().importKey(format, der, algorithm, false, [usage]);
    } catch (cause) {
      if (cause instanceof EdgekmsError) throw cause;
      throw invalidArgument(`${name} is not an RSA key in ${format} form`);
    }
  }
  const { name: algorithm, hash: keyHash } = key.algorithm as RsaHashedKeyAlgorithm;
  if (algorithm !== "RSA-OAEP" || keyHash.name !== hash) {
    throw invalidArgument(`${name} must be a CryptoKey for RSA-OAEP with ${hash}`);
  }
  if (!key.usages.includes(usage)) throw invalidArgument(`${name} does not allow ${usage}`);
  return key as CryptoKey;
}

function missing(name: string): EdgekmsError {
  return invalidArgument(`this RSA keyring was made without a ${name}`);
}
