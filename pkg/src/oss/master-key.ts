// SPDX-License-Identifier: Apache-2.0
/** What wraps the data key of an object in OSS: a CMK, or an RSA key. */

import { type Bytes, fromBase64, randomized, toBase64, utf8 } from "../bytes.js";
import type { CryptoKeyLike } from "../crypto-key.js";
import { EdgekmsError, checkedText, invalidArgument } from "../errors.js";
import type { Methods } from "../generated/methods.js";
import { rsaPort } from "../keyring/rsa.js";
import type { CallOptions } from "../kms/call-options.js";
import { runtime } from "../runtime.js";
import type { OssMetadata, OssWrapAlgorithm } from "./metadata.js";

/** A CMK as master key: `KMS/ALICLOUD`. */
export interface OssKmsMasterKey {
  /** The client of its KMS. */
  kms: Pick<Methods<"aliyun">, "generateDataKey" | "encrypt" | "decrypt">;
  /**
   * The CMK: its id, an alias or its ARN. Given by id or ARN, it is the only one that decrypts; by an alias, any
   * CMK that the KMS lets the caller use.
   */
  keyId: string;
  /** What `oss2` calls by this name: the encryption context's value of `x-passphrase`. */
  passphrase?: string;
}

/** An RSA key as master key. */
export interface OssRsaMasterKey {
  /**
   * `oaep-sha1` is `oss2.LocalRsaProvider`'s, `pkcs1` is `oss2.RsaProvider`'s. Prefer the former: `pkcs1` invites
   * oracles (Bleichenbacher), and only Node has it, from 24 on to decrypt.
   */
  padding: "oaep-sha1" | "pkcs1";
  /** Encrypts: a CryptoKey (only with `oaep-sha1`), or PEM text `BEGIN PUBLIC KEY`. */
  publicKey?: CryptoKeyLike | string;
  /** Decrypts: a CryptoKey, or PEM text `BEGIN PRIVATE KEY`. */
  privateKey?: CryptoKeyLike | string;
}

/** What wraps data keys. */
export type OssMasterKey = OssKmsMasterKey | OssRsaMasterKey;

/** A data key and the first counter, in clear and wrapped. */
export interface WrappedStart {
  key: Bytes;
  iv: Bytes;
  wrapped: Pick<OssMetadata, "wrapAlgorithm" | "key" | "start">;
}

const KEY_LENGTH = 32;
const IV_LENGTH = 16;
const RSA_ALGORITHMS: Readonly<Record<OssRsaMasterKey["padding"], OssWrapAlgorithm>> = {
  "oaep-sha1": "RSA/NONE/OAEPWithSHA-1AndMGF1Padding",
  pkcs1: "RSA/NONE/PKCS1Padding",
};

/** A new data key with its start, wrapped. The caller wipes the key. */
export function wrapNew(master: OssMasterKey, options: CallOptions): Promise<WrappedStart> {
  const iv = freshIv();
  return isKms(master) ? wrapByKms(master, iv, options) : wrapByRsa(master, iv);
}

/**
 * The data key and start of an object. The caller wipes the key.
 *
 * @throws EdgekmsError `NoDataKey` if the master key is not the object's, or KMS's own error.
 */
export async function unwrap(
  master: OssMasterKey,
  metadata: OssMetadata,
  options: CallOptions,
): Promise<{ key: Bytes; iv: Bytes }> {
  const algorithm = isKms(master) ? "KMS/ALICLOUD" : rsaAlgorithm(master);
  if (algorithm !== metadata.wrapAlgorithm) {
    const text = `the object's data key is wrapped by ${metadata.wrapAlgorithm}, and masterKey is of ${algorithm}`;
    throw new EdgekmsError("NoDataKey", text);
  }
  const open = isKms(master) ? kmsOpener(master, options) : rsaOpener(master);
  const [key, start] = await both(
    open(metadata.key, KEY_LENGTH),
    open(metadata.start, metadata.legacy ? undefined : IV_LENGTH),
    (key) => key,
  );
  const iv = metadata.legacy ? legacyIv(start, isKms(master)) : start;
  if (key.length === KEY_LENGTH && iv?.length === IV_LENGTH) return { key, iv };
  key.fill(0);
  const text = "what masterKey unwraps is no AES-256 key with its start; it is another object's master key";
  throw new EdgekmsError("NoDataKey", text);
}

/** @throws EdgekmsError `InvalidArgument` for what is no master key. */
export function checkMasterKey(value: unknown): OssMasterKey {
  if (typeof value !== "object" || value === null) {
    throw invalidArgument("masterKey must be { kms, keyId } or { padding, publicKey, privateKey }");
  }
  if ("kms" in value) {
    checkedText((value as OssKmsMasterKey).keyId, "masterKey.keyId");
    const { passphrase } = value as OssKmsMasterKey;
    if (passphrase !== undefined) checkedText(passphrase, "masterKey.passphrase");
  } else {
    rsaAlgorithm(value as OssRsaMasterKey);
  }
  return value as OssMasterKey;
}

/** Both results; the secret of the first is wiped if there is no second. */
async function both<A, B>(
  first: Promise<A>,
  second: Promise<B>,
  secret: (first: A) => Bytes,
): Promise<[A, B]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    first.then((made) => secret(made).fill(0)).catch(() => {});
    throw error;
  }
}

