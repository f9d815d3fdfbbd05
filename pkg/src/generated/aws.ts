// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** What the actions of AWS take and give. Names are the wire's, with a small first letter. */

import type { Bytes } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import type { Answered } from "../kms/dialect.js";

/** One alias. */
export interface AliasListEntry {
  /** The full name. */
  aliasArn: string;
  /** The name. */
  aliasName: string;
  /** The key it names. */
  targetKeyId: string;
  /** When it was made. */
  creationDate?: number;
}

/** A key as AWS describes one. */
export interface AwsKeyMetadata {
  /** The account that owns the key: 16 digits, where AWS's have 12. */
  awsAccountId: string;
  /** The full name. */
  arn: string;
  /** When it was made. */
  creationDate: number;
  /** As `KeySpec`, under its old name. */
  customerMasterKeySpec: string;
  /** The user's description. */
  description: string;
  /** Whether it can be used. */
  enabled: boolean;
  /** The id. */
  keyId: string;
  /** `CUSTOMER`; `AWS` for a key that a product has made. */
  keyManager: string;
  /** Algorithm and size. */
  keySpec: string;
  /** Where it is in its life. */
  keyState: string;
  /** What it is for. */
  keyUsage: string;
  /** Always false. */
  multiRegion: boolean;
  /** Who made its material. */
  origin: string;
  /** When it will be deleted, if that is decided. */
  deletionDate?: number;
  /** What it encrypts with, if it does. */
  encryptionAlgorithms?: string[];
  /** Whether imported material expires, once there is some. */
  expirationModel?: string;
  /** What it makes message authentication codes with, if it does. */
  macAlgorithms?: string[];
  /** What it signs with, if it does. */
  signingAlgorithms?: string[];
  /** When imported material expires, if it does. */
  validTo?: number;
}

export type DataKeySpec = "AES_256" | "AES_128";

export type EncryptionAlgorithm = "RSAES_OAEP_SHA_256" | "RSAES_OAEP_SHA_1" | "SM2PKE";

/** One key. */
export interface KeyListEntry {
  /** The full name. */
  keyArn: string;
  /** The id. */
  keyId: string;
}

export type PolicyName = "default" | (string & {});

export type RotationType = "AUTOMATIC" | "ON_DEMAND" | (string & {});

/** One rotation. */
export interface RotationsListEntry {
  /** The key's ARN. */
  keyId: string;
  /** When. */
  rotationDate: number;
  /** By what. */
  rotationType: RotationType;
}

/** A label on a key. */
export interface Tag {
  /** What is unique among a key's tags. */
  tagKey: string;
  /** What it says. */
  tagValue: string;
}

/** A label on a key. */
export interface TagInput {
  /** What is unique among a key's tags. */
  tagKey: string;
  /** What it says. */
  tagValue?: string;
}

/** Keys of tags, as UntagResource takes them: at most as many as a key can have. */
export type TagKeys = string[];

/** Tags of one request, each key once. */
export type Tags = TagInput[];

/** Makes a key, enabled, with fresh material; or one that waits for material to be imported. */
export interface CreateKeyRequest {
  /** As KeySpec, under its old name. */
  customerMasterKeySpec?: string;
  /** At most 8,192 characters. */
  description?: string;
  /** Algorithm and size; SYMMETRIC_DEFAULT if absent. */
  keySpec?: string;
  /** What the key is for. Needed for every KeySpec but SYMMETRIC_DEFAULT. */
  keyUsage?: string;
  /**
   * Who makes its material: AWS_KMS, or EXTERNAL for material to be imported; the first if absent.
   */
  origin?: string;
  /** The key's policy, at most 32,768 bytes. What has no meaning here is refused by name. */
  policy?: string;
  /** At most 50, each key once. */
  tags?: Tags;
  /** AWS has it; edgekms refuses it. */
  customKeyStoreId?: unknown;
  /** AWS has it; edgekms refuses it. */
  multiRegion?: unknown;
  /** AWS has it; edgekms refuses it. */
  xksKeyId?: unknown;
}

/** The key made. */
export interface CreateKeyAnswer extends Answered {
  /** What was made. */
  keyMetadata: AwsKeyMetadata;
}

