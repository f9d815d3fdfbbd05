// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** What the client knows of the actions when it runs; their types are in the other files. */

import type { ActionRow, GotKind, SentKind } from "../dialect.js";

/** The actions; on the wire each begins with a capital. */
export const ACTIONS: Readonly<Record<string, ActionRow>> = {
  createKey: { once: true },
  describeKey: {},
  listKeys: {},
  updateKeyDescription: {},
  enableKey: {},
  disableKey: {},
  scheduleKeyDeletion: { once: true },
  cancelKeyDeletion: { once: true },
  setDeletionProtection: {},
  describeKeyVersion: {},
  listKeyVersions: {},
  updateRotationPolicy: {},
  createKeyVersion: { once: true },
  enableKeyRotation: {},
  disableKeyRotation: {},
  getKeyRotationStatus: {},
  rotateKeyOnDemand: { once: true },
  listKeyRotations: {},
  createAlias: { once: true },
  updateAlias: {},
  deleteAlias: { once: true },
  listAliases: {},
  tagResource: {},
  untagResource: {},
  listResourceTags: {},
  encrypt: {},
  decrypt: {},
  generateDataKey: {},
  generateDataKeyWithoutPlaintext: {},
  generateRandom: {},
  generateMac: {},
  verifyMac: {},
  asymmetricSign: { aws: "Sign" },
  asymmetricVerify: { aws: "Verify" },
  asymmetricEncrypt: { aws: "Encrypt" },
  asymmetricDecrypt: { aws: "Decrypt" },
  getPublicKey: {},
  describeRegions: { bare: true },
  describeQuotas: { bare: true },
  setQuota: {},
};

/** Fields of requests whose value is not the wire's. */
export const SENT: Readonly<Record<string, SentKind>> = {
  customKeyStoreId: "json",
  dryRunModifiers: "json",
  encryptionContext: "context",
  filters: "json",
  grantTokens: "json",
  includeKeyMaterial: "json",
  message: "bytes",
  multiRegion: "json",
  plaintext: "bytes",
  policy: "json",
  recipient: "json",
  tagKeys: "json",
  tags: "json",
  xksKeyId: "json",
};

/** Fields of answers whose value is not the wire's. */
export const GOT: Readonly<Record<string, GotKind>> = {
  aliases: "list",
  keyVersions: "list",
  keys: "list",
  plaintext: "bytes",
  quotas: "list",
  regions: "list",
  tags: "list",
};

/** Fields of requests whose name on the wire is not just theirs with a capital. */
export const WIRE_NAMES: Readonly<Record<string, string>> = {
  dkmsInstanceId: "DKMSInstanceId",
};
