// SPDX-License-Identifier: Apache-2.0

/** Alibaba's dialect: several resources at once, policies, imported material, and the service itself. */

import { constants, publicEncrypt, randomBytes } from "node:crypto";
import { fromBase64, toBase64 } from "../bytes.mjs";
import { UNKNOWN, described, tagged } from "./alibaba-keys.mjs";
import { from } from "./step.mjs";
import { KEY } from "./words.mjs";

const PLAINTEXT = "aGVsbG8=";
const OTHER = { KeyId: from("other.KeyMetadata.KeyId") };

/** @type {import("./step.mjs").Step[]} */
export const ALIASES_OF_A_KEY = [
  {
    action: "CreateAlias",
    is: "a second one of the same key",
    params: { ...OTHER, AliasName: "alias/second" },
    silent: true,
    then: [described({ KeyId: "alias/second" }, { "KeyMetadata.KeyId": OTHER.KeyId })],
  },
  {
    action: "ListAliasesByKeyId",
    is: "of one that has some",
    params: OTHER,
    answer: { TotalCount: 1, "Aliases.Alias.0.AliasName": "alias/second", "Aliases.Alias.0.KeyId": OTHER.KeyId },
  },
  { action: "ListAliasesByKeyId", is: "of one that has none", params: KEY, answer: { TotalCount: 0 } },
  { action: "ListAliasesByKeyId", is: "a key that is not there", params: { KeyId: UNKNOWN }, refused: "Forbidden.KeyNotFound" },
];

const BOTH = { ResourceType: "key", ResourceId: [KEY.KeyId, OTHER.KeyId] };

/** @type {import("./step.mjs").Step[]} */
export const TAGS_OF_SEVERAL = [
  {
    action: "TagResources",
    is: "two tags of two keys",
    params: { ...BOTH, Tag: [{ Key: "team", Value: "photos" }, { Key: "stage", Value: "test" }] },
    silent: true,
    then: [KEY, OTHER].map((key) => tagged(key, { team: "photos", stage: "test" })),
  },
  {
    action: "ListTagResources",
    is: "of two keys",
    params: BOTH,
    answer: {
      NextToken: "",
      "TagResources.TagResource": (rows) => rows.length === 4 && rows.every((row) => row.ResourceType === "key"),
    },
  },
  {
    action: "ListTagResources",
    is: "with one tag",
    params: { ResourceType: "key", Tag: [{ Key: "stage", Value: "test" }] },
    // The key that was labelled long before has it too.
    answer: { "TagResources.TagResource": (rows) => new Set(rows.map((row) => row.ResourceId)).size === 3 },
  },
  {
    action: "TagResources",
    is: "a key that is not there: none of them is changed",
    params: { ...BOTH, ResourceId: [KEY.KeyId, UNKNOWN], Tag: [{ Key: "late", Value: "1" }] },
    refused: "Forbidden.KeyNotFound",
    then: [tagged(KEY, { team: "photos", stage: "test" })],
  },
  {
    action: "UntagResources",
    is: "one tag of two keys",
    params: { ...BOTH, TagKey: ["team"] },
    silent: true,
    then: [KEY, OTHER].map((key) => tagged(key, { stage: "test" })),
  },
  {
    action: "UntagResources",
    is: "`All`",
    params: { ...BOTH, All: true },
    silent: true,
    then: [KEY, OTHER].map((key) => tagged(key, {})),
  },
];

/** As the first policy of a key, for one action alone. */
const narrower = ({ policy }) => policy.Policy.replace("kms:*", "kms:Decrypt");

/** @type {import("./step.mjs").Step[]} */
export const POLICIES = [
  {
    action: "GetKeyPolicy",
    is: "of a key that was given none",
    as: "policy",
    params: { ...KEY, PolicyName: "default" },
    answer: { Policy: (text) => JSON.parse(text).Version === "1" && JSON.parse(text).Statement.length > 0 },
  },
  {
    action: "SetKeyPolicy",
    is: "GetKeyPolicy tells it",
    params: { ...KEY, PolicyName: "default", Policy: narrower },
    silent: true,
    then: [{ action: "GetKeyPolicy", is: "", params: KEY, answer: { Policy: (text, got) => text === narrower(got) } }],
  },
  { action: "SetKeyPolicy", is: "what is no policy", params: { ...KEY, Policy: "{}" }, refused: "InvalidParameter" },
  { action: "GetKeyPolicy", is: "a key that is not there", params: { KeyId: UNKNOWN }, refused: "Forbidden.KeyNotFound" },
];