/** Tells what the service knows about a key. */
export interface DescribeKeyRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** What is known of a key. */
export interface DescribeKeyAnswer extends Answered {
  /** The key. */
  keyMetadata: AwsKeyMetadata;
}

/** Lists the keys. */
export interface ListKeysRequest {
  /** Most keys to tell, 1 to 1,000; 100 if absent. */
  limit?: number;
  /** The NextMarker of the page before. */
  marker?: string;
}

/** A page of keys. */
export interface ListKeysAnswer extends Answered {
  /** The rows. */
  keys: KeyListEntry[];
  /** Whether there is a next page. */
  truncated: boolean;
  /** The Marker of the next page. */
  nextMarker?: string;
}

/** Replaces a key's description. */
export interface UpdateKeyDescriptionRequest {
  /** At most 8,192 characters; may be empty. */
  description: string;
  /** The key's id or ARN. */
  keyId: string;
}

/** Nothing but the request's id. */
export type UpdateKeyDescriptionAnswer = Answered;

/** Lets a key be used. */
export interface EnableKeyRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** Nothing but the request's id. */
export type EnableKeyAnswer = Answered;

/** Stops every use of a key until it is enabled again. */
export interface DisableKeyRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** Nothing but the request's id. */
export type DisableKeyAnswer = Answered;

/** Stops every use of a key and deletes it after some days. */
export interface ScheduleKeyDeletionRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** Days in which CancelKeyDeletion can still save it, 7 to 30; 30 if absent. */
  pendingWindowInDays?: number;
}

/** When the key will be deleted. */
export interface ScheduleKeyDeletionAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** PendingDeletion. */
  keyState: string;
  /** As asked. */
  pendingWindowInDays: number;
  /** The moment after which it is deleted. */
  deletionDate?: number;
}

/** Keeps a key that waits for its deletion. It is disabled until it is enabled. */
export interface CancelKeyDeletionRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** Which key was kept. */
export interface CancelKeyDeletionAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
}

/** Has a key get new versions by itself. */
export interface EnableKeyRotationRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** Days between versions, 90 to 2,560; 365 if absent. */
  rotationPeriodInDays?: number;
}

/** Nothing but the request's id. */
export type EnableKeyRotationAnswer = Answered;

/** Has a key get no new versions by itself any more. */
export interface DisableKeyRotationRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** Nothing but the request's id. */
export type DisableKeyRotationAnswer = Answered;

/** Tells whether a key gets new versions by itself. */
export interface GetKeyRotationStatusRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** Its rotation. */
export interface GetKeyRotationStatusAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** Whether new versions come by themselves. */
  keyRotationEnabled: boolean;
  /** When the next one comes. */
  nextRotationDate?: number;
  /** Whole days between them. */
  rotationPeriodInDays?: number;
}

/** Gives a key a new version now. */
export interface RotateKeyOnDemandRequest {
  /** The key's id or ARN. */
  keyId: string;
}

/** The key that has it. */
export interface RotateKeyOnDemandAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
}

/** Lists the rotations of a key. */
export interface ListKeyRotationsRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** Most rotations to tell, 1 to 1,000; 100 if absent. */
  limit?: number;
  /** The NextMarker of the page before. */
  marker?: string;
  /** AWS has it; edgekms refuses it. */
  includeKeyMaterial?: unknown;
}

/** A page of rotations. */
export interface ListKeyRotationsAnswer extends Answered {
  /** The rows. */
  rotations: RotationsListEntry[];
  /** Whether there is a next page. */
  truncated: boolean;
  /** The Marker of the next page. */
  nextMarker?: string;
}

/** Makes a key pair to wrap a key's material under, and a token that belongs to both. */
export interface GetParametersForImportRequest {
  /** The key's id or ARN; it must be of Origin EXTERNAL. */
  keyId: string;
  /**
   * RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1, RSA_AES_KEY_WRAP_SHA_256 or RSA_AES_KEY_WRAP_SHA_1; with
   * SM2, SM2PKE.
   */
  wrappingAlgorithm: string;
  /** RSA_2048, RSA_3072, RSA_4096 or SM2. */
  wrappingKeySpec: string;
}