function isKms(master: OssMasterKey): master is OssKmsMasterKey {
  return "kms" in master;
}

/** As the SDKs make it: with room to count, so that the upper half never changes. */
function freshIv(): Bytes {
  const iv = randomized(new Uint8Array(IV_LENGTH));
  iv.fill(0, 8, 12);
  return iv;
}

function contextOf({ passphrase }: OssKmsMasterKey) {
  return passphrase === undefined ? {} : { encryptionContext: { "x-passphrase": passphrase } };
}

async function wrapByKms(
  master: OssKmsMasterKey,
  iv: Bytes,
  options: CallOptions,
): Promise<WrappedStart> {
  const { kms, keyId } = master;
  const request = { keyId, ...contextOf(master) };
  const making = kms.generateDataKey({ ...request, numberOfBytes: KEY_LENGTH }, options);
  const wrapping = kms.encrypt({ ...request, plaintext: iv }, options);
  const [made, start] = await both(making, wrapping, ({ plaintext }) => plaintext);
  // The text itself is what is stored, so that it is base64 twice.
  const [wrappedKey, wrappedIv] = [utf8(made.ciphertextBlob), utf8(start.ciphertextBlob)];
  const wrapped = { wrapAlgorithm: "KMS/ALICLOUD", key: wrappedKey, start: wrappedIv } as const;
  return { key: made.plaintext, iv, wrapped };
}

function kmsOpener(master: OssKmsMasterKey, options: CallOptions) {
  return async (wrapped: Bytes): Promise<Bytes> => {
    const ciphertextBlob = new TextDecoder().decode(wrapped);
    if (fromBase64(ciphertextBlob) === undefined) {
      throw new EdgekmsError("MalformedHeader", "the object's wrapped data key is not what a KMS gives");
    }
    const request = { ciphertextBlob, ...contextOf(master) };
    const { keyId, plaintext } = await master.kms.decrypt(request, options);
    if (isAllowed(master.keyId, keyId)) return plaintext;
    plaintext.fill(0);
    const text = `the object's data key is wrapped by the CMK ${keyId}, and masterKey is ${master.keyId}`;
    throw new EdgekmsError("NoDataKey", text);
  };
}

/** An alias says nothing about the CMK that it names. */
function isAllowed(wanted: string, opened: string): boolean {
  if (/(^|:)alias\//.test(wanted)) return true;
  const id = (name: string) => name.replace(/^.*:key\//, "");
  return id(wanted) === id(opened);
}

async function wrapByRsa(master: OssRsaMasterKey, iv: Bytes): Promise<WrappedStart> {
  const encrypt = rsaEncrypter(master);
  const key = randomized(new Uint8Array(KEY_LENGTH));
  const [wrappedKey, start] = await Promise.all([encrypt(key), encrypt(iv)]);
  return { key, iv, wrapped: { wrapAlgorithm: rsaAlgorithm(master), key: wrappedKey, start } };
}

function rsaEncrypter({ padding, publicKey }: OssRsaMasterKey): (data: Bytes) => Promise<Bytes> {
  if (publicKey === undefined) throw invalidArgument("masterKey.publicKey is needed to encrypt");
  if (padding !== "pkcs1") {
    const port = rsaPort({ padding, publicKey });
    return async (data) => (await port.encrypt(data)) as Bytes;
  }
  const { native } = runtime();
  if (native === undefined) {
    const text = "the padding pkcs1 needs Node: WebCrypto has no RSA PKCS#1 v1.5 encryption";
    throw new EdgekmsError("EngineUnavailable", text);
  }
  return async (data) => native.encryptPkcs1(publicKey, data);
}

function rsaOpener({ padding, privateKey }: OssRsaMasterKey): (wrapped: Bytes, length?: number) => Promise<Bytes> {
  if (privateKey === undefined) throw invalidArgument("masterKey.privateKey is needed to decrypt");
  const port = rsaPort({ padding, privateKey });
  return async (wrapped, length) => {
    try {
      return (await port.decrypt(wrapped, length)) as Bytes;
    } catch (cause) {
      if (cause instanceof EdgekmsError) throw cause;
      const text = "masterKey.privateKey does not unwrap the object's data key";
      throw new EdgekmsError("NoDataKey", text, { cause });
    }
  };
}

function rsaAlgorithm({ padding }: OssRsaMasterKey): OssWrapAlgorithm {
  if (!Object.hasOwn(RSA_ALGORITHMS, padding)) {
    throw invalidArgument("masterKey.padding must be oaep-sha1 or pkcs1");
  }
  return RSA_ALGORITHMS[padding];
}

/** Old SDKs wrote the first counter as a decimal number; to KMS they gave its digits as if they were base64. */
function legacyIv(start: Bytes, byKms: boolean): Bytes | undefined {
  const digits = byKms ? toBase64(start) : new TextDecoder().decode(start);
  if (!/^\d{1,39}$/.test(digits)) return undefined;
  const hex = BigInt(digits).toString(16).padStart(2 * IV_LENGTH, "0");
  if (hex.length > 2 * IV_LENGTH) return undefined;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
