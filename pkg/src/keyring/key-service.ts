// SPDX-License-Identifier: Apache-2.0
/** The key service as the KMS keyrings see it, over a `KmsClient`. */

import { type Bytes, toBase64 } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import type {
  DecryptAnswer,
  DescribeKeyAnswer,
  EncryptAnswer,
  GenerateDataKeyAnswer,
} from "../generated/aliyun.js";
import type { CallOptions } from "../kms/call-options.js";
import type { Caller } from "../kms/caller.js";
import type { Cloud } from "../kms/dialect.js";
import { answerBytes, had } from "../kms/fields.js";
import { Remembered } from "../kms/remembered.js";
import { type KeyProvider, keyArn } from "./arn.js";
import { isNoAnswer } from "./attempts.js";

/** How long a service that did not answer is taken to be down, by those who have others to ask. */
const DOWN_MILLIS = 30_000;

/** What calls the actions. Not the client, which may be told to check what is called. */
type Asker = Pick<Caller, "ask">;

/** A data key wrapped under the CMK with this ARN. */
export interface WrappedKey {
  readonly arn: string;
  readonly blob: Bytes;
}

/** A data key in clear; whoever gets it wipes it. */
export interface PlainKey {
  readonly plaintext: Bytes;
}

/** One client's service, with the ARNs that it has learnt. */
export class KeyService {
  /** What messages name as the provider of its keys. */
  readonly provider: KeyProvider;
  readonly #caller: Asker;
  readonly #toKeyId: Cloud["keyId"];
  readonly #arns: Remembered<string>;
  #down: { error: unknown; until: number } | undefined;

  constructor(caller: Asker, { provider, keyId }: Cloud) {
    this.provider = provider;
    this.#caller = caller;
    this.#toKeyId = keyId;
    this.#arns = new Remembered(async (name, options) => {
      const { keyMetadata } = (await caller.ask("DescribeKey", { keyId: name }, options)) as DescribeKeyAnswer;
      return had(keyMetadata?.arn, "Arn");
    });
  }

  /** `GenerateDataKey` under the CMK with this id, alias or ARN. */
  async generate(
    name: string,
    numberOfBytes: number,
    encryptionContext: EncryptionContext,
    options: CallOptions,
  ): Promise<WrappedKey & PlainKey> {
    const keyId = this.#toKeyId(name);
    const request = { keyId, numberOfBytes, encryptionContext };
    const answer = (await this.#caller.ask("GenerateDataKey", request, options)) as GenerateDataKeyAnswer;
    const plaintext = had(answer.plaintext, "Plaintext") as Bytes;
    try {
      return { plaintext, ...(await this.#wrapped(keyId, answer)) };
    } catch (error) {
      plaintext.fill(0);
      throw error;
    }
  }

  /** `Encrypt` under the CMK with this id, alias or ARN. */
  async encrypt(
    name: string,
    plaintext: Bytes,
    encryptionContext: EncryptionContext,
    options: CallOptions,
  ): Promise<WrappedKey> {
    const keyId = this.#toKeyId(name);
    const answer = await this.#caller.ask("Encrypt", { keyId, plaintext, encryptionContext }, options);
    return this.#wrapped(keyId, answer as EncryptAnswer);
  }

  /** `Decrypt`, and the id or ARN of the CMK that did it. */
  async decrypt(
    blob: Bytes,
    encryptionContext: EncryptionContext,
    options: CallOptions,
  ): Promise<PlainKey & { keyId: string }> {
    const request = { ciphertextBlob: toBase64(blob), encryptionContext };
    const answer = await this.#unlessDown(options, () => this.#caller.ask("Decrypt", request, options));
    const { keyId, plaintext } = answer as DecryptAnswer;
    return { keyId: had(keyId, "KeyId"), plaintext: had(plaintext, "Plaintext") as Bytes };
  }

  /** The key ARN of an id, alias or ARN. */
  async arnOf(name: string, { maxAttempts }: CallOptions = {}): Promise<string> {
    const keyId = this.#toKeyId(name);
    if (keyArn(keyId) !== undefined) return keyId;
    // Not bound to the caller's signal: others may be waiting for the same answer.
    const options = maxAttempts === undefined ? {} : { maxAttempts };
    return this.#unlessDown(options, () => this.#arns.get(keyId, options));
  }

  /**
   * The ARN of the key that answered, not of what an alias named a moment ago. Who asked by ARN knows it, and
   * may not be allowed to describe the key. AWS answers with the ARN.
   */
  async #wrapped(
    asked: string,
    { keyId, ciphertextBlob }: { keyId: string; ciphertextBlob: string },
  ): Promise<WrappedKey> {
    const isAsked = keyArn(asked)?.keyId === keyId;
    return { arn: await this.arnOf(isAsked ? asked : keyId), blob: answerBytes(ciphertextBlob, "ciphertextBlob") };
  }

  /**
   * A call of which one attempt is allowed has others beside it: it fails at once while the service is down,
   * so that this costs one timeout and not one a message.
   */
  async #unlessDown<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
    const hasOthers = options.maxAttempts === 1;
    if (hasOthers && this.#down !== undefined && Date.now() < this.#down.until) throw this.#down.error;
    try {
      const answer = await call();
      this.#down = undefined;
      return answer;
    } catch (error) {
      if (isNoAnswer(error)) this.#down = { error, until: Date.now() + DOWN_MILLIS };
      throw error;
    }
  }
}