/** What to wrap the material with. */
export interface GetParametersForImportAnswer extends Answered {
  /** What ImportKeyMaterial takes with the wrapped material. */
  importToken: string;
  /** The key's ARN. */
  keyId: string;
  /** Until when both are taken. */
  parametersValidTo: number;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKey: string;
}

/** Gives a key of Origin EXTERNAL its material. */
export interface ImportKeyMaterialRequest {
  /**
   * The material, wrapped as GetParametersForImport was told: the bytes of a symmetric key, PKCS#8
   * of a private one.
   */
  encryptedKeyMaterial: string;
  /** As GetParametersForImport gave it. */
  importToken: string;
  /** The key's id or ARN. */
  keyId: string;
  /**
   * KEY_MATERIAL_EXPIRES, which needs ValidTo, or KEY_MATERIAL_DOES_NOT_EXPIRE; the first if
   * absent.
   */
  expirationModel?: string;
  /** When the material is deleted. */
  validTo?: number;
  /** AWS has it; edgekms refuses it. */
  importType?: unknown;
  /** AWS has it; edgekms refuses it. */
  keyMaterialDescription?: unknown;
  /** AWS has it; edgekms refuses it. */
  keyMaterialId?: unknown;
}

/** The key. */
export interface ImportKeyMaterialAnswer extends Answered {
  /** Its ARN. */
  keyId: string;
}

/** Deletes the imported material of a key. The key stays, and waits for the same material. */
export interface DeleteKeyMaterialRequest {
  /** The key's id or ARN; it must be of Origin EXTERNAL. */
  keyId: string;
  /** AWS has it; edgekms refuses it. */
  keyMaterialId?: unknown;
}

/** The key. */
export interface DeleteKeyMaterialAnswer extends Answered {
  /** Its ARN. */
  keyId: string;
}

/** Gives a key another name. */
export interface CreateAliasRequest {
  /** The name, with its prefix: `alias/photos`; not beginning with `alias/aws/`. */
  aliasName: string;
  /** The key's id or ARN. */
  targetKeyId: string;
}

/** Nothing but the request's id. */
export type CreateAliasAnswer = Answered;

/** Moves a name to this key. */
export interface UpdateAliasRequest {
  /** The name, with its prefix: `alias/photos`; not beginning with `alias/aws/`. */
  aliasName: string;
  /** The key's id or ARN. */
  targetKeyId: string;
}

/** Nothing but the request's id. */
export type UpdateAliasAnswer = Answered;

/** Removes a name. The key stays. */
export interface DeleteAliasRequest {
  /** The name, with its prefix. */
  aliasName: string;
}

/** Nothing but the request's id. */
export type DeleteAliasAnswer = Answered;

/** Lists the aliases, of one key or of all. */
export interface ListAliasesRequest {
  /** The key whose aliases are wanted; all if absent. */
  keyId?: string;
  /** Most aliases to tell, 1 to 100; 50 if absent. */
  limit?: number;
  /** The NextMarker of the page before. */
  marker?: string;
}

/** A page of aliases. */
export interface ListAliasesAnswer extends Answered {
  /** The rows. */
  aliases: AliasListEntry[];
  /** Whether there is a next page. */
  truncated: boolean;
  /** The Marker of the next page. */
  nextMarker?: string;
}

/** Puts tags on a key. One that it has already gets the new value. */
export interface TagResourceRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** At most 50, each TagKey once. */
  tags: Tags;
}

/** Nothing but the request's id. */
export type TagResourceAnswer = Answered;

/** Takes tags off a key. One that it does not have is passed over. */
export interface UntagResourceRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** At most 50. */
  tagKeys: TagKeys;
}

/** Nothing but the request's id. */
export type UntagResourceAnswer = Answered;

/** Lists the tags of a key. */
export interface ListResourceTagsRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** Most tags to tell, 1 to 50; 50 if absent. */
  limit?: number;
  /** The NextMarker of the page before. */
  marker?: string;
}

/** A page of tags. */
export interface ListResourceTagsAnswer extends Answered {
  /** The rows. */
  tags: Tag[];
  /** Whether there is a next page. */
  truncated: boolean;
  /** The Marker of the next page. */
  nextMarker?: string;
}

