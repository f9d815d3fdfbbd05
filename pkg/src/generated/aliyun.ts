// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** What the actions of Alibaba Cloud take and give. Names are the wire's, with a small first letter. */

import type { Bytes } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import type { Answered } from "../dialect.js";

/** One alias. */
export interface AliasRow {
  /** The full name. */
  aliasArn: string;
  /** The name. */
  aliasName: string;
  /** The key it names. */
  keyId: string;
}

export type AutomaticRotation = "Enabled" | "Disabled" | "Suspended" | (string & {});

export type DataKeySpec = "AES_256" | "AES_128";

export type DeletionProtection = "Enabled" | "Disabled" | (string & {});

export type EncryptionAlgorithm = "RSAES_OAEP_SHA_256" | "RSAES_OAEP_SHA_1";

/** One condition. */
export interface Filter {
  /** The property: KeyState, KeySpec, KeyUsage, ProtectionLevel or CreatorType. */
  key: string;
  /** What it may be. Values that the property does not have are ignored, as documented. */
  values: string[];
}

/** What the service tells about a key. */
export interface KeyMetadata {
  /** The full name. */
  arn: string;
  /** Whether new versions come by themselves. */
  automaticRotation: AutomaticRotation;
  /** When it was made. */
  creationDate: string;
  /** The account that made it. */
  creator: string;
  /** When it will be deleted, if that is decided. */
  deleteDate: string;
  /** The user's description. */
  description: string;
  /** The id. */
  keyId: string;
  /** Algorithm and size. */
  keySpec: KeySpec;
  /** Where it is in its life. */
  keyState: KeyState;
  /** What it is for. */
  keyUsage: KeyUsage;
  /** When the newest version was made. */
  lastRotationDate: string;
  /** When imported material expires, if it does. */
  materialExpireTime: string;
  /** Who made its material. */
  origin: Origin;
  /** What guards its material. */
  protectionLevel: ProtectionLevel;
  /** `Enabled` or `Disabled`. DescribeKey only. */
  deletionProtection?: DeletionProtection;
  /** Why deletion protection is on. DescribeKey only. */
  deletionProtectionDescription?: string;
  /** When the next version comes. Only if rotation is on or suspended. */
  nextRotationDate?: string;
  /** The version that encrypts. Symmetric keys only. */
  primaryKeyVersion?: string;
  /** Time between versions, such as `31536000s`. Only if rotation is on or suspended. */
  rotationInterval?: string;
}

/** One key. */
export interface KeyRow {
  /** The full name. */
  keyArn: string;
  /** The id. */
  keyId: string;
}

export type KeySpec =
  | "Aliyun_AES_256"
  | "Aliyun_AES_192"
  | "Aliyun_AES_128"
  | "Aliyun_SM4"
  | "RSA_2048"
  | "RSA_3072"
  | "RSA_4096"
  | "EC_P256"
  | "EC_P384"
  | "EC_P256K"
  | "EC_SM2"
  | "HMAC_224"
  | "HMAC_256"
  | "HMAC_384"
  | "HMAC_512"
  | "HMAC_SM3"
  | (string & {});

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | (string & {});

export type KeyUsage = "ENCRYPT/DECRYPT" | "SIGN/VERIFY" | "GENERATE_VERIFY_MAC" | (string & {});

/** One version. */
export interface KeyVersionRow {
  /** When it was made. */
  creationDate: string;
  /** The key. */
  keyId: string;
  /** The version. */
  keyVersionId: string;
}

export type MacAlgorithm =
  | "HMAC_SHA_224"
  | "HMAC_SHA_256"
  | "HMAC_SHA_384"
  | "HMAC_SHA_512"
  | "HMAC_SM3"
  | (string & {});

export type Origin = "Aliyun_KMS" | "EXTERNAL" | (string & {});

export type ProtectionLevel = "SOFTWARE" | "HSM" | (string & {});

export type Quota =
  | "Keys"
  | "Aliases"
  | "KeyVersions"
  | "AsymmetricKeyVersions"
  | "KeyTags"
  | (string & {});

/** One quota. */
export interface QuotaUse {
  /** The number that holds for this account and region. */
  number: number;
  /** Which one. */
  quota: Quota;
  /** How many there are; none for what is counted key by key. */
  used?: number;
}

/** One region. */
export interface RegionRow {
  /** Its id, such as `cn-hangzhou`. */
  regionId: string;
}

