// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** What the client knows of the actions when it runs; their types are in the other files. */

import type { ActionRow } from "../kms/dialect.js";
import type { GotKind, Kinds, SentKind } from "../kms/fields.js";

/** The actions of which there is something to know; on the wire each begins with a capital. */
export const ACTIONS: Readonly<Record<string, ActionRow>> = {
  createKey: { once: true },
  scheduleKeyDeletion: { once: true },
  cancelKeyDeletion: { once: true },
  createKeyVersion: { once: true },
  rotateKeyOnDemand: { once: true },
  deleteKeyMaterial: { aws: "DeleteImportedKeyMaterial" },
  createAlias: { once: true },
  deleteAlias: { once: true },
  setKeyPolicy: { aws: "PutKeyPolicy" },
  asymmetricSign: { aws: "Sign" },
  asymmetricVerify: { aws: "Verify" },
  asymmetricEncrypt: { aws: "Encrypt" },
  asymmetricDecrypt: { aws: "Decrypt" },
  describeRegions: { bare: true },
  describeAccountKmsStatus: { bare: true },
  openKmsService: { bare: true },
  describeService: { bare: true },
  getDefaultKmsInstance: { bare: true },
  describeQuotas: { bare: true },
  describeRootKeys: { bare: true },
  rewrapKeys: { bare: true },
  retireRootKey: { once: true },
};

/** Fields of requests whose value is not the wire's. */
export const SENT: Kinds<SentKind> = {
  customKeyStoreId: "json",
  destinationEncryptionContext: "context",
  dryRunModifiers: "json",
  encryptionContext: "context",
  filters: "json",
  grantTokens: "json",
  importType: "json",
  includeKeyMaterial: "json",
  keyMaterialDescription: "json",
  keyMaterialId: "json",
  message: "bytes",
  multiRegion: "json",
  plaintext: "bytes",
  recipient: "json",
  resourceId: "repeat",
  sourceEncryptionContext: "context",
  tag: "repeat",
  tagKey: "repeat",
  tagKeys: "json",
  tags: "json",
  xksKeyId: "json",
};

/** Fields of answers whose value is not the wire's. */
export const GOT: Kinds<GotKind> = {
  aliases: "list",
  keySpecs: "list",
  keyUsages: "list",
  keyVersions: "list",
  keys: "list",
  parts: "list",
  plaintext: "bytes",
  privateKeyPlaintext: "bytes",
  protectionLevels: "list",
  quotas: "list",
  regions: "list",
  rootKeys: "list",
  skipped: "list",
  supportedProtectionLevels: "list",
  tagResources: "list",
  tags: "list",
  usages: "list",
};

/** Fields of requests whose name on the wire is not just theirs with a capital. */
export const WIRE_NAMES: Readonly<Record<string, string>> = {
  dkmsInstanceId: "DKMSInstanceId",
};