/** Tells a key's policy. */
export interface GetKeyPolicyRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** `default`, which is the default. */
  policyName?: PolicyName;
}

/** The policy. */
export interface GetKeyPolicyAnswer extends Answered {
  /**
   * The document in AWS's words; if none was set, that the account may do everything. One that
   * means something for which AWS has no words is given in Alibaba's.
   */
  policy: string;
  /** `default`. */
  policyName: PolicyName;
}

/**
 * Gives a key a policy in place of the one that it has. It is kept in Alibaba's form, in which it
 * decides.
 */
export interface SetKeyPolicyRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** The document, at most 32,768 bytes. What has no meaning here is refused by name. */
  policy: string;
  /** `default`, which is the default. */
  policyName?: PolicyName;
}

/** Nothing but the request's id. */
export type SetKeyPolicyAnswer = Answered;

/** Lists the names of a key's policies: it has one. */
export interface ListKeyPoliciesRequest {
  /** The key's id or ARN. */
  keyId: string;
  /** Most names to tell, 1 to 1,000; 100 if absent. */
  limit?: number;
  /** The NextMarker of the page before. */
  marker?: string;
}

/** The names. */
export interface ListKeyPoliciesAnswer extends Answered {
  /** The rows. */
  policyNames: PolicyName[];
  /** Whether there is a next page. */
  truncated: boolean;
  /** The Marker of the next page. */
  nextMarker?: string;
}

/** Encrypts a small value in the service. */
export interface EncryptRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** At most 4,096 bytes. */
  plaintext: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /**
   * SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1, with
   * one of SM2 SM2PKE.
   */
  encryptionAlgorithm?: string;
  /** Authenticated with the plaintext, and not stored. */
  encryptionContext?: EncryptionContext;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The ciphertext. */
export interface EncryptAnswer extends Answered {
  /** What Decrypt takes. */
  ciphertextBlob: string;
  /** The algorithm used. */
  encryptionAlgorithm: string;
  /** The ARN of the key that encrypted. */
  keyId: string;
}

/** Opens what Encrypt or GenerateDataKey gave. */
export interface DecryptRequest {
  /** What Encrypt or GenerateDataKey gave. */
  ciphertextBlob: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /**
   * SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1, with
   * one of SM2 SM2PKE.
   */
  encryptionAlgorithm?: string;
  /** The context given then. */
  encryptionContext?: EncryptionContext;
  /** The key that must have encrypted it: its id, its ARN, an alias or an alias's ARN. */
  keyId?: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
  /** AWS has it; edgekms refuses it. */
  dryRunModifiers?: unknown;
}

/** The plaintext. */
export interface DecryptAnswer extends Answered {
  /** The algorithm used. */
  encryptionAlgorithm: string;
  /** The ARN of the key that had encrypted. */
  keyId: string;
  /** What was encrypted. */
  plaintext: Bytes;
}

/** Makes a fresh data key, in clear and wrapped. */
export interface GenerateDataKeyRequest {
  /** The wrapping key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted data key, and not stored. */
  encryptionContext?: EncryptionContext;
  /** The data key's length by a name. */
  keySpec?: DataKeySpec;
  /** The data key's length, 1 to 1,024 bytes. */
  numberOfBytes?: number;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
}

/** The data key. */
export interface GenerateDataKeyAnswer extends Answered {
  /** The data key, encrypted. */
  ciphertextBlob: string;
  /** The ARN of the key that wrapped. */
  keyId: string;
  /** The data key. */
  plaintext: Bytes;
}

/** Makes a fresh data key, wrapped only. */
export interface GenerateDataKeyWithoutPlaintextRequest {
  /** The wrapping key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted data key, and not stored. */
  encryptionContext?: EncryptionContext;
  /** The data key's length by a name. */
  keySpec?: DataKeySpec;
  /** The data key's length, 1 to 1,024 bytes. */
  numberOfBytes?: number;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
}

/** The data key. */
export interface GenerateDataKeyWithoutPlaintextAnswer extends Answered {
  /** The data key, encrypted. */
  ciphertextBlob: string;
  /** The ARN of the key that wrapped. */
  keyId: string;
}

