// SPDX-License-Identifier: Apache-2.0

/** AWS's dialect: a key's life, its versions, its aliases and tags. */

import { from } from "./step.mjs";
import { KEY } from "./words.mjs";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DAY_MS = 86_400_000;
const ALIAS = "alias/conformance";
const PLAINTEXT = "aGVsbG8=";

const ARN = from("key.KeyMetadata.Arn");
const OTHER = { KeyId: from("other.KeyMetadata.KeyId") };
const described = (key, answer) => ({ action: "DescribeKey", is: "", params: key, answer });
const inDays = (days) => (text) => Math.abs(Date.parse(text) - Date.now() - days * DAY_MS) < 60_000;
const tagged = (key, tags) => ({ action: "ListResourceTags", is: "", params: key, answer: { Truncated: false, Tags: same(tags) } });
const same = (tags) => (rows) =>
  JSON.stringify(rows.map(({ TagKey, TagValue }) => [TagKey, TagValue]).sort()) === JSON.stringify(Object.entries(tags).sort());
const rows = (tags) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

/** @type {import("./step.mjs").Step[]} */
export const LIFE = [
  {
    action: "CreateKey",
    is: "with no option",
    as: "other",
    answer: {
      "KeyMetadata.KeyId": UUID,
      "KeyMetadata.KeyState": "Enabled",
      "KeyMetadata.Enabled": true,
      "KeyMetadata.KeySpec": "SYMMETRIC_DEFAULT",
      "KeyMetadata.EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
    },
  },
  {
    action: "CreateKey",
    is: "with `Description`, `KeySpec`, `KeyUsage`, `Origin`, `Tags`",
    as: "key",
    params: {
      Description: "héllo",
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      Origin: "AWS_KMS",
      Tags: rows({ team: "photos" }),
    },
    answer: {
      "KeyMetadata.Arn": /^arn:aws:kms:[a-z0-9-]+:\d{16}:key\/[0-9a-f-]{36}$/,
      "KeyMetadata.Description": "héllo",
      "KeyMetadata.KeyManager": "CUSTOMER",
      "KeyMetadata.Origin": "AWS_KMS",
      "KeyMetadata.CreationDate": inDays(0),
    },
    then: [tagged(KEY, { team: "photos" })],
  },
  {
    action: "CreateKey",
    is: "an asymmetric one without `KeyUsage`",
    params: { KeySpec: "RSA_2048" },
    refused: "ValidationException",
  },
  { action: "DescribeKey", is: "by its id: what CreateKey said", params: KEY, answer: { KeyMetadata: from("key.KeyMetadata") } },
  { action: "DescribeKey", is: "by its ARN", params: { KeyId: ARN }, answer: { KeyMetadata: from("key.KeyMetadata") } },
  { action: "DescribeKey", is: "a key that is not there", params: { KeyId: UNKNOWN }, refused: "NotFoundException" },
  {
    action: "ListKeys",
    is: "a page, by `Limit`",
    as: "pageOne",
    params: { Limit: 1 },
    answer: { Truncated: true, Keys: (keys) => keys.length === 1, NextMarker: /./ },
  },
  {
    action: "ListKeys",
    is: "the last page, by `Marker`: no key twice",
    params: { Limit: 1, Marker: from("pageOne.NextMarker") },
    answer: {
      Truncated: false,
      NextMarker: undefined,
      Keys: (keys, { pageOne }) => keys.length === 1 && keys[0].KeyId !== pageOne.Keys[0].KeyId,
    },
  },
  { action: "ListKeys", is: "a marker of nobody's", params: { Marker: "x y" }, refused: "InvalidMarkerException" },
  {
    action: "UpdateKeyDescription",
    is: "to other words",
    params: { ...KEY, Description: "other words" },
    silent: true,
    then: [described(KEY, { "KeyMetadata.Description": "other words" })],
  },
  {
    action: "DisableKey",
    is: "the key cannot be used",
    params: KEY,
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.KeyState": "Disabled", "KeyMetadata.Enabled": false }),
      { action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, refused: "DisabledException", soon: true },
    ],
  },
  {
    action: "EnableKey",
    is: "the key can be used again",
    params: { KeyId: ARN },
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.KeyState": "Enabled" }),
      { action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, answer: { KeyId: ARN }, soon: true },
    ],
  },
  {
    action: "ScheduleKeyDeletion",
    is: "more days than 30",
    params: { ...KEY, PendingWindowInDays: 31 },
    refused: "ValidationException",
    then: [described(KEY, { "KeyMetadata.KeyState": "Enabled" })],
  },
  {
    action: "ScheduleKeyDeletion",
    is: "in 7 days",
    params: { ...KEY, PendingWindowInDays: 7 },
    answer: { KeyId: ARN, KeyState: "PendingDeletion", PendingWindowInDays: 7, DeletionDate: inDays(7) },
    then: [{ action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, refused: "KMSInvalidStateException", soon: true }],
  },
  { action: "EnableKey", is: "a key that is to be deleted", params: KEY, refused: "KMSInvalidStateException" },
  {
    action: "CancelKeyDeletion",
    is: "the key is disabled",
    params: KEY,
    answer: { KeyId: ARN },
    then: [
      described(KEY, { "KeyMetadata.KeyState": "Disabled", "KeyMetadata.DeletionDate": undefined }),
      { action: "EnableKey", is: "", params: KEY, silent: true, then: [described(KEY, { "KeyMetadata.KeyState": "Enabled" })] },
    ],
  },
  { action: "CancelKeyDeletion", is: "a second time", params: KEY, refused: "KMSInvalidStateException" },
];