export type SigningAlgorithm =
  | "RSA_PSS_SHA_256"
  | "RSA_PSS_SHA_384"
  | "RSA_PSS_SHA_512"
  | "RSA_PKCS1_SHA_256"
  | "RSA_PKCS1_SHA_384"
  | "RSA_PKCS1_SHA_512"
  | "ECDSA_SHA_256"
  | "ECDSA_SHA_384";

/** A label on a key. */
export interface Tag {
  /** What is unique among a key's tags. */
  tagKey: string;
  /** What it says. */
  tagValue?: string;
}

/** Keys of tags, as UntagResource takes them: at most as many as a key can have. */
export type TagKeys = string[];

/** A tag as ListResourceTags tells it. */
export interface TagRow {
  /** The key that has the tag. */
  keyId: string;
  /** The tag's key. */
  tagKey: string;
  /** The tag's value. */
  tagValue: string;
}

/** Tags of one request, each key once. */
export type Tags = Tag[];

/** Makes a CMK, enabled, with fresh material. */
export interface CreateKeyRequest {
  /** At most 8,192 characters. */
  description?: string;
  /**
   * Whether new versions come by themselves. Symmetric keys only, and not with imported material.
   */
  enableAutomaticRotation?: boolean;
  /** Algorithm and size; `Aliyun_AES_256` if absent. */
  keySpec?: KeySpec;
  /** What the key is for; the spec's own default if absent. */
  keyUsage?: KeyUsage;
  /** Who makes its material; `Aliyun_KMS` if absent. */
  origin?: Origin;
  /** What guards its material; `SOFTWARE` if absent. */
  protectionLevel?: ProtectionLevel;
  /** Time between versions, 7 to 730 days, such as `365d`. Means nothing while rotation is off. */
  rotationInterval?: string;
  /** At most 20, each key once. */
  tags?: Tags;
  /** Alibaba Cloud has it; edgekms refuses it. */
  policy?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  dkmsInstanceId?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  keyStorageMechanism?: string;
}

/** The key made. */
export interface CreateKeyAnswer extends Answered {
  /** What was made. */
  keyMetadata: KeyMetadata;
}

/** Tells what the service knows about a CMK. */
export interface DescribeKeyRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
}

/** What is known of a key. */
export interface DescribeKeyAnswer extends Answered {
  /** The key, with its deletion protection. */
  keyMetadata: KeyMetadata;
}

/** Lists the CMKs, a page at a time, in the order in which they were made. */
export interface ListKeysRequest {
  /** What a key must be to be listed. */
  filters?: Filter[];
  /** From 1, the default. */
  pageNumber?: number;
  /** Rows a page, 1 to 100; 10 if absent. */
  pageSize?: number;
}

/** A page of keys. */
export interface ListKeysAnswer extends Answered {
  /** The rows. */
  keys: KeyRow[];
  /** As asked. */
  pageNumber: number;
  /** As asked. */
  pageSize: number;
  /** Of all keys that pass the filters. */
  totalCount: number;
}

