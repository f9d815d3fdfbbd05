// SPDX-License-Identifier: Apache-2.0
/** Public keys of asymmetric CMKs. What they do is in `public-key-use.ts`, which comes at the first use. */

import type { KeyKind, SigningAlgorithmName } from "./algorithms.js";
import { type Bytes, toBase64, viewOf } from "../bytes.js";
import type { CryptoKeyLike } from "../crypto-key.js";
import { invalidArgument } from "../errors.js";
import type { EncryptionAlgorithm } from "../generated/aliyun.js";
import { part } from "../part.js";
import { fromPem, toPem } from "./pem.js";

/**
 * Kinds by their AlgorithmIdentifier, in base64 (RFC 3279 section 2.3.1, RFC 5480 section 2.1.1).
 */
const KINDS: readonly (readonly [kind: KeyKind, identifier: string])[] = [
  // rsaEncryption 1.2.840.113549.1.1.1, NULL
  ["RSA", "MA0GCSqGSIb3DQEBAQUA"],
  // id-ecPublicKey 1.2.840.10045.2.1, prime256v1 1.2.840.10045.3.1.7
  ["P-256", "MBMGByqGSM49AgEGCCqGSM49AwEH"],
  // id-ecPublicKey, secp384r1 1.3.132.0.34
  ["P-384", "MBAGByqGSM49AgEGBSuBBAAi"],
];

/** A key as its uses need it. */
export interface KeyMaterial {
  readonly der: Bytes;
  readonly kind: KeyKind;
  /** WebCrypto binds an imported key to one algorithm. */
  readonly imported: Map<string, Promise<CryptoKeyLike>>;
}

/** Which key of a service it is. */
export interface PublicKeyNames {
  keyId?: string | undefined;
  keyVersionId?: string | undefined;
}

/**
 * A public key. `kms.publicKey` fetches one; whoever was given the PEM needs no client.
 *
 * @example
 * ```js
 * const publicKey = PublicKey.fromPem(pem);
 * const good = await publicKey.verify(message, signature, { algorithm: "ECDSA_SHA_256" });
 * ```
 */
export class PublicKey {
  /** As the service answered: with Alibaba the plain id, with AWS the ARN. */
  readonly keyId: string | undefined;
  /** Of Alibaba; AWS names no version. */
  readonly keyVersionId: string | undefined;
  readonly #material: KeyMaterial;

  private constructor(der: Bytes, { keyId, keyVersionId }: PublicKeyNames) {
    this.keyId = keyId;
    this.keyVersionId = keyVersionId;
    this.#material = { der, kind: kindOf(der), imported: new Map() };
  }

  /**
   * The key of a PEM text, `BEGIN PUBLIC KEY`.
   *
   * @example
   * ```js
   * const publicKey = PublicKey.fromPem(pem);
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if it is none of RSA, P-256 or P-384.
   */
  static fromPem(pem: string, names: PublicKeyNames = {}): PublicKey {
    return new PublicKey(fromPem(pem, "PUBLIC KEY", "pem"), names);
  }

  /**
   * The key of a SubjectPublicKeyInfo in DER. Keeps a copy.
   *
   * @example
   * ```js
   * const publicKey = PublicKey.fromDer(PublicKey.fromPem(pem).der);
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if it is none of RSA, P-256 or P-384.
   */
  static fromDer(der: Uint8Array, names: PublicKeyNames = {}): PublicKey {
    return new PublicKey(viewOf(der, "der").slice(), names);
  }

  /** SubjectPublicKeyInfo in PEM. */
  get pem(): string {
    return toPem(this.#material.der, "PUBLIC KEY");
  }

  /** SubjectPublicKeyInfo in DER. */
  get der(): Bytes {
    return this.#material.der.slice();
  }

  /**
   * Whether the signature is one of this message under this key. One of a wrong length or form is
   * not. ECDSA's have the service's form, which is DER.
   *
   * @example
   * ```js
   * const good = await PublicKey.fromPem(pem).verify(message, signature, { algorithm: "ECDSA_SHA_256" });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` for an algorithm that the key does not have, or a damaged key.
   */
  async verify(
    message: Uint8Array,
    signature: Uint8Array,
    options: { algorithm: SigningAlgorithmName },
  ): Promise<boolean> {
    const { verify } = await used();
    return verify(this.#material, message, signature, options?.algorithm);
  }

  /**
   * Encrypts a small value, which `kms.asymmetricDecrypt` decrypts: at most 190 bytes with RSA_2048,
   * 318 with RSA_3072, 446 with RSA_4096. Who decrypts it cannot know who encrypted it.
   *
   * @example
   * ```js
   * const publicKey = await kms.publicKey("alias/inbox");
   * const ciphertext = await publicKey.encrypt(new TextEncoder().encode("a small secret"));
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` for a plaintext that is too long, an algorithm that the key does not have,
   *   and a damaged key.
   */
  async encrypt(
    plaintext: Uint8Array,
    { algorithm = "RSAES_OAEP_SHA_256" }: { algorithm?: EncryptionAlgorithm } = {},
  ): Promise<Bytes> {
    const { encrypt } = await used();
    return encrypt(this.#material, plaintext, algorithm);
  }
}

function used() {
  return part(() => import("./rest.js"));
}

/** By the AlgorithmIdentifier of a SubjectPublicKeyInfo; the host checks the rest when it imports the key. */
function kindOf(der: Bytes): KeyKind {
  const [tag, length = 0] = der;
  const octets = length < 0x80 ? 0 : length - 0x80;
  const start = 2 + octets;
  let content = octets === 0 ? length : 0;
  for (const octet of der.subarray(2, start)) content = content * 256 + octet;
  const identifier = der.subarray(start, start + 2 + (der[start + 1] ?? 0));
  const found = KINDS.find(([, known]) => known === toBase64(identifier));
  if (tag === 0x30 && der.length === start + content && found !== undefined) return found[0];
  throw invalidArgument("the public key must be SubjectPublicKeyInfo of RSA, P-256 or P-384");
}
