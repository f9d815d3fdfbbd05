// SPDX-License-Identifier: Apache-2.0
/** Public keys of asymmetric CMKs, which verify and encrypt where the program runs. */

import {
  type Algorithm,
  DIGEST_BYTES,
  encryptionAlgorithm,
  type KeyKind,
  type SigningAlgorithmName,
  signingAlgorithm,
} from "./algorithms.js";
import { type Bytes, toBase64, viewOf } from "../bytes.js";
import { element, p1363Signature, SEQUENCE } from "./der.js";
import { subtle } from "../engine/webcrypto.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import type { EncryptionAlgorithm } from "../generated/aliyun.js";
import { fromPem, toPem } from "./pem.js";

/**
 * Kinds by what an AlgorithmIdentifier says, in base64 (RFC 3279 section 2.3.1, RFC 5480 section
 * 2.1.1), with the bytes of each number of a signature where it has two.
 */
const KINDS: readonly (readonly [kind: KeyKind, identifier: string, numberBytes?: number])[] = [
  // rsaEncryption 1.2.840.113549.1.1.1, NULL
  ["RSA", "BgkqhkiG9w0BAQEFAA=="],
  // id-ecPublicKey 1.2.840.10045.2.1, prime256v1 1.2.840.10045.3.1.7
  ["P-256", "BgcqhkjOPQIBBggqhkjOPQMBBw==", 32],
  // id-ecPublicKey, secp384r1 1.3.132.0.34
  ["P-384", "BgcqhkjOPQIBBgUrgQQAIg==", 48],
];

/** Which key of a service it is. */
export interface PublicKeyNames {
  keyId?: string | undefined;
  keyVersionId?: string | undefined;
}

/**
 * A public key. `kms.publicKey` fetches one; whoever was given the PEM needs no client:
 *
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
  readonly #der: Bytes;
  readonly #kind: KeyKind;
  /** Of each number of an ECDSA signature. */
  readonly #numberBytes: number | undefined;
  /** WebCrypto binds an imported key to one algorithm. */
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  private constructor(der: Bytes, { keyId, keyVersionId }: PublicKeyNames) {
    this.keyId = keyId;
    this.keyVersionId = keyVersionId;
    this.#der = der;
    [this.#kind, , this.#numberBytes] = kindOf(der);
  }

  /** The key of a PEM text, `BEGIN PUBLIC KEY`. */
  static fromPem(pem: string, names: PublicKeyNames = {}): PublicKey {
    return new PublicKey(fromPem(pem, "PUBLIC KEY", "pem"), names);
  }

  /** The key of a SubjectPublicKeyInfo in DER. Keeps a copy. */
  static fromDer(der: Uint8Array, names: PublicKeyNames = {}): PublicKey {
    return new PublicKey(viewOf(der, "der").slice(), names);
  }

  /** SubjectPublicKeyInfo in PEM. */
  get pem(): string {
    return toPem(this.#der, "PUBLIC KEY");
  }

  /** SubjectPublicKeyInfo in DER. */
  get der(): Bytes {
    return this.#der.slice();
  }

  /**
   * Whether the signature is one of this message under this key. One of a wrong length or form is
   * not. ECDSA's have the service's form, which is DER.
   */
  async verify(
    message: Uint8Array,
    signature: Uint8Array,
    options: { algorithm: SigningAlgorithmName },
  ): Promise<boolean> {
    const algorithm = signingAlgorithm(options?.algorithm);
    const data = viewOf(message, "message");
    const given = viewOf(signature, "signature");
    const key = await this.#key(algorithm, "verify");
    const size = this.#numberBytes;
    const raw = size === undefined ? given : p1363Signature(given, size);
    if (raw?.length !== (size === undefined ? modulusBytes(key) : 2 * size)) return false;
    return subtle().verify(algorithm.params, key, raw, data);
  }

  /**
   * Encrypts a small value, which `kms.asymmetricDecrypt` opens: at most 190 bytes with RSA_2048,
   * 318 with RSA_3072, 446 with RSA_4096. Who opens it cannot know who encrypted it.
   */
  async encrypt(
    plaintext: Uint8Array,
    { algorithm: name = "RSAES_OAEP_SHA_256" }: { algorithm?: EncryptionAlgorithm } = {},
  ): Promise<Bytes> {
    const algorithm = encryptionAlgorithm(name);
    const data = viewOf(plaintext, "plaintext");
    const key = await this.#key(algorithm, "encrypt");
    // RFC 8017, section 7.1.1.
    const longest = modulusBytes(key) - 2 * DIGEST_BYTES[algorithm.params.hash] - 2;
    if (data.length > longest) {
      const text = `plaintext must have at most ${longest} bytes with this key and ${name}`;
      throw invalidArgument(text);
    }
    return new Uint8Array(await subtle().encrypt(algorithm.params, key, data));
  }

  async #key({ aliyun, kind, params }: Algorithm, usage: "verify" | "encrypt"): Promise<CryptoKey> {
    if (kind !== this.#kind) {
      throw invalidArgument(`algorithm ${aliyun} needs a key of ${kind}; this one is ${this.#kind}`);
    }
    let key = this.#imported.get(aliyun);
    if (key === undefined) {
      key = subtle().importKey("spki", this.#der, params, false, [usage]);
      this.#imported.set(aliyun, key);
    }
    return key.catch((cause: unknown) => {
      const text = "the public key is damaged, or one that this runtime does not take";
      throw new EdgekmsError("InvalidArgument", text, { cause });
    });
  }
}

function kindOf(der: Bytes): (typeof KINDS)[number] {
  const info = element(der, SEQUENCE);
  const identifier = info?.rest.length === 0 ? element(info.content, SEQUENCE) : undefined;
  const said = identifier && toBase64(identifier.content);
  const found = KINDS.find(([, known]) => known === said);
  if (found !== undefined) return found;
  throw invalidArgument("the public key must be SubjectPublicKeyInfo of RSA, P-256 or P-384");
}

function modulusBytes(key: CryptoKey): number {
  return Math.ceil((key.algorithm as RsaKeyAlgorithm).modulusLength / 8);
}
