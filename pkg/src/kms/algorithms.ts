// SPDX-License-Identifier: Apache-2.0
/** What asymmetric keys sign and encrypt with: both clouds' names, and what WebCrypto calls it. */

import { invalidArgument } from "../errors.js";
import type { EncryptionAlgorithm } from "../generated/aliyun.js";

/** A kind of asymmetric key. */
export type KeyKind = "RSA" | "P-256" | "P-384";

/** Bytes of a digest. SHA-1 is inside OAEP alone, where its collisions do no harm. */
export const DIGEST_BYTES = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 } as const;

type Hash = keyof typeof DIGEST_BYTES;

/** Both clouds' names, the kind of key, and WebCrypto's name and hash. */
type Row = readonly [aliyun: string, aws: string, kind: KeyKind, name: string, hash: Hash];

const SIGNING = [
  ["RSA_PSS_SHA_256", "RSASSA_PSS_SHA_256", "RSA", "RSA-PSS", "SHA-256"],
  ["RSA_PSS_SHA_384", "RSASSA_PSS_SHA_384", "RSA", "RSA-PSS", "SHA-384"],
  ["RSA_PSS_SHA_512", "RSASSA_PSS_SHA_512", "RSA", "RSA-PSS", "SHA-512"],
  ["RSA_PKCS1_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256", "RSA", "RSASSA-PKCS1-v1_5", "SHA-256"],
  ["RSA_PKCS1_SHA_384", "RSASSA_PKCS1_V1_5_SHA_384", "RSA", "RSASSA-PKCS1-v1_5", "SHA-384"],
  ["RSA_PKCS1_SHA_512", "RSASSA_PKCS1_V1_5_SHA_512", "RSA", "RSASSA-PKCS1-v1_5", "SHA-512"],
  ["ECDSA_SHA_256", "ECDSA_SHA_256", "P-256", "ECDSA", "SHA-256"],
  ["ECDSA_SHA_384", "ECDSA_SHA_384", "P-384", "ECDSA", "SHA-384"],
] as const satisfies readonly Row[];

const ENCRYPTION: readonly Row[] = [
  ["RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_256", "RSA", "RSA-OAEP", "SHA-256"],
  ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_1", "RSA", "RSA-OAEP", "SHA-1"],
];

/** In either cloud's words: `RSA_PSS_SHA_256` or `RSASSA_PSS_SHA_256`, for example. */
export type SigningAlgorithmName = (typeof SIGNING)[number][0 | 1];

/** One algorithm. */
export interface Algorithm {
  readonly aliyun: string;
  readonly aws: string;
  /** The keys that have it. */
  readonly kind: KeyKind;
  /** To import a key and to use it: WebCrypto reads of these what it needs for either. */
  readonly params: {
    readonly name: string;
    readonly hash: Hash;
    /** Of PSS: as long as the digest. */
    readonly saltLength: number;
    /** Of ECDSA. */
    readonly namedCurve: string;
  };
}

/** The signing algorithm of a name. */
export function signingAlgorithm(name: SigningAlgorithmName): Algorithm {
  return named(SIGNING, name);
}

/** The encryption algorithm of a name. */
export function encryptionAlgorithm(name: EncryptionAlgorithm): Algorithm {
  return named(ENCRYPTION, name);
}

function named(rows: readonly Row[], wanted: string): Algorithm {
  const row = rows.find(([aliyun, aws]) => wanted === aliyun || wanted === aws);
  if (row === undefined) {
    throw invalidArgument(`algorithm must be one of ${rows.map(([aliyun]) => aliyun).join(", ")}`);
  }
  const [aliyun, aws, kind, name, hash] = row;
  const params = { name, hash, saltLength: DIGEST_BYTES[hash], namedCurve: kind };
  return { aliyun, aws, kind, params };
}
