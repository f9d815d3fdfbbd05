// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** The names of the client's methods: its table of actions is loaded when one is called. */

/** In the table's order, with a space between two. */
export const METHODS =
  "createKey describeKey listKeys updateKeyDescription enableKey disableKey scheduleKeyDeletion " +
  "cancelKeyDeletion setDeletionProtection describeKeyVersion listKeyVersions updateRotationPolicy " +
  "createKeyVersion enableKeyRotation disableKeyRotation getKeyRotationStatus rotateKeyOnDemand " +
  "listKeyRotations getParametersForImport importKeyMaterial deleteKeyMaterial createAlias " +
  "updateAlias deleteAlias listAliases listAliasesByKeyId tagResource untagResource " +
  "listResourceTags tagResources untagResources listTagResources getKeyPolicy setKeyPolicy " +
  "listKeyPolicies encrypt decrypt generateDataKey generateDataKeyWithoutPlaintext reEncrypt " +
  "exportDataKey generateAndExportDataKey generateDataKeyPair generateDataKeyPairWithoutPlaintext " +
  "generateRandom generateMac verifyMac asymmetricSign asymmetricVerify asymmetricEncrypt " +
  "asymmetricDecrypt getPublicKey describeRegions describeAccountKmsStatus openKmsService " +
  "describeService getDefaultKmsInstance listKeyUsage describeQuotas setQuota describeRootKeys " +
  "rewrapKeys retireRootKey backupKeyring restoreKeyring closeKeyring exportEvents";
