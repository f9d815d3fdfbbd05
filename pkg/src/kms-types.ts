// SPDX-License-Identifier: Apache-2.0
/**
 * Requests and answers of the KMS actions.
 *
 * Names are those of the wire in camelCase (`KeyId` is `keyId`), with three comforts: bytes are
 * `Uint8Array`s where the wire has base64 of plaintext, contexts are objects, and a list such as
 * `Keys.Key[]` is one array.
 */

import type { Bytes } from "./bytes.js";
import type { EncryptionContext } from "./context.js";

/** Fields of every answer. */
export interface Answered {
  /** The server's id of the request. */
  requestId: string;
}

/** A label of a key. */
export interface Tag {
  tagKey: string;
  tagValue: string;
}

/** What the service knows about a CMK. */
export interface KeyMetadata {
  keyId: string;
  arn: string;
  creationDate: string;
  creator: string;
  description: string;
  keyState: string;
  keyUsage: string;
  keySpec: string;
  origin: string;
  protectionLevel: string;
  primaryKeyVersion?: string;
  deleteDate: string;
  materialExpireTime: string;
  lastRotationDate?: string;
  automaticRotation?: string;
  rotationInterval?: string;
  nextRotationDate?: string;
  deletionProtection?: string;
  deletionProtectionDescription?: string;
  dkmsInstanceId?: string;
}

/** Names a CMK: its id, `alias/...`, or its ARN where the action takes one. */
export interface KeyReference {
  keyId: string;
}

export interface CreateKeyRequest {
  description?: string;
  keySpec?: string;
  keyUsage?: string;
  origin?: string;
  protectionLevel?: string;
  enableAutomaticRotation?: boolean;
  /** For example `365d`. */
  rotationInterval?: string;
  policy?: string;
  tags?: Tag[];
}

export interface KeyAnswer extends Answered {
  keyMetadata: KeyMetadata;
}

export interface PageRequest {
  /** From 1. */
  pageNumber?: number;
  pageSize?: number;
}

export interface PageAnswer extends Answered {
  totalCount: number;
  pageNumber: number;
  pageSize: number;
}

export interface ListKeysRequest extends PageRequest {
  filters?: { key: string; values: string[] }[];
}

export interface ListKeysAnswer extends PageAnswer {
  keys: { keyId: string; keyArn: string }[];
}

export interface UpdateKeyDescriptionRequest extends KeyReference {
  /** May be empty, which clears it. */
  description: string;
}

export interface ScheduleKeyDeletionRequest extends KeyReference {
  /** 7 to 366. */
  pendingWindowInDays: number;
}

export interface CreateAliasRequest extends KeyReference {
  /** With its prefix: `alias/photos`. */
  aliasName: string;
}

export interface UpdateAliasRequest extends KeyReference {
  /** With its prefix: `alias/photos`. */
  aliasName: string;
}

export interface DeleteAliasRequest {
  aliasName: string;
}

export interface ListAliasesAnswer extends PageAnswer {
  aliases: { keyId: string; aliasName: string; aliasArn: string }[];
}

export interface EncryptRequest extends KeyReference {
  /** At most some kilobytes: larger data is what {@link Envelope} is for. */
  plaintext: Uint8Array;
  encryptionContext?: EncryptionContext;
}

/** Names the key and version that were used. */
export interface KeyUsed extends Answered {
  keyId: string;
  keyVersionId: string;
}

export interface EncryptAnswer extends KeyUsed {
  /** Base64 text, as on the wire. */
  ciphertextBlob: string;
}

export interface DecryptRequest {
  /** Base64 text, as on the wire. */
  ciphertextBlob: string;
  encryptionContext?: EncryptionContext;
}

export interface DecryptAnswer extends KeyUsed {
  plaintext: Bytes;
}

export interface GenerateDataKeyRequest extends KeyReference {
  keySpec?: "AES_256" | "AES_128";
  /** Wins over `keySpec`. */
  numberOfBytes?: number;
  encryptionContext?: EncryptionContext;
}

export interface GenerateDataKeyAnswer extends EncryptAnswer {
  plaintext: Bytes;
}

export interface DescribeRegionsAnswer extends Answered {
  regions: { regionId: string }[];
}