/** Encrypts under one key what another has encrypted. */
export interface ReEncryptRequest {
  /** What is encrypted. */
  ciphertextBlob: string;
  /** The key that encrypts: its id, its ARN, an alias or an alias's ARN. */
  destinationKeyId: string;
  /** SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1. */
  destinationEncryptionAlgorithm?: string;
  /** The context to make the new blob with. */
  destinationEncryptionContext?: EncryptionContext;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1. */
  sourceEncryptionAlgorithm?: string;
  /** The context that it was made with. */
  sourceEncryptionContext?: EncryptionContext;
  /**
   * The key that decrypts: its id, its ARN, an alias or an alias's ARN. Needed for a ciphertext
   * under a public key; a blob must be one of it, if it is given.
   */
  sourceKeyId?: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  dryRunModifiers?: unknown;
}

/** The new ciphertext. */
export interface ReEncryptAnswer extends Answered {
  /** What the destination key encrypted. */
  ciphertextBlob: string;
  /** The algorithm that encrypted. */
  destinationEncryptionAlgorithm: string;
  /** The ARN of the key that encrypted. */
  keyId: string;
  /** The algorithm that decrypted. */
  sourceEncryptionAlgorithm: string;
  /** The ARN of the key that decrypted. */
  sourceKeyId: string;
}

/** Makes a fresh pair of keys, its private one in clear and wrapped. */
export interface GenerateDataKeyPairRequest {
  /** The wrapping key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** Algorithm and size of the pair, such as RSA_2048 or ECC_NIST_P256. */
  keyPairSpec: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted private key, and not stored. */
  encryptionContext?: EncryptionContext;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
}

/** The pair. */
export interface GenerateDataKeyPairAnswer extends Answered {
  /** The ARN of the key that wrapped. */
  keyId: string;
  /** Algorithm and size of the pair. */
  keyPairSpec: string;
  /** PKCS#8 of the private key in DER, encrypted. What Decrypt takes. */
  privateKeyCiphertextBlob: string;
  /** PKCS#8 of the private key in DER. */
  privateKeyPlaintext: Bytes;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKey: string;
}

/** Makes a fresh pair of keys, its private one wrapped alone. */
export interface GenerateDataKeyPairWithoutPlaintextRequest {
  /** The wrapping key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** Algorithm and size of the pair, such as RSA_2048 or ECC_NIST_P256. */
  keyPairSpec: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** Authenticated with the encrypted private key, and not stored. */
  encryptionContext?: EncryptionContext;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The pair. */
export interface GenerateDataKeyPairWithoutPlaintextAnswer extends Answered {
  /** The ARN of the key that wrapped. */
  keyId: string;
  /** Algorithm and size of the pair. */
  keyPairSpec: string;
  /** PKCS#8 of the private key in DER, encrypted. What Decrypt takes. */
  privateKeyCiphertextBlob: string;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKey: string;
}

/** Makes random bytes. */
export interface GenerateRandomRequest {
  /** How many, 1 to 1,024. */
  numberOfBytes: number;
  /** AWS has it; edgekms refuses it. */
  customKeyStoreId?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
}

/** The bytes. */
export interface GenerateRandomAnswer extends Answered {
  /** The bytes. */
  plaintext: Bytes;
}

/** Makes a message authentication code with an HMAC key. */
export interface GenerateMacRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** The algorithm, which is the one of the key's spec: HMAC_SHA_256 for HMAC_256 and so on. */
  macAlgorithm: string;
  /** What is authenticated: 1 to 4,096 bytes. */
  message: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The code. */
export interface GenerateMacAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** As long as the hash's digest. */
  mac: string;
  /** The algorithm that made it. */
  macAlgorithm: string;
}

/**
 * Checks a message authentication code; one that is not good is the error KMSInvalidMacException.
 */
export interface VerifyMacRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** The code, whole: a truncated one is not good. */
  mac: string;
  /** The algorithm, which is the one of the key's spec: HMAC_SHA_256 for HMAC_256 and so on. */
  macAlgorithm: string;
  /** What was authenticated: 1 to 4,096 bytes. */
  message: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The verdict, which is good. */
export interface VerifyMacAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** The algorithm by which it was looked at. */
  macAlgorithm: string;
  /** Always true. */
  macValid: boolean;
}

