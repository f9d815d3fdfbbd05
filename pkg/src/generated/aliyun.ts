// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** What the actions of Alibaba Cloud take and give. Names are the wire's, with a small first letter. */

import type { Bytes } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import type { Answered } from "../kms/dialect.js";

export type AccountStatus = "Enabled" | "NotEnabled" | "InDebt" | "Suspended" | (string & {});

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

/** One part. */
export interface BackupPart {
  /** What RestoreKeyring takes. */
  part: string;
}

/** Calls of one action, about one key, on one day. */
export interface DailyCalls {
  /** The action. */
  action: string;
  /** How many calls were answered. */
  calls: number;
  /** The day, in UTC. */
  date: string;
  /** Whether they cost nothing: the key is the default master key or a product's service key. */
  free: boolean;
  /** The key; empty for calls that are about none. */
  keyId: string;
  /** How many were refused for coming too fast. They name no key. */
  throttled: number;
}

export type DataKeySpec = "AES_256" | "AES_128";

export type DeletionProtection = "Enabled" | "Disabled" | (string & {});

export type EncryptionAlgorithm = "RSAES_OAEP_SHA_256" | "RSAES_OAEP_SHA_1" | "SM2PKE";

/** One condition. */
export interface Filter {
  /** The property: KeyState, KeySpec, KeyUsage, ProtectionLevel or CreatorType. */
  key: string;
  /** What it may be. Values that the property does not have are ignored, as documented. */
  values: string[];
}

export type ImportAlgorithm =
  | "RSAES_OAEP_SHA_256"
  | "RSAES_OAEP_SHA_1"
  | "RSA_AES_KEY_WRAP_SHA_256"
  | "RSA_AES_KEY_WRAP_SHA_1"
  | "RSAES_PKCS1_V1_5"
  | "SM2PKE";

export type ImportKeySpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "EC_SM2";

