// SPDX-License-Identifier: Apache-2.0
/** The key service as the core's KMS keyring sees it, over a `KmsClient`. */

import type {
  GeneratedKey,
  KeyProvider,
  KmsPort,
  Pairs,
  UnwrappedKey,
  WrappedKey,
} from "./bindings.js";
import { type Bytes, fromBase64, toBase64 } from "./bytes.js";
import type { CallOptions } from "./call-options.js";
import { fromPairs } from "./context.js";
import type { Protocol } from "./dialect.js";
import { EdgekmsError } from "./errors.js";
import type { Methods } from "./generated/methods.js";

/** An alias can be given to another key, so what it named is believed for this long. */
const ALIAS_MILLIS = 60_000;

/** What of a client the service needs. */
type Client = Pick<Methods<"aliyun">, "generateDataKey" | "encrypt" | "decrypt" | "describeKey">;

interface KnownArn {
  arn: Promise<string>;
  until: number;
}

/** One client's service, with the ARNs that it has learnt. */
export class KmsKeyService {
  /** What messages name as the provider of its keys. */
  readonly provider: KeyProvider;
  readonly #client: Client;
  readonly #toKeyId: Protocol["keyId"];
  readonly #arns = new Map<string, KnownArn>();

  constructor(client: Client, { provider, keyId }: Protocol) {
    this.provider = provider;
    this.#client = client;
    this.#toKeyId = keyId;
  }

  /**
   * The port for one message. Failures are also told to `failed`: where several data keys are
   * tried, the core reports only that none could be unwrapped.
   */
  port(options: CallOptions, failed: (error: unknown) => void): KmsPort {
    const noting = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    return {
      generateDataKey: (keyId, bytes, context) =>
        noting(this.#generateDataKey(keyId, bytes, context, options)),
      encrypt: (keyId, plaintext, context) =>
        noting(this.#encrypt(keyId, plaintext, context, options)),
      decrypt: (blob, context) => noting(this.#decrypt(blob, context, options)),
      resolveArn: (keyId) => noting(this.#arnOf(keyId)),
    };
  }

  async #generateDataKey(
    keyId: string,
    numberOfBytes: number,
    context: Pairs,
    options: CallOptions,
  ): Promise<GeneratedKey> {
    const request = { keyId: this.#toKeyId(keyId), numberOfBytes, ...contextOf(context) };
    const answer = await this.#client.generateDataKey(request, options);
    // The ARN of the key that answered, not of what an alias named a moment ago.
    const keyArn = await this.#arnOf(answer.keyId);
    return { keyArn, plaintext: answer.plaintext, ciphertextBlob: blobBytes(answer.ciphertextBlob) };
  }

  async #encrypt(
    keyId: string,
    plaintext: Uint8Array,
    context: Pairs,
    options: CallOptions,
  ): Promise<WrappedKey> {
    const request = { keyId: this.#toKeyId(keyId), plaintext, ...contextOf(context) };
    const answer = await this.#client.encrypt(request, options);
    const keyArn = await this.#arnOf(answer.keyId);
    return { keyArn, ciphertextBlob: blobBytes(answer.ciphertextBlob) };
  }

  async #decrypt(
    blob: Uint8Array,
    context: Pairs,
    options: CallOptions,
  ): Promise<UnwrappedKey> {
    const request = { ciphertextBlob: toBase64(blob), ...contextOf(context) };
    const { keyId, plaintext } = await this.#client.decrypt(request, options);
    return { keyId, plaintext };
  }

  /** The key ARN of an id, alias or ARN. Many callers at once cause one request. */
  #arnOf(name: string): Promise<string> {
    const keyId = this.#toKeyId(name);
    // AWS answers with the ARN.
    if (/^(acs|arn:[^:]*):kms:[^:]*:[^:]*:key\//.test(keyId)) return Promise.resolve(keyId);
    const known = this.#arns.get(keyId);
    if (known !== undefined && Date.now() < known.until) return known.arn;
    // Not bound to one caller's signal: others may be waiting for the same answer.
    const arn = this.#client.describeKey({ keyId }).then(({ keyMetadata }) => keyMetadata.arn);
    const until = keyId.includes("alias/") ? Date.now() + ALIAS_MILLIS : Number.POSITIVE_INFINITY;
    this.#arns.set(keyId, { arn, until });
    arn.catch(() => this.#arns.delete(keyId));
    return arn;
  }
}

function contextOf(pairs: Pairs): { encryptionContext: Record<string, string> } {
  return { encryptionContext: fromPairs(pairs) };
}

function blobBytes(blob: string): Bytes {
  const bytes = fromBase64(blob);
  if (bytes !== undefined) return bytes;
  throw new EdgekmsError("InvalidAnswer", "the answer's CiphertextBlob is not base64");
}