/** Signs a message, or a digest, with the private key of an asymmetric key. */
export interface AsymmetricSignRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** The message, at most 4,096 bytes; with MessageType DIGEST its digest, with EXTERNAL_MU mu. */
  message: Uint8Array;
  /** An algorithm that the key has, such as RSASSA_PSS_SHA_256 or ECDSA_SHA_256. */
  signingAlgorithm: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /**
   * RAW, the default; DIGEST; EXTERNAL_MU. ED25519_SHA_512 takes RAW alone, ED25519_PH_SHA_512
   * DIGEST alone, ML_DSA_SHAKE_256 RAW and EXTERNAL_MU, the others RAW and DIGEST.
   */
  messageType?: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The signature. */
export interface AsymmetricSignAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** As long as the modulus for RSA, DER of r and s for ECDSA. */
  signature: string;
  /** The algorithm that signed. */
  signingAlgorithm: string;
}

/** Checks a signature; one that is not good is the error KMSInvalidSignatureException. */
export interface AsymmetricVerifyRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** The message, at most 4,096 bytes; with MessageType DIGEST its digest, with EXTERNAL_MU mu. */
  message: Uint8Array;
  /** The signature. */
  signature: string;
  /** The algorithm that signed. */
  signingAlgorithm: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /**
   * RAW, the default; DIGEST; EXTERNAL_MU. ED25519_SHA_512 takes RAW alone, ED25519_PH_SHA_512
   * DIGEST alone, ML_DSA_SHAKE_256 RAW and EXTERNAL_MU, the others RAW and DIGEST.
   */
  messageType?: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The verdict, which is good. */
export interface AsymmetricVerifyAnswer extends Answered {
  /** The key's ARN. */
  keyId: string;
  /** Always true. */
  signatureValid: boolean;
  /** The algorithm that signed. */
  signingAlgorithm: string;
}

/** Encrypts a small value under a public key. */
export interface AsymmetricEncryptRequest {
  /** RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2PKE. */
  encryptionAlgorithm: EncryptionAlgorithm;
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** At most as long as the key and the algorithm allow. */
  plaintext: Uint8Array;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** None: a public key has no way to authenticate one. */
  encryptionContext?: EncryptionContext;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The ciphertext. */
export interface AsymmetricEncryptAnswer extends Answered {
  /** What Decrypt takes. */
  ciphertextBlob: string;
  /** The algorithm used. */
  encryptionAlgorithm: string;
  /** The ARN of the key that encrypted. */
  keyId: string;
}

/** Opens what was encrypted under a public key. */
export interface AsymmetricDecryptRequest {
  /** The ciphertext. */
  ciphertextBlob: string;
  /** The algorithm that encrypted. */
  encryptionAlgorithm: EncryptionAlgorithm;
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** Only say whether it would be done. */
  dryRun?: boolean;
  /** None: a public key has no way to authenticate one. */
  encryptionContext?: EncryptionContext;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
  /** AWS has it; edgekms refuses it. */
  recipient?: unknown;
  /** AWS has it; edgekms refuses it. */
  dryRunModifiers?: unknown;
}

/** The plaintext. */
export interface AsymmetricDecryptAnswer extends Answered {
  /** The algorithm used. */
  encryptionAlgorithm: string;
  /** The ARN of the key that had encrypted. */
  keyId: string;
  /** What was encrypted. */
  plaintext: Bytes;
}

/** Tells the public key of an asymmetric key. */
export interface GetPublicKeyRequest {
  /** The key's id, its ARN, an alias or an alias's ARN. */
  keyId: string;
  /** AWS has it; edgekms refuses it. */
  grantTokens?: unknown;
}

/** The public key. */
export interface GetPublicKeyAnswer extends Answered {
  /** As KeySpec, under its old name. */
  customerMasterKeySpec: string;
  /** The key's ARN. */
  keyId: string;
  /** Algorithm and size. */
  keySpec: string;
  /** What the key is for. */
  keyUsage: string;
  /** SubjectPublicKeyInfo: base64 of its DER. */
  publicKey: string;
  /** What it encrypts with, if it does. */
  encryptionAlgorithms?: string[];
  /** What it signs with, if it does. */
  signingAlgorithms?: string[];
}