const MATERIAL = randomBytes(32);
const EXTERNAL = { KeyId: from("external.KeyMetadata.KeyId") };
const WRAPPING = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
/** Material under the public key that the service gave. */
const wrapped = (material) => ({ token }) => {
  const key = { key: Buffer.from(fromBase64(token.PublicKey)), format: "der", type: "spki" };
  return toBase64(publicEncrypt({ ...key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material));
};
const importing = (material, KeyMaterialExpireUnix = 0) => ({
  ...EXTERNAL,
  ImportToken: from("token.ImportToken"),
  EncryptedKeyMaterial: wrapped(material),
  KeyMaterialExpireUnix,
});

/** @type {import("./step.mjs").Step[]} */
export const IMPORT = [
  {
    action: "CreateKey",
    is: "`Origin=EXTERNAL`",
    as: "external",
    params: { Origin: "EXTERNAL" },
    answer: { "KeyMetadata.Origin": "EXTERNAL", "KeyMetadata.KeyState": "PendingImport" },
  },
  {
    action: "GetParametersForImport",
    is: "a public key and a token for a day",
    as: "token",
    params: { ...EXTERNAL, ...WRAPPING },
    answer: {
      KeyId: EXTERNAL.KeyId,
      PublicKey: (text) => fromBase64(text).length > 256,
      ImportToken: (text) => fromBase64(text).length > 0,
      TokenExpireTime: (text) => Math.abs(Date.parse(text) - Date.now() - 86_400_000) < 60_000,
    },
  },
  { action: "GetParametersForImport", is: "of a key with material of its own", params: { ...KEY, ...WRAPPING }, refused: "Unsupported.Origin" },
  {
    action: "ImportKeyMaterial",
    is: "too short: nothing changes",
    params: importing(MATERIAL.subarray(1)),
    refused: "InvalidKeyMaterial",
    then: [described(EXTERNAL, { "KeyMetadata.KeyState": "PendingImport" })],
  },
  {
    action: "ImportKeyMaterial",
    is: "the key can be used",
    params: importing(MATERIAL),
    silent: true,
    then: [
      described(EXTERNAL, { "KeyMetadata.KeyState": "Enabled", "KeyMetadata.MaterialExpireTime": "" }),
      {
        action: "Encrypt",
        is: "",
        as: "externalSealed",
        params: { ...EXTERNAL, Plaintext: PLAINTEXT },
        answer: { KeyId: EXTERNAL.KeyId },
        soon: true,
      },
    ],
  },
  {
    action: "DeleteKeyMaterial",
    is: "the key cannot be used",
    params: EXTERNAL,
    silent: true,
    then: [
      described(EXTERNAL, { "KeyMetadata.KeyState": "PendingImport" }),
      {
        action: "Decrypt",
        is: "",
        params: { CiphertextBlob: from("externalSealed.CiphertextBlob") },
        refused: "Rejected.PendingImport",
        soon: true,
      },
    ],
  },
  { action: "ImportKeyMaterial", is: "other material than before", params: importing(randomBytes(32)), refused: "InvalidKeyMaterial" },
  {
    action: "ImportKeyMaterial",
    is: "the same again, until a day: what it encrypted opens",
    params: importing(MATERIAL, Math.floor(Date.now() / 1000) + 86_400),
    silent: true,
    then: [
      described(EXTERNAL, {
        "KeyMetadata.KeyState": "Enabled",
        "KeyMetadata.MaterialExpireTime": (text) => Math.abs(Date.parse(text) - Date.now() - 86_400_000) < 600_000,
      }),
      {
        action: "Decrypt",
        is: "",
        params: { CiphertextBlob: from("externalSealed.CiphertextBlob") },
        answer: { Plaintext: PLAINTEXT },
        soon: true,
      },
    ],
  },
];

/** @type {import("./step.mjs").Step[]} */
export const SERVICE = [
  { action: "DescribeAccountKmsStatus", is: "of the caller's account", answer: { AccountStatus: "Enabled" } },
  { action: "OpenKmsService", is: "a second time", refused: "Forbidden.Opened" },
  { action: "GetDefaultKmsInstance", is: "there are no instances", answer: { DefaultKmsInstanceId: "" } },
  {
    action: "DescribeService",
    is: "the kinds of keys that are made",
    answer: {
      "ProtectionLevels.ProtectionLevel": (levels) => levels.some(({ Type }) => Type === "SOFTWARE"),
      "KeySpecs.KeySpec": (specs) => specs.some(({ Name, Usages }) => Name === "EC_P256" && Usages.Usage.join() === "SIGN/VERIFY"),
    },
  },
];