/** Replaces a CMK's description. An empty one clears it. */
export interface UpdateKeyDescriptionRequest {
  /** At most 8,192 characters; may be empty. */
  description: string;
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type UpdateKeyDescriptionAnswer = Answered;

/** Lets a CMK be used. */
export interface EnableKeyRequest {
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type EnableKeyAnswer = Answered;

/** Stops every use of a CMK until it is enabled again. */
export interface DisableKeyRequest {
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type DisableKeyAnswer = Answered;

/**
 * Stops every use of a CMK and deletes it after some days. Whatever is still encrypted under it is
 * then lost for good; until then CancelKeyDeletion saves it.
 */
export interface ScheduleKeyDeletionRequest {
  /** The key. */
  keyId: string;
  /** Days in which CancelKeyDeletion can still save it, 7 to 366. */
  pendingWindowInDays: number;
}

/** Nothing but the request's id. */
export type ScheduleKeyDeletionAnswer = Answered;

/** Keeps a CMK that waits for its deletion, and lets it be used again. */
export interface CancelKeyDeletionRequest {
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type CancelKeyDeletionAnswer = Answered;

/** Protects a CMK from ScheduleKeyDeletion, or no longer. */
export interface SetDeletionProtectionRequest {
  /** Whether deletion is refused from now on. */
  enableDeletionProtection: boolean;
  /** Why, for whoever tries to delete the key. Means nothing while protection is off. */
  deletionProtectionDescription?: string;
  /** The key's id. Give it or ProtectedResourceArn. */
  keyId?: string;
  /** The key's ARN. Give it or KeyId. */
  protectedResourceArn?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  kmsInstanceId?: string;
}

/** Nothing but the request's id. */
export type SetDeletionProtectionAnswer = Answered;

/** Tells about a version of a CMK. */
export interface DescribeKeyVersionRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version. */
  keyVersionId: string;
}

/** The version. */
export interface DescribeKeyVersionAnswer extends Answered {
  /** The version asked for. */
  keyVersion: KeyVersionRow;
}

/** Lists the versions of a CMK, a page at a time, the newest first. */
export interface ListKeyVersionsRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** From 1, the default. */
  pageNumber?: number;
  /** Rows a page, 0 to 101; 10 if absent. */
  pageSize?: number;
}

/** A page of versions. */
export interface ListKeyVersionsAnswer extends Answered {
  /** The rows. */
  keyVersions: KeyVersionRow[];
  /** As asked. */
  pageNumber: number;
  /** As asked. */
  pageSize: number;
  /** Of all versions of the key. */
  totalCount: number;
}

/**
 * Has a symmetric CMK get new versions by itself, or no longer. Whatever was encrypted under an
 * earlier version still decrypts.
 */
export interface UpdateRotationPolicyRequest {
  /** Whether new versions come by themselves. */
  enableAutomaticRotation: boolean;
  /** The key. */
  keyId: string;
  /** Time between versions, 7 to 730 days, such as `365d`. Needed while rotation is on. */
  rotationInterval?: string;
}

/** Nothing but the request's id. */
export type UpdateRotationPolicyAnswer = Answered;

/**
 * Gives an asymmetric CMK a new version, at most once in 7 days. Earlier versions stay as they are.
 */
export interface CreateKeyVersionRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
}

/** The version made. */
export interface CreateKeyVersionAnswer extends Answered {
  /** What was made. */
  keyVersion: KeyVersionRow;
}

/** Gives a CMK another name, unique in its account and region. */
export interface CreateAliasRequest {
  /**
   * The name, with its prefix: `alias/photos`. Names that begin with `alias/acs` belong to service
   * keys.
   */
  aliasName: string;
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type CreateAliasAnswer = Answered;

/** Moves a name to this CMK. What was encrypted under the old one stays under it. */
export interface UpdateAliasRequest {
  /**
   * The name, with its prefix: `alias/photos`. Names that begin with `alias/acs` belong to service
   * keys.
   */
  aliasName: string;
  /** The key. */
  keyId: string;
}

/** Nothing but the request's id. */
export type UpdateAliasAnswer = Answered;

/** Removes a name. The CMK stays, and what was encrypted by the name can still be decrypted. */
export interface DeleteAliasRequest {
  /** The name, with its prefix. */
  aliasName: string;
}

/** Nothing but the request's id. */
export type DeleteAliasAnswer = Answered;

/** Lists the aliases, a page at a time, in the order of their names. */
export interface ListAliasesRequest {
  /** From 1, the default. */
  pageNumber?: number;
  /** Rows a page, 0 to 100; 10 if absent. */
  pageSize?: number;
}

/** A page of aliases. */
export interface ListAliasesAnswer extends Answered {
  /** The rows. */
  aliases: AliasRow[];
  /** As asked. */
  pageNumber: number;
  /** As asked. */
  pageSize: number;
  /** Of all aliases. */
  totalCount: number;
}

/** Puts tags on a CMK. One that it has already gets the new value. */
export interface TagResourceRequest {
  /** The key. */
  keyId: string;
  /** At most 20, each TagKey once. A key has at most 50. */
  tags: Tags;
  /** Alibaba Cloud has it; edgekms refuses it. */
  secretName?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  certificateId?: string;
}

/** Nothing but the request's id. */
export type TagResourceAnswer = Answered;

/** Takes tags off a CMK. One that it does not have is passed over. */
export interface UntagResourceRequest {
  /** The key. */
  keyId: string;
  /** At most 50. */
  tagKeys: TagKeys;
  /** Alibaba Cloud has it; edgekms refuses it. */
  secretName?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  certificateId?: string;
}

/** Nothing but the request's id. */
export type UntagResourceAnswer = Answered;

/** Lists the tags of a CMK. */
export interface ListResourceTagsRequest {
  /** The key. */
  keyId: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  secretName?: string;
  /** Alibaba Cloud has it; edgekms refuses it. */
  certificateId?: string;
}

/** The tags. */
export interface ListResourceTagsAnswer extends Answered {
  /** The rows, in the order of their TagKeys. */
  tags: TagRow[];
}

/** Encrypts a small value in the service. */
export interface EncryptRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /**
   * At most 4,096 bytes, unless the server is set to take up to 6,144: larger data is what
   * envelopes are for.
   */
  plaintext: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the plaintext, and not stored. */
  encryptionContext?: EncryptionContext;
}

/** The ciphertext. */
export interface EncryptAnswer extends Answered {
  /** What Decrypt takes. */
  ciphertextBlob: string;
  /** The key's plain id. */
  keyId: string;
  /** The version that encrypted: the primary one. */
  keyVersionId: string;
}

/** Opens a `CiphertextBlob`; the service finds the key from the blob. */
export interface DecryptRequest {
  /** What Encrypt or GenerateDataKey gave. */
  ciphertextBlob: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** The context given then. */
  encryptionContext?: EncryptionContext;
  /** Alibaba Cloud has it; edgekms refuses it. */
  recipient?: string;
}

/** The plaintext. */
export interface DecryptAnswer extends Answered {
  /** The key's plain id. */
  keyId: string;
  /** The version that had encrypted. */
  keyVersionId: string;
  /** What was encrypted. */
  plaintext: Bytes;
}

/** Makes a fresh data key, in clear and wrapped under a CMK. */
export interface GenerateDataKeyRequest {
  /** The key that wraps: its id, an alias or its ARN. */
  keyId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted data key, and not stored. */
  encryptionContext?: EncryptionContext;
  /**
   * The data key's length by a name. Means nothing beside `NumberOfBytes`; `AES_256` if both are
   * absent.
   */
  keySpec?: DataKeySpec;
  /** The data key's length, 1 to 1,024 bytes. */
  numberOfBytes?: number;
  /** Alibaba Cloud has it; edgekms refuses it. */
  recipient?: string;
}

/** The data key. */
export interface GenerateDataKeyAnswer extends Answered {
  /** The data key, encrypted. */
  ciphertextBlob: string;
  /** The wrapping key's plain id. */
  keyId: string;
  /** The version that wrapped: the primary one. */
  keyVersionId: string;
  /** The data key. */
  plaintext: Bytes;
}

/** Makes a fresh data key, wrapped under a CMK only: for whoever stores it and does not use it. */
export interface GenerateDataKeyWithoutPlaintextRequest {
  /** The key that wraps: its id, an alias or its ARN. */
  keyId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted data key, and not stored. */
  encryptionContext?: EncryptionContext;
  /**
   * The data key's length by a name. Means nothing beside `NumberOfBytes`; `AES_256` if both are
   * absent.
   */
  keySpec?: DataKeySpec;
  /** The data key's length, 1 to 1,024 bytes. */
  numberOfBytes?: number;
}

/** The data key. */
export interface GenerateDataKeyWithoutPlaintextAnswer extends Answered {
  /** The data key, encrypted. */
  ciphertextBlob: string;
  /** The wrapping key's plain id. */
  keyId: string;
  /** The version that wrapped: the primary one. */
  keyVersionId: string;
}

/** Makes a message authentication code with an HMAC key. */
export interface GenerateMacRequest {
  /** The algorithm, which is the one of the key's spec. */
  algorithm: MacAlgorithm;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** What is authenticated: 1 to 4,096 bytes. */
  message: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The code. */
export interface GenerateMacAnswer extends Answered {
  /** The algorithm that made it. */
  algorithm: MacAlgorithm;
  /** The key's plain id. */
  keyId: string;
  /** As long as the hash's digest. */
  mac: string;
}

/** Says whether a message authentication code is that of a message under an HMAC key. */
export interface VerifyMacRequest {
  /** The algorithm, which is the one of the key's spec. */
  algorithm: MacAlgorithm;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The code, whole: a truncated one is not good. */
  mac: string;
  /** What was authenticated: 1 to 4,096 bytes. */
  message: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The verdict. */
export interface VerifyMacAnswer extends Answered {
  /** The algorithm by which it was looked at. */
  algorithm: MacAlgorithm;
  /** The key's plain id. */
  keyId: string;
  /** Whether the code is good. */
  value: boolean;
}

/** Signs a digest with the private key of an asymmetric CMK. */
export interface AsymmetricSignRequest {
  /** The algorithm, one that the key has. */
  algorithm: SigningAlgorithm;
  /** The digest, by the algorithm's hash, of what is signed. */
  digest: string;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version of the key. With AWS, which names none, it is the newest. */
  keyVersionId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The signature. */
export interface AsymmetricSignAnswer extends Answered {
  /** The key's plain id. */
  keyId: string;
  /** The version of the key. */
  keyVersionId: string;
  /** The signature: as long as the modulus for RSA, DER of r and s for ECDSA. */
  value: string;
}

/** Says whether a signature is that of a digest under an asymmetric CMK. */
export interface AsymmetricVerifyRequest {
  /** The algorithm that signed. */
  algorithm: SigningAlgorithm;
  /** The digest of what was signed. */
  digest: string;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version of the key. With AWS, which names none, it is the newest. */
  keyVersionId: string;
  /** The signature. */
  value: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The verdict. */
export interface AsymmetricVerifyAnswer extends Answered {
  /** The key's plain id. */
  keyId: string;
  /** The version of the key. */
  keyVersionId: string;
  /** Whether the signature is good. */
  value: boolean;
}

/** Encrypts a small value under the public key of an asymmetric CMK. */
export interface AsymmetricEncryptRequest {
  /** The algorithm. */
  algorithm: EncryptionAlgorithm;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version of the key. With AWS, which names none, it is the newest. */
  keyVersionId: string;
  /**
   * With RSA_2048 at most 190 bytes (RSAES_OAEP_SHA_256) or 214 (RSAES_OAEP_SHA_1), with RSA_3072
   * 318 or 342, with RSA_4096 446 or 470.
   */
  plaintext: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The ciphertext. */
export interface AsymmetricEncryptAnswer extends Answered {
  /** As long as the key's modulus. Whoever has the private key opens it; AsymmetricDecrypt does. */
  ciphertextBlob: string;
  /** The key's plain id. */
  keyId: string;
  /** The version of the key. */
  keyVersionId: string;
}

/** Opens what was encrypted under the public key of an asymmetric CMK. */
export interface AsymmetricDecryptRequest {
  /** The algorithm that encrypted. */
  algorithm: EncryptionAlgorithm;
  /** The ciphertext. */
  ciphertextBlob: string;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version of the key. With AWS, which names none, it is the newest. */
  keyVersionId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Alibaba Cloud has it; edgekms refuses it. */
  recipient?: string;
}

/** The plaintext. */
export interface AsymmetricDecryptAnswer extends Answered {
  /** The key's plain id. */
  keyId: string;
  /** The version of the key. */
  keyVersionId: string;
  /** What was encrypted. */
  plaintext: Bytes;
}

/** Tells the public key of an asymmetric CMK, to verify and to encrypt with anywhere. */
export interface GetPublicKeyRequest {
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** The version of the key. With AWS, which names none, it is the newest. */
  keyVersionId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The public key. */
export interface GetPublicKeyAnswer extends Answered {
  /** The key's plain id. */
  keyId: string;
  /** The version of the key. */
  keyVersionId: string;
  /** SubjectPublicKeyInfo in PEM. */
  publicKey: string;
}

/** Tells the regions of the service. */
export type DescribeRegionsRequest = object;

/** The regions. */
export interface DescribeRegionsAnswer extends Answered {
  /** The regions, the default one first. */
  regions: RegionRow[];
}

/** Tells the quotas of the account in the region. */
export type DescribeQuotasRequest = object;

/** The quotas. */
export interface DescribeQuotasAnswer extends Answered {
  /** The rows. */
  quotas: QuotaUse[];
}

/** Sets a quota of the account in the region. What is there already stays, though it be more. */
export interface SetQuotaRequest {
  /**
   * The number, from 1 to the largest that was measured: 100,000 keys and aliases, 1,000,000
   * versions, 1,000 of an asymmetric key, 50 tags.
   */
  number: number;
  /** Which one. */
  quota: Quota;
}

/** Nothing but the request's id. */
export type SetQuotaAnswer = Answered;
