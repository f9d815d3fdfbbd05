// SPDX-License-Identifier: Apache-2.0
/** What a service does with asymmetric keys, over a `KmsClient`: signatures and public keys. */

import {
  type Algorithm,
  DIGEST_BYTES,
  type SigningAlgorithmName,
  signingAlgorithm,
} from "./algorithms.js";
import { type Bytes, toBase64, viewOf } from "../bytes.js";
import type { CallOptions } from "./call-options.js";
import type { Cloud } from "./dialect.js";
import { subtle } from "../engine/webcrypto.js";
import { checkedText, EdgekmsError, invalidArgument } from "../errors.js";
import { answerBytes } from "./fields.js";
import type { PublicKey } from "./public-key.js";
import { Remembered } from "./remembered.js";
import { orAborted } from "./retry.js";
import { type Words, WORDS } from "./words.js";

/** A signature of RSA_4096; all others are shorter. */
const LONGEST_SIGNATURE = 512;

/** How long a key's newest version is taken for that: a key gets one a week at most. */
const VERSIONS_MILLIS = 300_000;
/** Whoever sends wrong signatures causes no more questions than one in this time. */
const ASKED_LATELY_MILLIS = 10_000;
/** The most that the service tells at once; a key has at most 50 versions, unless an operator raised it. */
const PAGE_SIZE = 101;

/** Which of a key's versions. */
export interface KeyVersionOptions extends CallOptions {
  /**
   * Alibaba's dialect alone. If absent, the newest, which the client asks for every five minutes; to
   * verify, whichever made the signature.
   */
  keyVersionId?: string | undefined;
}

/** How to sign or verify: `{ algorithm: "ECDSA_SHA_256" }`. */
export interface SigningOptions extends KeyVersionOptions {
  /** One that the key has, in either cloud's words. */
  algorithm: SigningAlgorithmName;
}

/** A message, or its digest by the algorithm's hash: `{ digest }`. */
export type Signable = Uint8Array | { digest: Uint8Array };

type Call = (request: object, options?: CallOptions) => Promise<Record<string, unknown>>;

/** What of a client is needed. Requests and answers are those of its dialect. */
export interface AsymmetricClient {
  asymmetricSign: Call;
  asymmetricVerify: Call;
  getPublicKey: Call;
  listKeyVersions(request: object): Promise<{ keyVersions: { keyVersionId: string }[] }>;
}

/** One client's asymmetric keys, with the versions that it has learnt. */
export class AsymmetricKeys {
  readonly #client: AsymmetricClient;
  readonly #words: Words;
  readonly #toKeyId: Cloud["keyId"];
  readonly #versions: Remembered<string[]>;

  constructor(client: AsymmetricClient, { provider, keyId }: Cloud) {
    this.#client = client;
    this.#words = WORDS[provider];
    this.#toKeyId = keyId;
    this.#versions = new Remembered((keyId) => versionsOf(client, keyId), VERSIONS_MILLIS);
  }

  async sign(keyId: string, message: Signable, options: SigningOptions): Promise<Bytes> {
    const algorithm = signingAlgorithm(options?.algorithm);
    const fields = this.#words.fields(algorithm, await digestOf(message, algorithm));
    const request = { ...(await this.#key(keyId, options)), ...fields };
    const answer = await this.#client.asymmetricSign(request, options);
    return answerBytes(answer[this.#words.signature], this.#words.signature);
  }

  async verify(
    keyId: string,
    message: Signable,
    signature: Uint8Array,
    options: SigningOptions,
  ): Promise<boolean> {
    const algorithm = signingAlgorithm(options?.algorithm);
    const given = viewOf(signature, "signature");
    // The service would not say no but call it a wrong parameter.
    if (given.length === 0 || given.length > LONGEST_SIGNATURE) return false;
    const value = toBase64(given);
    const fields = this.#words.fields(algorithm, await digestOf(message, algorithm), value);
    const key = this.#named(keyId, options);
    if (key.keyVersionId !== undefined || !this.#words.versioned) {
      return this.#isGood({ ...key, ...fields }, options);
    }
    // Any version may have made it, also one that is newer than what is remembered.
    const tried = new Set<string>();
    for (const round of ["remembered", "asked anew"]) {
      if (round !== "remembered") this.#versions.forget(key.keyId, ASKED_LATELY_MILLIS);
      for (const keyVersionId of await this.#versionsOf(key.keyId, options.signal)) {
        if (tried.has(keyVersionId)) continue;
        tried.add(keyVersionId);
        if (await this.#isGood({ ...key, keyVersionId, ...fields }, options)) return true;
      }
    }
    return false;
  }

  async #isGood(request: object, options: SigningOptions): Promise<boolean> {
    try {
      const answer = await this.#client.asymmetricVerify(request, options);
      return answer[this.#words.verdict] === true;
    } catch (error) {
      if (error instanceof EdgekmsError && error.code === this.#words.notGood) return false;
      throw error;
    }
  }

  async publicKey(
    make: typeof PublicKey,
    keyId: string,
    options: KeyVersionOptions = {},
  ): Promise<PublicKey> {
    const answer = await this.#client.getPublicKey(await this.#key(keyId, options), options);
    try {
      return this.#words.publicKey(answer.publicKey as string, answer, make);
    } catch (cause) {
      const text = "the answer's PublicKey is not an RSA, P-256 or P-384 key";
      throw new EdgekmsError("InvalidAnswer", text, { cause });
    }
  }

  /** Which key, and the version that the caller named. */
  #named(keyId: string, { keyVersionId }: KeyVersionOptions): NamedKey {
    const key = { keyId: this.#toKeyId(checkedText(keyId, "keyId")) };
    if (keyVersionId === undefined) return key;
    if (this.#words.versioned) return { ...key, keyVersionId };
    throw invalidArgument("keyVersionId is of Alibaba's dialect: AWS names no version of a key");
  }

  /** Which key, and which version of it where the dialect names one. */
  async #key(keyId: string, options: KeyVersionOptions): Promise<NamedKey> {
    const key = this.#named(keyId, options);
    if (key.keyVersionId !== undefined || !this.#words.versioned) return key;
    const [newest] = await this.#versionsOf(key.keyId, options.signal);
    return { ...key, keyVersionId: newest };
  }

  #versionsOf(keyId: string, signal?: AbortSignal): Promise<string[]> {
    signal?.throwIfAborted();
    return orAborted(this.#versions.get(keyId), signal);
  }
}

interface NamedKey {
  keyId: string;
  keyVersionId?: string | undefined;
}

/** A key's versions, the newest first: at least one, since no answer without one is believed. */
async function versionsOf(client: AsymmetricClient, keyId: string): Promise<string[]> {
  const { keyVersions } = await client.listKeyVersions({ keyId, pageSize: PAGE_SIZE });
  const versions = keyVersions?.map((version) => version.keyVersionId);
  if (typeof versions?.[0] === "string") return versions;
  throw new EdgekmsError("InvalidAnswer", "the answer's KeyVersions has no version");
}

async function digestOf(message: Signable, { params: { hash } }: Algorithm): Promise<Bytes> {
  const given = (message as { digest?: unknown } | undefined)?.digest;
  if (given === undefined) {
    return new Uint8Array(await subtle().digest(hash, viewOf(message, "message")));
  }
  const digest = viewOf(given, "digest").slice();
  if (digest.length === DIGEST_BYTES[hash]) return digest;
  throw invalidArgument(`digest must have the ${DIGEST_BYTES[hash]} bytes of ${hash}`);
}
