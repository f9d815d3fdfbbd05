// SPDX-License-Identifier: Apache-2.0
/** The key service as the core's KMS keyring sees it, over a `KmsClient`. */

import type {
  GeneratedKey,
  KeyProvider,
  KmsPort,
  Pairs,
  UnwrappedKey,
  WrappedKey,
} from "../core/bindings.js";
import { toBase64 } from "../bytes.js";
import type { CallOptions } from "../kms/call-options.js";
import { fromPairs } from "../context.js";
import type { Cloud } from "../kms/dialect.js";
import { answerBytes } from "../kms/fields.js";
import type { Methods } from "../generated/methods.js";
import { Remembered } from "../kms/remembered.js";

/** What of a client the service needs. */
type Client = Pick<Methods<"aliyun">, "generateDataKey" | "encrypt" | "decrypt" | "describeKey">;

/** One client's service, with the ARNs that it has learnt. */
export class KmsKeyService {
  /** What messages name as the provider of its keys. */
  readonly provider: KeyProvider;
  readonly #client: Client;
  readonly #toKeyId: Cloud["keyId"];
  readonly #arns: Remembered<string>;

  constructor(client: Client, { provider, keyId }: Cloud) {
    this.provider = provider;
    this.#client = client;
    this.#toKeyId = keyId;
    this.#arns = new Remembered(async (keyId) => {
      const { keyMetadata } = await client.describeKey({ keyId });
      return keyMetadata.arn;
    });
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
    const keyArn = await this.#arnOfAnswer(request.keyId, answer.keyId);
    return { keyArn, plaintext: answer.plaintext, ciphertextBlob: blobOf(answer) };
  }

  async #encrypt(
    keyId: string,
    plaintext: Uint8Array,
    context: Pairs,
    options: CallOptions,
  ): Promise<WrappedKey> {
    const request = { keyId: this.#toKeyId(keyId), plaintext, ...contextOf(context) };
    const answer = await this.#client.encrypt(request, options);
    const keyArn = await this.#arnOfAnswer(request.keyId, answer.keyId);
    return { keyArn, ciphertextBlob: blobOf(answer) };
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

  /**
   * The ARN of the key that answered, not of what an alias named a moment ago. Who asked by ARN knows it, and
   * may not be allowed to describe the key.
   */
  #arnOfAnswer(asked: string, answered: string): Promise<string> {
    const isAsked = isKeyArn(asked) && asked.endsWith(`:key/${answered}`);
    return this.#arnOf(isAsked ? asked : answered);
  }

  /** The key ARN of an id, alias or ARN. */
  #arnOf(name: string): Promise<string> {
    const keyId = this.#toKeyId(name);
    // AWS answers with the ARN.
    return isKeyArn(keyId) ? Promise.resolve(keyId) : this.#arns.get(keyId);
  }
}

function isKeyArn(name: string): boolean {
  return /^(acs|arn:[^:]*):kms:[^:]*:[^:]*:key\//.test(name);
}

function contextOf(pairs: Pairs): { encryptionContext: Record<string, string> } {
  return { encryptionContext: fromPairs(pairs) };
}

function blobOf({ ciphertextBlob }: { ciphertextBlob: string }): Uint8Array {
  return answerBytes(ciphertextBlob, "ciphertextBlob");
}
