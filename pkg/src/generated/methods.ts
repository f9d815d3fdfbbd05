// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** The client's methods, one an action. */

import type { AnswerOf, Dialect, Given } from "../kms/dialect.js";
import type * as aliyun from "./aliyun.js";
import type * as aws from "./aws.js";

/** The request and the answer of each action that a cloud has. */
export interface Actions {
  aliyun: {
    createKey: [aliyun.CreateKeyRequest, aliyun.CreateKeyAnswer];
    describeKey: [aliyun.DescribeKeyRequest, aliyun.DescribeKeyAnswer];
    listKeys: [aliyun.ListKeysRequest, aliyun.ListKeysAnswer];
    updateKeyDescription: [aliyun.UpdateKeyDescriptionRequest, aliyun.UpdateKeyDescriptionAnswer];
    enableKey: [aliyun.EnableKeyRequest, aliyun.EnableKeyAnswer];
    disableKey: [aliyun.DisableKeyRequest, aliyun.DisableKeyAnswer];
    scheduleKeyDeletion: [aliyun.ScheduleKeyDeletionRequest, aliyun.ScheduleKeyDeletionAnswer];
    cancelKeyDeletion: [aliyun.CancelKeyDeletionRequest, aliyun.CancelKeyDeletionAnswer];
    setDeletionProtection: [
      aliyun.SetDeletionProtectionRequest,
      aliyun.SetDeletionProtectionAnswer,
    ];
    describeKeyVersion: [aliyun.DescribeKeyVersionRequest, aliyun.DescribeKeyVersionAnswer];
    listKeyVersions: [aliyun.ListKeyVersionsRequest, aliyun.ListKeyVersionsAnswer];
    updateRotationPolicy: [aliyun.UpdateRotationPolicyRequest, aliyun.UpdateRotationPolicyAnswer];
    createKeyVersion: [aliyun.CreateKeyVersionRequest, aliyun.CreateKeyVersionAnswer];
    getParametersForImport: [
      aliyun.GetParametersForImportRequest,
      aliyun.GetParametersForImportAnswer,
    ];
    importKeyMaterial: [aliyun.ImportKeyMaterialRequest, aliyun.ImportKeyMaterialAnswer];
    deleteKeyMaterial: [aliyun.DeleteKeyMaterialRequest, aliyun.DeleteKeyMaterialAnswer];
    createAlias: [aliyun.CreateAliasRequest, aliyun.CreateAliasAnswer];
    updateAlias: [aliyun.UpdateAliasRequest, aliyun.UpdateAliasAnswer];
    deleteAlias: [aliyun.DeleteAliasRequest, aliyun.DeleteAliasAnswer];
    listAliases: [aliyun.ListAliasesRequest, aliyun.ListAliasesAnswer];
    listAliasesByKeyId: [aliyun.ListAliasesByKeyIdRequest, aliyun.ListAliasesByKeyIdAnswer];
    tagResource: [aliyun.TagResourceRequest, aliyun.TagResourceAnswer];
    untagResource: [aliyun.UntagResourceRequest, aliyun.UntagResourceAnswer];
    listResourceTags: [aliyun.ListResourceTagsRequest, aliyun.ListResourceTagsAnswer];
    tagResources: [aliyun.TagResourcesRequest, aliyun.TagResourcesAnswer];
    untagResources: [aliyun.UntagResourcesRequest, aliyun.UntagResourcesAnswer];
    listTagResources: [aliyun.ListTagResourcesRequest, aliyun.ListTagResourcesAnswer];
    getKeyPolicy: [aliyun.GetKeyPolicyRequest, aliyun.GetKeyPolicyAnswer];
    setKeyPolicy: [aliyun.SetKeyPolicyRequest, aliyun.SetKeyPolicyAnswer];
    encrypt: [aliyun.EncryptRequest, aliyun.EncryptAnswer];
    decrypt: [aliyun.DecryptRequest, aliyun.DecryptAnswer];
    generateDataKey: [aliyun.GenerateDataKeyRequest, aliyun.GenerateDataKeyAnswer];
    generateDataKeyWithoutPlaintext: [
      aliyun.GenerateDataKeyWithoutPlaintextRequest,
      aliyun.GenerateDataKeyWithoutPlaintextAnswer,
    ];
    reEncrypt: [aliyun.ReEncryptRequest, aliyun.ReEncryptAnswer];
    exportDataKey: [aliyun.ExportDataKeyRequest, aliyun.ExportDataKeyAnswer];
    generateAndExportDataKey: [
      aliyun.GenerateAndExportDataKeyRequest,
      aliyun.GenerateAndExportDataKeyAnswer,
    ];
    generateMac: [aliyun.GenerateMacRequest, aliyun.GenerateMacAnswer];
    verifyMac: [aliyun.VerifyMacRequest, aliyun.VerifyMacAnswer];
    asymmetricSign: [aliyun.AsymmetricSignRequest, aliyun.AsymmetricSignAnswer];
    asymmetricVerify: [aliyun.AsymmetricVerifyRequest, aliyun.AsymmetricVerifyAnswer];
    asymmetricEncrypt: [aliyun.AsymmetricEncryptRequest, aliyun.AsymmetricEncryptAnswer];
    asymmetricDecrypt: [aliyun.AsymmetricDecryptRequest, aliyun.AsymmetricDecryptAnswer];
    getPublicKey: [aliyun.GetPublicKeyRequest, aliyun.GetPublicKeyAnswer];
    describeRegions: [aliyun.DescribeRegionsRequest, aliyun.DescribeRegionsAnswer];
    describeAccountKmsStatus: [
      aliyun.DescribeAccountKmsStatusRequest,
      aliyun.DescribeAccountKmsStatusAnswer,
    ];
    openKmsService: [aliyun.OpenKmsServiceRequest, aliyun.OpenKmsServiceAnswer];
    describeService: [aliyun.DescribeServiceRequest, aliyun.DescribeServiceAnswer];
    getDefaultKmsInstance: [
      aliyun.GetDefaultKmsInstanceRequest,
      aliyun.GetDefaultKmsInstanceAnswer,
    ];
    listKeyUsage: [aliyun.ListKeyUsageRequest, aliyun.ListKeyUsageAnswer];
    describeQuotas: [aliyun.DescribeQuotasRequest, aliyun.DescribeQuotasAnswer];
    setQuota: [aliyun.SetQuotaRequest, aliyun.SetQuotaAnswer];
    describeRootKeys: [aliyun.DescribeRootKeysRequest, aliyun.DescribeRootKeysAnswer];
    rewrapKeys: [aliyun.RewrapKeysRequest, aliyun.RewrapKeysAnswer];
    retireRootKey: [aliyun.RetireRootKeyRequest, aliyun.RetireRootKeyAnswer];
    backupKeyring: [aliyun.BackupKeyringRequest, aliyun.BackupKeyringAnswer];
    restoreKeyring: [aliyun.RestoreKeyringRequest, aliyun.RestoreKeyringAnswer];
    closeKeyring: [aliyun.CloseKeyringRequest, aliyun.CloseKeyringAnswer];
    exportEvents: [aliyun.ExportEventsRequest, aliyun.ExportEventsAnswer];
  };
  aws: {
    createKey: [aws.CreateKeyRequest, aws.CreateKeyAnswer];
    describeKey: [aws.DescribeKeyRequest, aws.DescribeKeyAnswer];
    listKeys: [aws.ListKeysRequest, aws.ListKeysAnswer];
    updateKeyDescription: [aws.UpdateKeyDescriptionRequest, aws.UpdateKeyDescriptionAnswer];
    enableKey: [aws.EnableKeyRequest, aws.EnableKeyAnswer];
    disableKey: [aws.DisableKeyRequest, aws.DisableKeyAnswer];
    scheduleKeyDeletion: [aws.ScheduleKeyDeletionRequest, aws.ScheduleKeyDeletionAnswer];
    cancelKeyDeletion: [aws.CancelKeyDeletionRequest, aws.CancelKeyDeletionAnswer];
    enableKeyRotation: [aws.EnableKeyRotationRequest, aws.EnableKeyRotationAnswer];
    disableKeyRotation: [aws.DisableKeyRotationRequest, aws.DisableKeyRotationAnswer];
    getKeyRotationStatus: [aws.GetKeyRotationStatusRequest, aws.GetKeyRotationStatusAnswer];
    rotateKeyOnDemand: [aws.RotateKeyOnDemandRequest, aws.RotateKeyOnDemandAnswer];
    listKeyRotations: [aws.ListKeyRotationsRequest, aws.ListKeyRotationsAnswer];
    getParametersForImport: [aws.GetParametersForImportRequest, aws.GetParametersForImportAnswer];
    importKeyMaterial: [aws.ImportKeyMaterialRequest, aws.ImportKeyMaterialAnswer];
    deleteKeyMaterial: [aws.DeleteKeyMaterialRequest, aws.DeleteKeyMaterialAnswer];
    createAlias: [aws.CreateAliasRequest, aws.CreateAliasAnswer];
    updateAlias: [aws.UpdateAliasRequest, aws.UpdateAliasAnswer];
    deleteAlias: [aws.DeleteAliasRequest, aws.DeleteAliasAnswer];
    listAliases: [aws.ListAliasesRequest, aws.ListAliasesAnswer];
    tagResource: [aws.TagResourceRequest, aws.TagResourceAnswer];
    untagResource: [aws.UntagResourceRequest, aws.UntagResourceAnswer];
    listResourceTags: [aws.ListResourceTagsRequest, aws.ListResourceTagsAnswer];
    getKeyPolicy: [aws.GetKeyPolicyRequest, aws.GetKeyPolicyAnswer];
    setKeyPolicy: [aws.SetKeyPolicyRequest, aws.SetKeyPolicyAnswer];
    listKeyPolicies: [aws.ListKeyPoliciesRequest, aws.ListKeyPoliciesAnswer];
    encrypt: [aws.EncryptRequest, aws.EncryptAnswer];
    decrypt: [aws.DecryptRequest, aws.DecryptAnswer];
    generateDataKey: [aws.GenerateDataKeyRequest, aws.GenerateDataKeyAnswer];
    generateDataKeyWithoutPlaintext: [
      aws.GenerateDataKeyWithoutPlaintextRequest,
      aws.GenerateDataKeyWithoutPlaintextAnswer,
    ];
    reEncrypt: [aws.ReEncryptRequest, aws.ReEncryptAnswer];
    generateDataKeyPair: [aws.GenerateDataKeyPairRequest, aws.GenerateDataKeyPairAnswer];
    generateDataKeyPairWithoutPlaintext: [
      aws.GenerateDataKeyPairWithoutPlaintextRequest,
      aws.GenerateDataKeyPairWithoutPlaintextAnswer,
    ];
    generateRandom: [aws.GenerateRandomRequest, aws.GenerateRandomAnswer];
    generateMac: [aws.GenerateMacRequest, aws.GenerateMacAnswer];
    verifyMac: [aws.VerifyMacRequest, aws.VerifyMacAnswer];
    asymmetricSign: [aws.AsymmetricSignRequest, aws.AsymmetricSignAnswer];
    asymmetricVerify: [aws.AsymmetricVerifyRequest, aws.AsymmetricVerifyAnswer];
    asymmetricEncrypt: [aws.AsymmetricEncryptRequest, aws.AsymmetricEncryptAnswer];
    asymmetricDecrypt: [aws.AsymmetricDecryptRequest, aws.AsymmetricDecryptAnswer];
    getPublicKey: [aws.GetPublicKeyRequest, aws.GetPublicKeyAnswer];
  };
}

