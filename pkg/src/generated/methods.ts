// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** The client's methods, one an action. */

import type { AnswerOf, Dialect, Given } from "../dialect.js";
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
    createAlias: [aliyun.CreateAliasRequest, aliyun.CreateAliasAnswer];
    updateAlias: [aliyun.UpdateAliasRequest, aliyun.UpdateAliasAnswer];
    deleteAlias: [aliyun.DeleteAliasRequest, aliyun.DeleteAliasAnswer];
    listAliases: [aliyun.ListAliasesRequest, aliyun.ListAliasesAnswer];
    tagResource: [aliyun.TagResourceRequest, aliyun.TagResourceAnswer];
    untagResource: [aliyun.UntagResourceRequest, aliyun.UntagResourceAnswer];
    listResourceTags: [aliyun.ListResourceTagsRequest, aliyun.ListResourceTagsAnswer];
    encrypt: [aliyun.EncryptRequest, aliyun.EncryptAnswer];
    decrypt: [aliyun.DecryptRequest, aliyun.DecryptAnswer];
    generateDataKey: [aliyun.GenerateDataKeyRequest, aliyun.GenerateDataKeyAnswer];
    generateDataKeyWithoutPlaintext: [
      aliyun.GenerateDataKeyWithoutPlaintextRequest,
      aliyun.GenerateDataKeyWithoutPlaintextAnswer,
    ];
    generateMac: [aliyun.GenerateMacRequest, aliyun.GenerateMacAnswer];
    verifyMac: [aliyun.VerifyMacRequest, aliyun.VerifyMacAnswer];
    asymmetricSign: [aliyun.AsymmetricSignRequest, aliyun.AsymmetricSignAnswer];
    asymmetricVerify: [aliyun.AsymmetricVerifyRequest, aliyun.AsymmetricVerifyAnswer];
    asymmetricEncrypt: [aliyun.AsymmetricEncryptRequest, aliyun.AsymmetricEncryptAnswer];
    asymmetricDecrypt: [aliyun.AsymmetricDecryptRequest, aliyun.AsymmetricDecryptAnswer];
    getPublicKey: [aliyun.GetPublicKeyRequest, aliyun.GetPublicKeyAnswer];
    describeRegions: [aliyun.DescribeRegionsRequest, aliyun.DescribeRegionsAnswer];
    describeQuotas: [aliyun.DescribeQuotasRequest, aliyun.DescribeQuotasAnswer];
    setQuota: [aliyun.SetQuotaRequest, aliyun.SetQuotaAnswer];
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
    createAlias: [aws.CreateAliasRequest, aws.CreateAliasAnswer];
    updateAlias: [aws.UpdateAliasRequest, aws.UpdateAliasAnswer];
    deleteAlias: [aws.DeleteAliasRequest, aws.DeleteAliasAnswer];
    listAliases: [aws.ListAliasesRequest, aws.ListAliasesAnswer];
    tagResource: [aws.TagResourceRequest, aws.TagResourceAnswer];
    untagResource: [aws.UntagResourceRequest, aws.UntagResourceAnswer];
    listResourceTags: [aws.ListResourceTagsRequest, aws.ListResourceTagsAnswer];
    encrypt: [aws.EncryptRequest, aws.EncryptAnswer];
    decrypt: [aws.DecryptRequest, aws.DecryptAnswer];
    generateDataKey: [aws.GenerateDataKeyRequest, aws.GenerateDataKeyAnswer];
    generateDataKeyWithoutPlaintext: [
      aws.GenerateDataKeyWithoutPlaintextRequest,
      aws.GenerateDataKeyWithoutPlaintextAnswer,
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
   * Makes a CMK, enabled, with fresh material. Sent again only if the server says that it did
   * nothing.
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
  /** Puts tags on a CMK. One that it has already gets the new value. */
  tagResource(...given: Given<D, "tagResource">): Promise<AnswerOf<D, "tagResource">>;
  /** Takes tags off a CMK. One that it does not have is passed over. */
  untagResource(...given: Given<D, "untagResource">): Promise<AnswerOf<D, "untagResource">>;
  /** Lists the tags of a CMK. */
  listResourceTags(
    ...given: Given<D, "listResourceTags">
  ): Promise<AnswerOf<D, "listResourceTags">>;
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
  /** Tells the quotas of the account in the region. Alibaba Cloud alone has it. */
  describeQuotas(...given: Given<D, "describeQuotas">): Promise<AnswerOf<D, "describeQuotas">>;
  /**
   * Sets a quota of the account in the region. What is there already stays, though it be more.
   * Alibaba Cloud alone has it.
   */
  setQuota(...given: Given<D, "setQuota">): Promise<AnswerOf<D, "setQuota">>;
}