/** @type {import("./step.mjs").Step[]} */
export const NAMES = [
  {
    action: "CreateAlias",
    is: "the key answers to it",
    params: { AliasName: ALIAS, TargetKeyId: KEY.KeyId },
    silent: true,
    then: [described({ KeyId: ALIAS }, { "KeyMetadata.KeyId": KEY.KeyId })],
  },
  { action: "CreateAlias", is: "one that is taken", params: { AliasName: ALIAS, TargetKeyId: OTHER.KeyId }, refused: "AlreadyExistsException" },
  { action: "CreateAlias", is: "a name with a space", params: { AliasName: "alias/a b", TargetKeyId: KEY.KeyId }, refused: "InvalidAliasNameException" },
  {
    action: "UpdateAlias",
    is: "another key answers to it",
    params: { AliasName: ALIAS, TargetKeyId: from("other.KeyMetadata.Arn") },
    silent: true,
    then: [described({ KeyId: ALIAS }, { "KeyMetadata.KeyId": OTHER.KeyId })],
  },
  {
    action: "ListAliases",
    is: "all",
    answer: {
      Truncated: false,
      "Aliases.0.AliasName": ALIAS,
      "Aliases.0.TargetKeyId": OTHER.KeyId,
      "Aliases.0.AliasArn": (arn) => arn.startsWith("arn:aws:kms:") && arn.endsWith(`:${ALIAS}`),
    },
  },
  { action: "ListAliases", is: "of a key that has none", params: KEY, answer: { Aliases: [], Truncated: false } },
  {
    action: "DeleteAlias",
    is: "nothing answers to it",
    params: { AliasName: ALIAS },
    silent: true,
    then: [{ action: "DescribeKey", is: "", params: { KeyId: ALIAS }, refused: "NotFoundException" }],
  },
  { action: "DeleteAlias", is: "one that is not there", params: { AliasName: "alias/nobody" }, refused: "NotFoundException" },
  {
    action: "TagResource",
    is: "one that is new and one that changes",
    params: { ...KEY, Tags: rows({ team: "film", "cost centre": "größe" }) },
    silent: true,
    then: [tagged(KEY, { team: "film", "cost centre": "größe" })],
  },
  { action: "TagResource", is: "a key that is too long", params: { ...KEY, Tags: [{ TagKey: "k".repeat(129), TagValue: "x" }] }, refused: "TagException" },
  {
    action: "ListResourceTags",
    is: "a page, by `Limit`",
    params: { ...KEY, Limit: 1 },
    answer: { Truncated: true, NextMarker: /./, Tags: (tags) => tags.length === 1 },
  },
  {
    action: "UntagResource",
    is: "one that is there and one that is not",
    params: { ...KEY, TagKeys: ["team", "nobody"] },
    silent: true,
    then: [tagged(KEY, { "cost centre": "größe" })],
  },
];

/** @type {import("./step.mjs").Step[]} */
export const ROTATION = [
  { action: "GetKeyRotationStatus", is: "of a new key", params: KEY, answer: { KeyId: ARN, KeyRotationEnabled: false } },
  {
    action: "EnableKeyRotation",
    is: "every 90 days",
    params: { ...KEY, RotationPeriodInDays: 90 },
    silent: true,
    then: [
      {
        action: "GetKeyRotationStatus",
        is: "",
        params: KEY,
        answer: { KeyRotationEnabled: true, RotationPeriodInDays: 90, NextRotationDate: inDays(90) },
      },
    ],
  },
  { action: "EnableKeyRotation", is: "more days than 2,560", params: { ...KEY, RotationPeriodInDays: 2561 }, refused: "ValidationException" },
  {
    action: "DisableKeyRotation",
    is: "GetKeyRotationStatus says so",
    params: KEY,
    silent: true,
    then: [{ action: "GetKeyRotationStatus", is: "", params: KEY, answer: { KeyRotationEnabled: false } }],
  },
  { action: "ListKeyRotations", is: "before the first", params: KEY, answer: { Rotations: [], Truncated: false } },
  {
    action: "Encrypt",
    is: "under the version before a rotation",
    as: "older",
    params: { ...KEY, Plaintext: PLAINTEXT },
    answer: { KeyId: ARN },
  },
  {
    action: "RotateKeyOnDemand",
    is: "what the version before encrypted still opens",
    params: KEY,
    answer: { KeyId: ARN },
    then: [
      { action: "Decrypt", is: "", params: { CiphertextBlob: from("older.CiphertextBlob") }, answer: { Plaintext: PLAINTEXT } },
    ],
  },
  {
    action: "ListKeyRotations",
    is: "the one there was",
    params: KEY,
    answer: {
      Rotations: (rotations) => rotations.length === 1 && rotations[0].RotationType === "ON_DEMAND" && inDays(0)(rotations[0].RotationDate),
    },
  },
];