/** What the service tells about a key. */
export interface KeyMetadata {
  /** The full name. */
  arn: string;
  /** Whether new versions come by themselves. */
  automaticRotation: AutomaticRotation;
  /** When it was made. */
  creationDate: string;
  /** Who made it: the account, or a product on its behalf. */
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
  | "ECC_NIST_P521"
  | "ECC_NIST_EDWARDS25519"
  | "ML_DSA_44"
  | "ML_DSA_65"
  | "ML_DSA_87"
  | (string & {});

/** A spec that keys can have. */
export interface KeySpecRow {
  /** The spec. */
  name: KeySpec;
  /** What can guard a key that has it. */
  supportedProtectionLevels: SupportedProtectionLevel[];
  /** What a key that has it can be for. */
  usages: Usage[];
}

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

/** A tag as TagResources and ListTagResources take it. */
export interface NamedTag {
  /** The tag's key. */
  key: string;
  /** The tag's value. Absent it is empty in TagResources, and any value in ListTagResources. */
  value?: string;
}

export type Origin = "Aliyun_KMS" | "EXTERNAL" | (string & {});

export type PolicyName = "default";

export type ProtectionLevel = "SOFTWARE" | "HSM" | (string & {});

/** What can guard a key. */
export interface ProtectionLevelRow {
  /** Its name. */
  type: ProtectionLevel;
}

export type Quota =
  | "Keys"
  | "Aliases"
  | "KeyVersions"
  | "AsymmetricKeyVersions"
  | "KeyTags"
  | "CreateKeyRate"
  | "ReadRate"
  | "WriteRate"
  | "TagReadRate"
  | "SymmetricRate"
  | "AsymmetricRate"
  | "AccountRate"
  | "MissRate"
  | "SoftwareGatewayRate"
  | "HardwareGatewayRate"
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

export type ResourceType = "key" | "secret" | (string & {});

export type RestoreStatus = "None" | "Taking" | "Restoring" | "Done" | (string & {});

/** How far a re-wrap has got. */
export interface RewrapRow {
  /** How many it has left as they are, since they do not unwrap. */
  left: number;
  /** How many key versions it has wrapped anew. */
  rewrapped: number;
  /** The root key version that everything is wrapped under then. */
  rootKeyVersion: string;
  /** Whether it has come to its end. */
  status: RewrapStatus;
}

export type RewrapStatus = "Running" | "Done" | (string & {});

/** One root key version. */
export interface RootKeyRow {
  /** Whether it wraps what is made from now on. */
  current: boolean;
  /**
   * Whether the keyring knows it: something is, or was, wrapped under it, and it is not retired.
   */
  known: boolean;
  /** Whether `ROOT_KEYS` holds it. */
  listed: boolean;
  /** How many key versions are wrapped under it. */
  references: number;
  /** Its name in `ROOT_KEYS`. */
  rootKeyVersion: string;
  /** From when on it may be retired, if nothing is wrapped under it until then. */
  retirableDate?: string;
}

export type SigningAlgorithm =
  | "RSA_PSS_SHA_256"
  | "RSA_PSS_SHA_384"
  | "RSA_PSS_SHA_512"
  | "RSA_PKCS1_SHA_256"
  | "RSA_PKCS1_SHA_384"
  | "RSA_PKCS1_SHA_512"
  | "ECDSA_SHA_256"
  | "ECDSA_SHA_384"
  | "ECDSA_SHA_512"
  | "SM2DSA"
  | "ED25519_SHA_512"
  | "ED25519_PH_SHA_512"
  | "ML_DSA_SHAKE_256";

/**
 * A key version that is not in the backup: a store elsewhere keeps its material, or it does not
 * unwrap.
 */
export interface SkippedVersion {
  /** The key. It is left out with all its versions if a store elsewhere keeps its material. */
  keyId: string;
  /** The version. */
  keyVersionId: string;
}

/** What can guard a key of one spec. */
export type SupportedProtectionLevel = ProtectionLevel;

/** A label on a key. */
export interface Tag {
  /** What is unique among a key's tags. */
  tagKey: string;
  /** What it says. */
  tagValue?: string;
}

/** Keys of tags, as UntagResource takes them: at most as many as a key can have. */
export type TagKeys = string[];

/** A tag as ListTagResources tells it. */
export interface TagResourceRow {
  /** The key that has the tag. */
  resourceId: string;
  /** What it is. */
  resourceType: ResourceType;
  /** The tag's key. */
  tagKey: string;
  /** The tag's value. */
  tagValue: string;
}

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

/** What a key of one spec can be for. */
export type Usage = KeyUsage;

export type WrappingAlgorithm = "RSAES_OAEP_SHA_256" | "RSAES_OAEP_SHA_1" | "SM2PKE";

export type WrappingKeySpec = "RSA_2048" | "EC_SM2";

/** Makes a CMK, enabled, with fresh material; or one that waits for material to be imported. */
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
  /**
   * Who makes its material: `Aliyun_KMS`, or `EXTERNAL` for material to be imported; the first if
   * absent.
   */
  origin?: Origin;
  /**
   * The key's policy, at most 32,768 bytes. It decides who may use the CMK, with the policies of
   * whoever asks.
   */
  policy?: string;
  /** What guards its material; `SOFTWARE` if absent. */
  protectionLevel?: ProtectionLevel;
  /** Time between versions, 7 to 730 days, such as `365d`. Means nothing while rotation is off. */
  rotationInterval?: string;
  /** At most 20, each key once. */
  tags?: Tags;
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

/**
 * Makes a key pair to wrap a CMK's material under, and a token that belongs to both. Each call
 * makes another pair; each is good for 24 hours.
 */
export interface GetParametersForImportRequest {
  /** The key, which must be of Origin EXTERNAL. */
  keyId: string;
  /** How the material will be wrapped. */
  wrappingAlgorithm: ImportAlgorithm;
  /** The pair that is made. */
  wrappingKeySpec: ImportKeySpec;
}

/** What to wrap the material with. */
export interface GetParametersForImportAnswer extends Answered {
  /** What ImportKeyMaterial takes with the wrapped material. */
  importToken: string;
  /** The key's plain id. */
  keyId: string;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKey: string;
  /** Until when both are taken. */
  tokenExpireTime: string;
}

/**
 * Gives a CMK of Origin EXTERNAL its material. A CMK has one material for ever: what was deleted or
 * has expired can be imported again, and nothing else.
 */
export interface ImportKeyMaterialRequest {
  /**
   * The material, wrapped as GetParametersForImport was told: the bytes of a symmetric key, PKCS#8
   * of a private one.
   */
  encryptedKeyMaterial: string;
  /** As GetParametersForImport gave it. */
  importToken: string;
  /** The key. */
  keyId: string;
  /** When the material is deleted, in seconds since 1970; never, if 0 or absent. */
  keyMaterialExpireUnix?: number;
}

/** Nothing but the request's id. */
export type ImportKeyMaterialAnswer = Answered;

/**
 * Deletes the imported material of a CMK. The CMK stays, waits for the same material, and does
 * nothing until it has come.
 */
export interface DeleteKeyMaterialRequest {
  /** The key, which must be of Origin EXTERNAL. */
  keyId: string;
}

/** Nothing but the request's id. */
export type DeleteKeyMaterialAnswer = Answered;

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

/** Lists the aliases of a CMK, a page at a time, in the order of their names. */
export interface ListAliasesByKeyIdRequest {
  /** The key. */
  keyId: string;
  /** From 1, the default. */
  pageNumber?: number;
  /** Rows a page, 0 to 101; 10 if absent. */
  pageSize?: number;
}

/** A page of aliases. */
export interface ListAliasesByKeyIdAnswer extends Answered {
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

/**
 * Puts tags on all of these CMKs, or on none of them. One that a CMK has already gets the new
 * value.
 */
export interface TagResourcesRequest {
  /** The keys' ids, 1 to 50. */
  resourceId: string[];
  /** `key`. */
  resourceType: ResourceType;
  /** 1 to 20, each Key once. A key has at most 50. */
  tag: NamedTag[];
}

/** Nothing but the request's id. */
export type TagResourcesAnswer = Answered;

/**
 * Takes tags off all of these CMKs, or off none of them. One that a CMK does not have is passed
 * over.
 */
export interface UntagResourcesRequest {
  /** The keys' ids, 1 to 50. */
  resourceId: string[];
  /** `key`. */
  resourceType: ResourceType;
  /** Whether all tags are taken off. Only without TagKey. */
  all?: boolean;
  /** At most 20. */
  tagKey?: string[];
}

/** Nothing but the request's id. */
export type UntagResourcesAnswer = Answered;

/** Lists tags, 200 a page, in the order of the keys' ids and of the tags' keys. */
export interface ListTagResourcesRequest {
  /** `key`. */
  resourceType: ResourceType;
  /** The NextToken of the page before. */
  nextToken?: string;
  /** The keys' ids, at most 50; all keys if absent. */
  resourceId?: string[];
  /** Tags that a key must have, all of them; at most 20. */
  tag?: NamedTag[];
}

/** A page of tags. */
export interface ListTagResourcesAnswer extends Answered {
  /** What to ask with for the next page; empty if this is the last. */
  nextToken: string;
  /** The rows. */
  tagResources: TagResourceRow[];
}

/** Tells a CMK's policy. */
export interface GetKeyPolicyRequest {
  /** The key. */
  keyId: string;
  /** `default`, which is the default. */
  policyName?: PolicyName;
}

/** The policy. */
export interface GetKeyPolicyAnswer extends Answered {
  /**
   * The document as it was set, or as one that was set by AWS's protocol was translated; if none
   * was set, that the account may do everything.
   */
  policy: string;
}

/**
 * Gives a CMK a policy in place of the one that it has. It decides who may use it, with the
 * policies of whoever asks.
 */
export interface SetKeyPolicyRequest {
  /** The key. */
  keyId: string;
  /** The document, at most 32,768 bytes. */
  policy: string;
  /** `default`, which is the default. */
  policyName?: PolicyName;
}

/** Nothing but the request's id. */
export type SetKeyPolicyAnswer = Answered;

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

/** Encrypts under one CMK what another has encrypted; the plaintext does not leave the service. */
export interface ReEncryptRequest {
  /** A blob, which says itself which key opens it, or a ciphertext under a public key. */
  ciphertextBlob: string;
  /** The key that encrypts: its id, an alias or its ARN. */
  destinationKeyId: string;
  /** The context to make the new blob with. */
  destinationEncryptionContext?: EncryptionContext;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** The algorithm of a ciphertext under a public key; none for a blob. */
  sourceEncryptionAlgorithm?: EncryptionAlgorithm;
  /** The context that the blob was made with. */
  sourceEncryptionContext?: EncryptionContext;
  /**
   * The key that decrypts: its id, an alias or its ARN. Needed for a ciphertext under a public key;
   * a blob must be one of it, if it is given.
   */
  sourceKeyId?: string;
  /** The version of that key. Needed for a ciphertext under a public key. */
  sourceKeyVersionId?: string;
}

/** The new ciphertext. */
export interface ReEncryptAnswer extends Answered {
  /** What the destination key encrypted. */
  ciphertextBlob: string;
  /** The plain id of the key that decrypted. */
  keyId: string;
  /** The version that decrypted. */
  keyVersionId: string;
}

/** Encrypts a data key under a public key; the service finds the data key's CMK from the blob. */
export interface ExportDataKeyRequest {
  /** What GenerateDataKey gave. */
  ciphertextBlob: string;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKeyBlob: string;
  /** How it encrypts. */
  wrappingAlgorithm: WrappingAlgorithm;
  /** Algorithm and size of the public key. */
  wrappingKeySpec: WrappingKeySpec;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** The context given then. */
  encryptionContext?: EncryptionContext;
}

/** The exported data key. */
export interface ExportDataKeyAnswer extends Answered {
  /** The data key, encrypted under the public key. */
  exportedDataKey: string;
  /** The plain id of the key that had encrypted it. */
  keyId: string;
  /** The version that had encrypted it. */
  keyVersionId: string;
}

/** Makes a fresh data key, wrapped under a CMK and under a public key. */
export interface GenerateAndExportDataKeyRequest {
  /** The key that wraps: its id, an alias or its ARN. */
  keyId: string;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKeyBlob: string;
  /** How it encrypts. */
  wrappingAlgorithm: WrappingAlgorithm;
  /** Algorithm and size of the public key. */
  wrappingKeySpec: WrappingKeySpec;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the data key that the CMK encrypts, and not stored. */
  encryptionContext?: EncryptionContext;
  /**
   * The data key's length by a name. Means nothing beside `NumberOfBytes`; `AES_256` if both are
   * absent.
   */
  keySpec?: DataKeySpec;
  /** The data key's length, 1 to 1,024 bytes, and no more than the public key can encrypt. */
  numberOfBytes?: number;
}

/** The data key, twice. */
export interface GenerateAndExportDataKeyAnswer extends Answered {
  /** The data key, encrypted under the CMK. */
  ciphertextBlob: string;
  /** The data key, encrypted under the public key. */
  exportedDataKey: string;
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
  /**
   * What is signed: its digest by the algorithm's hash (32 bytes with SM2DSA, where it is SM3 of Z
   * and the message for the user id 1234567812345678), mu of 64 bytes with ML_DSA_SHAKE_256, or
   * with ED25519_SHA_512 the message itself, at most 4,096 bytes.
   */
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
  /**
   * The signature: as long as the modulus for RSA, DER of r and s for ECDSA and SM2DSA, 64 bytes
   * for Ed25519, 2,420, 3,309 or 4,627 for ML_DSA_44, 65 or 87.
   */
  value: string;
}

/** Says whether a signature is that of a digest under an asymmetric CMK. */
export interface AsymmetricVerifyRequest {
  /** The algorithm that signed. */
  algorithm: SigningAlgorithm;
  /** What was signed, as AsymmetricSign takes it. */
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
   * 318 or 342, with RSA_4096 446 or 470, with EC_SM2 6,047.
   */
  plaintext: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
}

/** The ciphertext. */
export interface AsymmetricEncryptAnswer extends Answered {
  /**
   * As long as the key's modulus; with SM2PKE C1, C3 and C2, 97 bytes longer than the plaintext.
   * Whoever has the private key opens it; AsymmetricDecrypt does.
   */
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

/** Tells whether the account can use the service. */
export type DescribeAccountKmsStatusRequest = object;

/** The account's status. */
export interface DescribeAccountKmsStatusAnswer extends Answered {
  /** Always `Enabled` here. */
  accountStatus: AccountStatus;
}

/**
 * Opens the service for the account. It is open here, so that this is always refused, as a second
 * time is.
 */
export type OpenKmsServiceRequest = object;

/** Nothing but the request's id. */
export type OpenKmsServiceAnswer = Answered;

/** Tells which kinds of keys the deployment makes. */
export type DescribeServiceRequest = object;

/** The kinds of keys. */
export interface DescribeServiceAnswer extends Answered {
  /** The specs of keys. */
  keySpecs: KeySpecRow[];
  /** What can guard keys. */
  protectionLevels: ProtectionLevelRow[];
}

/** Tells which KMS instance is the default one. There are no instances here. */
export type GetDefaultKmsInstanceRequest = object;

/** The instance. */
export interface GetDefaultKmsInstanceAnswer extends Answered {
  /** Always empty here. */
  defaultKmsInstanceId: string;
}

/**
 * Tells how many calls the account made in the region, 200 rows a page, in the order of days, keys
 * and actions. Counts come in within a minute, and are kept for 400 days.
 */
export interface ListKeyUsageRequest {
  /** The last day, in UTC; today if absent. */
  endDate?: string;
  /** The NextToken of the page before. */
  nextToken?: string;
  /** The first day, in UTC; that of 30 days ago if absent. */
  startDate?: string;
}

/** A page of counts. */
export interface ListKeyUsageAnswer extends Answered {
  /** The rows. */
  keyUsages: DailyCalls[];
  /** What to ask with for the next page; empty if this is the last. */
  nextToken: string;
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
   * versions, 1,000 of an asymmetric key, 50 tags, a rate of 100,000 a second. A dedicated
   * gateway's rate is 1000, 2000 or 4000 for software keys, 2000, 4000 or 6000 for hardware keys,
   * or 0 for none.
   */
  number: number;
  /** Which one. */
  quota: Quota;
}

/** Nothing but the request's id. */
export type SetQuotaAnswer = Answered;

/** Tells the root key versions of the account in the region. */
export type DescribeRootKeysRequest = object;

/** The root key versions. */
export interface DescribeRootKeysAnswer extends Answered {
  /** The rows, in order of their names. */
  rootKeys: RootKeyRow[];
  /** The last re-wrap, if there was one. */
  rewrap?: RewrapRow;
}

/**
 * Has the keyring wrap all material that is under another root key version anew, under the current
 * one. It goes on by itself; DescribeRootKeys tells how far it has got. Called again, it begins
 * anew.
 */
export type RewrapKeysRequest = object;

/** Nothing but the request's id. */
export type RewrapKeysAnswer = Answered;

/**
 * Has the keyring forget a root key version, which may then be taken out of `ROOT_KEYS`. Refused
 * for the current one, while anything is wrapped under it, and for 25 hours after RewrapKeys has
 * found that nothing is.
 */
export interface RetireRootKeyRequest {
  /** Its name in `ROOT_KEYS`. */
  rootKeyVersion: string;
}

/** Nothing but the request's id. */
export type RetireRootKeyAnswer = Answered;

/**
 * Tells the next parts of a backup: keys, versions with their material, aliases, tags, policies and
 * the keyring's own quotas. All parts, in order, are one file.
 */
export interface BackupKeyringRequest {
  /** The NextMarker of the call before; a new backup begins without one. */
  marker?: string;
}

/** Parts. */
export interface BackupKeyringAnswer extends Answered {
  /** The next parts, in order: one, or several if a record is too long for one. */
  parts: BackupPart[];
  /** What is left out, as its material cannot be had. */
  skipped: SkippedVersion[];
  /** Where to go on; none after the last part. */
  nextMarker?: string;
}

/**
 * Takes the next part of a backup, in order; the first one begins anew. Nothing is restored before
 * the last part was taken; then everything is, and until it is the keyring answers nothing else.
 */
export interface RestoreKeyringRequest {
  /** The part; without one, it is only told how far the restore has got. */
  part?: string;
}

/** How far the restore has got. */
export interface RestoreKeyringAnswer extends Answered {
  /** How many of them are restored. */
  partsRestored: number;
  /** How many parts it has. */
  partsTaken: number;
  /** What it is doing. */
  status: RestoreStatus;
}

/**
 * Has a keyring of an account make no key for ten minutes, which is longer than any isolate
 * believes in an access key that is gone. Refused while it has keys that its account could delete.
 */
export interface CloseKeyringRequest {
  /** The account, 16 digits. */
  accountId: string;
}

/** Nothing but the request's id. */
export type CloseKeyringAnswer = Answered;

/**
 * Tells the events of the region and the account's own as they are stored, each with its place in
 * its shard's chain, and the shards' signed checkpoints, a part at a time. The lines of all parts,
 * one below the other, are a file that `cargo xtask audit-verify` checks with the root keys alone.
 */
export interface ExportEventsRequest {
  /** The NextMarker of the call before; a new export begins without one. */
  marker?: string;
}

/** A part of an export. */
export interface ExportEventsAnswer extends Answered {
  /** Events and checkpoints, each one line of JSON. May be empty although more follow. */
  lines: string[];
  /** Where to go on; none after the last part. */
  nextMarker?: string;
}