/** One method an action. One that the cloud does not have cannot be called. */
export interface Methods<D extends Dialect> {
  /**
   * Makes a CMK, enabled, with fresh material; or one that waits for material to be imported. Sent
   * again only if the server says that it did nothing.
   */
  createKey(...given: Given<D, "createKey">): Promise<AnswerOf<D, "createKey">>;
  /** Tells what the service knows about a CMK. */
  describeKey(...given: Given<D, "describeKey">): Promise<AnswerOf<D, "describeKey">>;
  /** Lists the CMKs, a page at a time, in the order in which they were made. */
  listKeys(...given: Given<D, "listKeys">): Promise<AnswerOf<D, "listKeys">>;
  /** Replaces a CMK's description. An empty one clears it. */
  updateKeyDescription(
    ...given: Given<D, "updateKeyDescription">
  ): Promise<AnswerOf<D, "updateKeyDescription">>;
  /** Lets a CMK be used. */
  enableKey(...given: Given<D, "enableKey">): Promise<AnswerOf<D, "enableKey">>;
  /** Stops every use of a CMK until it is enabled again. */
  disableKey(...given: Given<D, "disableKey">): Promise<AnswerOf<D, "disableKey">>;
  /**
   * Stops every use of a CMK and deletes it after some days. Whatever is still encrypted under it
   * is then lost for good; until then CancelKeyDeletion saves it. Sent again only if the server
   * says that it did nothing.
   */
  scheduleKeyDeletion(
    ...given: Given<D, "scheduleKeyDeletion">
  ): Promise<AnswerOf<D, "scheduleKeyDeletion">>;
  /**
   * Keeps a CMK that waits for its deletion, and lets it be used again. Sent again only if the
   * server says that it did nothing.
   */
  cancelKeyDeletion(
    ...given: Given<D, "cancelKeyDeletion">
  ): Promise<AnswerOf<D, "cancelKeyDeletion">>;
  /** Protects a CMK from ScheduleKeyDeletion, or no longer. Alibaba Cloud alone has it. */
  setDeletionProtection(
    ...given: Given<D, "setDeletionProtection">
  ): Promise<AnswerOf<D, "setDeletionProtection">>;
  /** Tells about a version of a CMK. Alibaba Cloud alone has it. */
  describeKeyVersion(
    ...given: Given<D, "describeKeyVersion">
  ): Promise<AnswerOf<D, "describeKeyVersion">>;
  /**
   * Lists the versions of a CMK, a page at a time, the newest first. Alibaba Cloud alone has it.
   */
  listKeyVersions(...given: Given<D, "listKeyVersions">): Promise<AnswerOf<D, "listKeyVersions">>;
  /**
   * Has a symmetric CMK get new versions by itself, or no longer. Whatever was encrypted under an
   * earlier version still decrypts. Alibaba Cloud alone has it.
   */
  updateRotationPolicy(
    ...given: Given<D, "updateRotationPolicy">
  ): Promise<AnswerOf<D, "updateRotationPolicy">>;
  /**
   * Gives an asymmetric CMK a new version, at most once in 7 days. Earlier versions stay as they
   * are. Alibaba Cloud alone has it. Sent again only if the server says that it did nothing.
   */
  createKeyVersion(
    ...given: Given<D, "createKeyVersion">
  ): Promise<AnswerOf<D, "createKeyVersion">>;
  /** Has a key get new versions by itself. AWS alone has it. */
  enableKeyRotation(
    ...given: Given<D, "enableKeyRotation">
  ): Promise<AnswerOf<D, "enableKeyRotation">>;
  /** Has a key get no new versions by itself any more. AWS alone has it. */
  disableKeyRotation(
    ...given: Given<D, "disableKeyRotation">
  ): Promise<AnswerOf<D, "disableKeyRotation">>;
  /** Tells whether a key gets new versions by itself. AWS alone has it. */
  getKeyRotationStatus(
    ...given: Given<D, "getKeyRotationStatus">
  ): Promise<AnswerOf<D, "getKeyRotationStatus">>;
  /**
   * Gives a key a new version now. AWS alone has it. Sent again only if the server says that it did
   * nothing.
   */
  rotateKeyOnDemand(
    ...given: Given<D, "rotateKeyOnDemand">
  ): Promise<AnswerOf<D, "rotateKeyOnDemand">>;
  /** Lists the rotations of a key. AWS alone has it. */
  listKeyRotations(
    ...given: Given<D, "listKeyRotations">
  ): Promise<AnswerOf<D, "listKeyRotations">>;
  /**
   * Makes a key pair to wrap a CMK's material under, and a token that belongs to both. Each call
   * makes another pair; each is good for 24 hours.
   */
  getParametersForImport(
    ...given: Given<D, "getParametersForImport">
  ): Promise<AnswerOf<D, "getParametersForImport">>;
  /**
   * Gives a CMK of Origin EXTERNAL its material. A CMK has one material for ever: what was deleted
   * or has expired can be imported again, and nothing else.
   */
  importKeyMaterial(
    ...given: Given<D, "importKeyMaterial">
  ): Promise<AnswerOf<D, "importKeyMaterial">>;
  /**
   * Deletes the imported material of a CMK. The CMK stays, waits for the same material, and does
   * nothing until it has come.
   */
  deleteKeyMaterial(
    ...given: Given<D, "deleteKeyMaterial">
  ): Promise<AnswerOf<D, "deleteKeyMaterial">>;
  /**
   * Gives a CMK another name, unique in its account and region. Sent again only if the server says
   * that it did nothing.
   */
  createAlias(...given: Given<D, "createAlias">): Promise<AnswerOf<D, "createAlias">>;
  /** Moves a name to this CMK. What was encrypted under the old one stays under it. */
  updateAlias(...given: Given<D, "updateAlias">): Promise<AnswerOf<D, "updateAlias">>;
  /**
   * Removes a name. The CMK stays, and what was encrypted by the name can still be decrypted. Sent
   * again only if the server says that it did nothing.
   */
  deleteAlias(...given: Given<D, "deleteAlias">): Promise<AnswerOf<D, "deleteAlias">>;
  /** Lists the aliases, a page at a time, in the order of their names. */
  listAliases(...given: Given<D, "listAliases">): Promise<AnswerOf<D, "listAliases">>;
  /**
   * Lists the aliases of a CMK, a page at a time, in the order of their names. Alibaba Cloud alone
   * has it.
   */
  listAliasesByKeyId(
    ...given: Given<D, "listAliasesByKeyId">
  ): Promise<AnswerOf<D, "listAliasesByKeyId">>;
  /** Puts tags on a CMK. One that it has already gets the new value. */
  tagResource(...given: Given<D, "tagResource">): Promise<AnswerOf<D, "tagResource">>;
  /** Takes tags off a CMK. One that it does not have is passed over. */
  untagResource(...given: Given<D, "untagResource">): Promise<AnswerOf<D, "untagResource">>;
  /** Lists the tags of a CMK. */
  listResourceTags(
    ...given: Given<D, "listResourceTags">
  ): Promise<AnswerOf<D, "listResourceTags">>;
  /**
   * Puts tags on all of these CMKs, or on none of them. One that a CMK has already gets the new
   * value. Alibaba Cloud alone has it.
   */
  tagResources(...given: Given<D, "tagResources">): Promise<AnswerOf<D, "tagResources">>;
  /**
   * Takes tags off all of these CMKs, or off none of them. One that a CMK does not have is passed
   * over. Alibaba Cloud alone has it.
   */
  untagResources(...given: Given<D, "untagResources">): Promise<AnswerOf<D, "untagResources">>;
  /**
   * Lists tags, 200 a page, in the order of the keys' ids and of the tags' keys. Alibaba Cloud
   * alone has it.
   */
  listTagResources(
    ...given: Given<D, "listTagResources">
  ): Promise<AnswerOf<D, "listTagResources">>;
  /** Tells a CMK's policy. */
  getKeyPolicy(...given: Given<D, "getKeyPolicy">): Promise<AnswerOf<D, "getKeyPolicy">>;
  /**
   * Gives a CMK a policy in place of the one that it has. It decides who may use it, with the
   * policies of whoever asks.
   */
  setKeyPolicy(...given: Given<D, "setKeyPolicy">): Promise<AnswerOf<D, "setKeyPolicy">>;
  /** Lists the names of a key's policies: it has one. AWS alone has it. */
  listKeyPolicies(...given: Given<D, "listKeyPolicies">): Promise<AnswerOf<D, "listKeyPolicies">>;
  /** Encrypts a small value in the service. */
  encrypt(...given: Given<D, "encrypt">): Promise<AnswerOf<D, "encrypt">>;
  /** Opens a `CiphertextBlob`; the service finds the key from the blob. */
  decrypt(...given: Given<D, "decrypt">): Promise<AnswerOf<D, "decrypt">>;
  /** Makes a fresh data key, in clear and wrapped under a CMK. */
  generateDataKey(...given: Given<D, "generateDataKey">): Promise<AnswerOf<D, "generateDataKey">>;
  /**
   * Makes a fresh data key, wrapped under a CMK only: for whoever stores it and does not use it.
   */
  generateDataKeyWithoutPlaintext(
    ...given: Given<D, "generateDataKeyWithoutPlaintext">
  ): Promise<AnswerOf<D, "generateDataKeyWithoutPlaintext">>;
  /**
   * Encrypts under one CMK what another has encrypted; the plaintext does not leave the service.
   */
  reEncrypt(...given: Given<D, "reEncrypt">): Promise<AnswerOf<D, "reEncrypt">>;
  /**
   * Encrypts a data key under a public key; the service finds the data key's CMK from the blob.
   * Alibaba Cloud alone has it.
   */
  exportDataKey(...given: Given<D, "exportDataKey">): Promise<AnswerOf<D, "exportDataKey">>;
  /**
   * Makes a fresh data key, wrapped under a CMK and under a public key. Alibaba Cloud alone has it.
   */
  generateAndExportDataKey(
    ...given: Given<D, "generateAndExportDataKey">
  ): Promise<AnswerOf<D, "generateAndExportDataKey">>;
  /** Makes a fresh pair of keys, its private one in clear and wrapped. AWS alone has it. */
  generateDataKeyPair(
    ...given: Given<D, "generateDataKeyPair">
  ): Promise<AnswerOf<D, "generateDataKeyPair">>;
  /** Makes a fresh pair of keys, its private one wrapped alone. AWS alone has it. */
  generateDataKeyPairWithoutPlaintext(
    ...given: Given<D, "generateDataKeyPairWithoutPlaintext">
  ): Promise<AnswerOf<D, "generateDataKeyPairWithoutPlaintext">>;
  /** Makes random bytes. AWS alone has it. */
  generateRandom(...given: Given<D, "generateRandom">): Promise<AnswerOf<D, "generateRandom">>;
  /** Makes a message authentication code with an HMAC key. */
  generateMac(...given: Given<D, "generateMac">): Promise<AnswerOf<D, "generateMac">>;
  /** Says whether a message authentication code is that of a message under an HMAC key. */
  verifyMac(...given: Given<D, "verifyMac">): Promise<AnswerOf<D, "verifyMac">>;
  /** Signs a digest with the private key of an asymmetric CMK. */
  asymmetricSign(...given: Given<D, "asymmetricSign">): Promise<AnswerOf<D, "asymmetricSign">>;
  /** Says whether a signature is that of a digest under an asymmetric CMK. */
  asymmetricVerify(
    ...given: Given<D, "asymmetricVerify">
  ): Promise<AnswerOf<D, "asymmetricVerify">>;
  /** Encrypts a small value under the public key of an asymmetric CMK. */
  asymmetricEncrypt(
    ...given: Given<D, "asymmetricEncrypt">
  ): Promise<AnswerOf<D, "asymmetricEncrypt">>;
  /** Opens what was encrypted under the public key of an asymmetric CMK. */
  asymmetricDecrypt(
    ...given: Given<D, "asymmetricDecrypt">
  ): Promise<AnswerOf<D, "asymmetricDecrypt">>;
  /** Tells the public key of an asymmetric CMK, to verify and to encrypt with anywhere. */
  getPublicKey(...given: Given<D, "getPublicKey">): Promise<AnswerOf<D, "getPublicKey">>;
  /** Tells the regions of the service. Alibaba Cloud alone has it. */
  describeRegions(...given: Given<D, "describeRegions">): Promise<AnswerOf<D, "describeRegions">>;
  /** Tells whether the account can use the service. Alibaba Cloud alone has it. */
  describeAccountKmsStatus(
    ...given: Given<D, "describeAccountKmsStatus">
  ): Promise<AnswerOf<D, "describeAccountKmsStatus">>;
  /**
   * Opens the service for the account. It is open here, so that this is always refused, as a second
   * time is. Alibaba Cloud alone has it.
   */
  openKmsService(...given: Given<D, "openKmsService">): Promise<AnswerOf<D, "openKmsService">>;
  /** Tells which kinds of keys the deployment makes. Alibaba Cloud alone has it. */
  describeService(...given: Given<D, "describeService">): Promise<AnswerOf<D, "describeService">>;
  /**
   * Tells which KMS instance is the default one. There are no instances here. Alibaba Cloud alone
   * has it.
   */
  getDefaultKmsInstance(
    ...given: Given<D, "getDefaultKmsInstance">
  ): Promise<AnswerOf<D, "getDefaultKmsInstance">>;
  /**
   * Tells how many calls the account made in the region, 200 rows a page, in the order of days,
   * keys and actions. Counts come in within a minute, and are kept for 400 days. Alibaba Cloud
   * alone has it.
   */
  listKeyUsage(...given: Given<D, "listKeyUsage">): Promise<AnswerOf<D, "listKeyUsage">>;
  /** Tells the quotas of the account in the region. Alibaba Cloud alone has it. */
  describeQuotas(...given: Given<D, "describeQuotas">): Promise<AnswerOf<D, "describeQuotas">>;
  /**
   * Sets a quota of the account in the region. What is there already stays, though it be more.
   * Alibaba Cloud alone has it.
   */
  setQuota(...given: Given<D, "setQuota">): Promise<AnswerOf<D, "setQuota">>;
  /** Tells the root key versions of the account in the region. Alibaba Cloud alone has it. */
  describeRootKeys(
    ...given: Given<D, "describeRootKeys">
  ): Promise<AnswerOf<D, "describeRootKeys">>;
  /**
   * Has the keyring wrap all material that is under another root key version anew, under the
   * current one. It goes on by itself; DescribeRootKeys tells how far it has got. Called again, it
   * begins anew. Alibaba Cloud alone has it.
   */
  rewrapKeys(...given: Given<D, "rewrapKeys">): Promise<AnswerOf<D, "rewrapKeys">>;
  /**
   * Has the keyring forget a root key version, which may then be taken out of `ROOT_KEYS`. Refused
   * for the current one, while anything is wrapped under it, and for 25 hours after RewrapKeys has
   * found that nothing is. Alibaba Cloud alone has it. Sent again only if the server says that it
   * did nothing.
   */
  retireRootKey(...given: Given<D, "retireRootKey">): Promise<AnswerOf<D, "retireRootKey">>;
  /**
   * Tells the next parts of a backup: keys, versions with their material, aliases, tags, policies
   * and the keyring's own quotas. All parts, in order, are one file. Alibaba Cloud alone has it.
   */
  backupKeyring(...given: Given<D, "backupKeyring">): Promise<AnswerOf<D, "backupKeyring">>;
  /**
   * Takes the next part of a backup, in order; the first one begins anew. Nothing is restored
   * before the last part was taken; then everything is, and until it is the keyring answers nothing
   * else. Alibaba Cloud alone has it.
   */
  restoreKeyring(...given: Given<D, "restoreKeyring">): Promise<AnswerOf<D, "restoreKeyring">>;
  /**
   * Has a keyring of an account make no key for ten minutes, which is longer than any isolate
   * believes in an access key that is gone. Refused while it has keys that its account could
   * delete. Alibaba Cloud alone has it.
   */
  closeKeyring(...given: Given<D, "closeKeyring">): Promise<AnswerOf<D, "closeKeyring">>;
  /**
   * Tells the events of the region and the account's own as they are stored, each with its place in
   * its shard's chain, and the shards' signed checkpoints, a part at a time. The lines of all
   * parts, one below the other, are a file that `cargo xtask audit-verify` checks with the root
   * keys alone. Alibaba Cloud alone has it.
   */
  exportEvents(...given: Given<D, "exportEvents">): Promise<AnswerOf<D, "exportEvents">>;
}
