// SPDX-License-Identifier: Apache-2.0

/** Alibaba's dialect: a key's life, its versions, its aliases and tags. */

import { from } from "./step.mjs";
import { KEY } from "./words.mjs";

export const UNKNOWN = "00000000-0000-4000-8000-000000000000";
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DAY_MS = 86_400_000;
const YEAR = `${365 * 86_400}s`;
// Each of these characters is encoded differently by some client.
const AWKWARD = "héllo *~ +/=&%";
const ALIAS = "alias/conformance";
const PLAINTEXT = "aGVsbG8=";

const OTHER = { KeyId: from("other.KeyMetadata.KeyId") };
/** What DescribeKey must say of a key now. */
export const described = (key, answer) => ({ action: "DescribeKey", is: "", params: key, answer });
const inDays = (days) => (text) => Math.abs(Date.parse(text) - Date.now() - days * DAY_MS) < 60_000;
const pairs = (tags) => JSON.stringify(Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })));
/** The tags of a key are these. */
export const tagged = (key, tags) => ({
  action: "ListResourceTags",
  is: "",
  params: key,
  answer: {
    "Tags.Tag": (rows) => {
      const found = Object.fromEntries((rows ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue ?? ""]));
      return JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(tags).sort());
    },
  },
});
const filtered = (...filters) => JSON.stringify(filters.map(([Key, ...Values]) => ({ Key, Values })));
const ids = (rows) => rows.map(({ KeyId }) => KeyId);

/** @type {import("./step.mjs").Step[]} */
export const CREATION = [
  {
    action: "DescribeRegions",
    is: "the one that is served",
    answer: { Regions: (regions) => regions.Region.length === 1 && /^[a-z-]+\d*$/.test(regions.Region[0].RegionId) },
  },
  {
    action: "ListKeys",
    is: "while there is none",
    answer: { TotalCount: 0, PageNumber: 1, PageSize: 10, Keys: (keys) => (keys.Key ?? []).length === 0 },
  },
  {
    action: "CreateKey",
    is: "with no option",
    as: "other",
    answer: {
      "KeyMetadata.KeyId": UUID,
      "KeyMetadata.KeyState": "Enabled",
      "KeyMetadata.KeySpec": "Aliyun_AES_256",
      "KeyMetadata.KeyUsage": "ENCRYPT/DECRYPT",
      "KeyMetadata.AutomaticRotation": "Disabled",
    },
  },
  {
    action: "CreateKey",
    is: "with `Description`, `KeySpec`, `KeyUsage`, `Origin`, `ProtectionLevel`",
    as: "key",
    params: {
      Description: AWKWARD,
      KeySpec: "Aliyun_AES_256",
      KeyUsage: "ENCRYPT/DECRYPT",
      Origin: "Aliyun_KMS",
      ProtectionLevel: "SOFTWARE",
    },
    answer: {
      "KeyMetadata.KeyId": UUID,
      "KeyMetadata.Arn": /^acs:kms:[a-z0-9-]+:\d{16}:key\/[0-9a-f-]{36}$/,
      "KeyMetadata.Description": AWKWARD,
      "KeyMetadata.Origin": "Aliyun_KMS",
      "KeyMetadata.ProtectionLevel": "SOFTWARE",
      "KeyMetadata.PrimaryKeyVersion": UUID,
      "KeyMetadata.CreationDate": WIRE_TIME,
      "KeyMetadata.Creator": /^\d{16}$/,
      "KeyMetadata.DeleteDate": "",
      "KeyMetadata.MaterialExpireTime": "",
    },
  },
  {
    action: "CreateKey",
    is: "with `EnableAutomaticRotation`, `RotationInterval`",
    as: "rotating",
    params: { EnableAutomaticRotation: true, RotationInterval: "365d" },
    answer: {
      "KeyMetadata.AutomaticRotation": "Enabled",
      "KeyMetadata.RotationInterval": YEAR,
      "KeyMetadata.NextRotationDate": inDays(365),
    },
  },
  {
    action: "CreateKey",
    is: "with `Tags`",
    as: "labelled",
    params: { Tags: pairs({ team: "photos" }) },
    answer: { "KeyMetadata.KeyId": UUID },
    then: [tagged({ KeyId: from("labelled.KeyMetadata.KeyId") }, { team: "photos" })],
  },
  {
    action: "CreateKey",
    is: "a usage that the spec never has",
    params: { KeySpec: "EC_P256", KeyUsage: "ENCRYPT/DECRYPT" },
    refused: "InvalidParameter",
  },
  {
    action: "DescribeKey",
    is: "by its id: what CreateKey said, and more",
    params: KEY,
    answer: {
      KeyMetadata: (metadata, { key }) =>
        Object.entries(key.KeyMetadata).every(([name, value]) => metadata[name] === value),
    },
  },
  { action: "DescribeKey", is: "a key that is not there", params: { KeyId: UNKNOWN }, refused: "Forbidden.KeyNotFound" },
  { action: "DescribeKey", is: "no key named", refused: "MissingParameter" },
];

/** @type {import("./step.mjs").Step[]} */
export const LISTS = [
  {
    action: "ListKeys",
    is: "a page, by `PageNumber`, `PageSize`",
    as: "pageOne",
    params: { PageNumber: 1, PageSize: 3 },
    answer: { TotalCount: 4, PageNumber: 1, PageSize: 3, "Keys.Key": (rows) => rows.length === 3 },
  },
  {
    action: "ListKeys",
    is: "the last page: no key twice",
    params: { PageNumber: 2, PageSize: 3 },
    answer: {
      TotalCount: 4,
      "Keys.Key": (rows, { pageOne }) => rows.length === 1 && !ids(pageOne.Keys.Key).includes(rows[0].KeyId),
    },
  },
  {
    action: "ListKeys",
    is: "`Filters` that one key fits",
    params: { Filters: filtered(["KeyState", "Enabled"], ["KeySpec", "Aliyun_AES_256"]), PageSize: 100 },
    answer: { TotalCount: 4, "Keys.Key": (rows, { key }) => ids(rows).includes(key.KeyMetadata.KeyId) },
  },
  {
    action: "ListKeys",
    is: "`Filters` that no key fits",
    params: { Filters: filtered(["KeyState", "PendingDeletion"]) },
    answer: { TotalCount: 0 },
  },
  { action: "ListKeys", is: "`Filters` that are not JSON", params: { Filters: "KeyState=Enabled" }, refused: "InvalidParameter" },
  { action: "ListKeys", is: "page 0", params: { PageNumber: 0 }, refused: "InvalidParameter" },
];

/** @type {import("./step.mjs").Step[]} */
export const LIFE = [
  {
    action: "UpdateKeyDescription",
    is: "to other words",
    params: { ...KEY, Description: `${AWKWARD} again` },
    silent: true,
    then: [described(KEY, { "KeyMetadata.Description": `${AWKWARD} again` })],
  },
  {
    action: "UpdateKeyDescription",
    is: "to none",
    params: { ...KEY, Description: "" },
    silent: true,
    then: [described(KEY, { "KeyMetadata.Description": "" })],
  },
  {
    action: "DisableKey",
    is: "the key cannot be used",
    params: KEY,
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.KeyState": "Disabled" }),
      { action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, refused: "Rejected.Disabled", soon: true },
    ],
  },
  { action: "DisableKey", is: "an alias", params: { KeyId: "alias/nobody" }, refused: "Unsupported.Alias" },
  {
    action: "ListKeys",
    is: "`Filters` by the state that a key has now",
    params: { Filters: filtered(["KeyState", "Disabled"]) },
    answer: { TotalCount: 1, "Keys.Key": (rows, { key }) => rows[0].KeyId === key.KeyMetadata.KeyId },
  },
  {
    action: "EnableKey",
    is: "the key can be used again",
    params: KEY,
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.KeyState": "Enabled" }),
      { action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, answer: { KeyId: KEY.KeyId }, soon: true },
    ],
  },
  { action: "EnableKey", is: "a key that is not there", params: { KeyId: UNKNOWN }, refused: "Forbidden.KeyNotFound" },
  {
    action: "SetDeletionProtection",
    is: "on",
    params: {
      ProtectedResourceArn: from("key.KeyMetadata.Arn"),
      EnableDeletionProtection: true,
      DeletionProtectionDescription: "photos",
    },
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.DeletionProtection": "Enabled", "KeyMetadata.DeletionProtectionDescription": "photos" }),
      { action: "ScheduleKeyDeletion", is: "", params: { ...KEY, PendingWindowInDays: 7 }, refused: "Rejected.StateModifiedFailed" },
    ],
  },
  {
    action: "SetDeletionProtection",
    is: "off",
    params: { ProtectedResourceArn: from("key.KeyMetadata.Arn"), EnableDeletionProtection: false },
    silent: true,
    then: [described(KEY, { "KeyMetadata.DeletionProtection": "Disabled" })],
  },
  {
    action: "ScheduleKeyDeletion",
    is: "fewer days than 7",
    params: { ...KEY, PendingWindowInDays: 6 },
    refused: "InvalidParameter",
    then: [described(KEY, { "KeyMetadata.KeyState": "Enabled" })],
  },
  {
    action: "ScheduleKeyDeletion",
    is: "in 366 days",
    params: { ...KEY, PendingWindowInDays: 366 },
    silent: true,
    then: [
      described(KEY, { "KeyMetadata.KeyState": "PendingDeletion", "KeyMetadata.DeleteDate": inDays(366) }),
      { action: "Encrypt", is: "", params: { ...KEY, Plaintext: PLAINTEXT }, refused: "Rejected.PendingDeletion", soon: true },
    ],
  },
  { action: "EnableKey", is: "a key that is to be deleted", params: KEY, refused: "Rejected.StateModifiedFailed" },
  {
    action: "CancelKeyDeletion",
    is: "the key is enabled",
    params: KEY,
    silent: true,
    then: [described(KEY, { "KeyMetadata.KeyState": "Enabled", "KeyMetadata.DeleteDate": "" })],
  },
  { action: "CancelKeyDeletion", is: "a second time", params: KEY, refused: "Rejected.StateModifiedFailed" },
];

/** @type {import("./step.mjs").Step[]} */
export const ALIASES = [
  {
    action: "CreateAlias",
    is: "the key answers to it",
    params: { ...KEY, AliasName: ALIAS },
    silent: true,
    then: [described({ KeyId: ALIAS }, { "KeyMetadata.KeyId": KEY.KeyId })],
  },
  { action: "CreateAlias", is: "one that is taken", params: { ...OTHER, AliasName: ALIAS }, refused: "AliasAlreadyExists" },
  { action: "CreateAlias", is: "a name with a space", params: { ...KEY, AliasName: "alias/a b" }, refused: "InvalidParameter" },
  {
    action: "UpdateAlias",
    is: "another key answers to it",
    params: { ...OTHER, AliasName: ALIAS },
    silent: true,
    then: [described({ KeyId: ALIAS }, { "KeyMetadata.KeyId": OTHER.KeyId })],
  },
  {
    action: "ListAliases",
    is: "a page",
    params: { PageNumber: 1, PageSize: 10 },
    answer: {
      TotalCount: 1,
      "Aliases.Alias.0.AliasName": ALIAS,
      "Aliases.Alias.0.KeyId": OTHER.KeyId,
      "Aliases.Alias.0.AliasArn": (arn) => arn.startsWith("acs:kms:") && arn.endsWith(`:${ALIAS}`),
    },
  },
  {
    action: "DeleteAlias",
    is: "nothing answers to it",
    params: { AliasName: ALIAS },
    silent: true,
    then: [{ action: "DescribeKey", is: "", params: { KeyId: ALIAS }, refused: "Forbidden.AliasNotFound" }],
  },
  { action: "DeleteAlias", is: "one that is not there", params: { AliasName: ALIAS }, refused: "Forbidden.AliasNotFound" },
  { action: "UpdateAlias", is: "one that is not there", params: { ...KEY, AliasName: ALIAS }, refused: "Forbidden.AliasNotFound" },
];

/** @type {import("./step.mjs").Step[]} */
export const TAGS = [
  {
    action: "TagResource",
    is: "one that is new and one that changes",
    params: { KeyId: from("labelled.KeyMetadata.KeyId"), Tags: pairs({ team: "film", stage: "test" }) },
    silent: true,
    then: [tagged({ KeyId: from("labelled.KeyMetadata.KeyId") }, { team: "film", stage: "test" })],
  },
  {
    action: "TagResource",
    is: "a key of the reserved kind",
    params: { ...KEY, Tags: pairs({ "acs:mine": "x" }) },
    refused: "InvalidParameter",
  },
  {
    action: "ListResourceTags",
    is: "each with its key",
    params: { KeyId: from("labelled.KeyMetadata.KeyId") },
    answer: { "Tags.Tag": (rows, { labelled }) => rows.length === 2 && rows.every((row) => row.KeyId === labelled.KeyMetadata.KeyId) },
  },
  {
    action: "UntagResource",
    is: "one that is there and one that is not",
    params: { KeyId: from("labelled.KeyMetadata.KeyId"), TagKeys: JSON.stringify(["team", "nobody"]) },
    silent: true,
    then: [tagged({ KeyId: from("labelled.KeyMetadata.KeyId") }, { stage: "test" })],
  },
];

const ROTATING = { KeyId: from("rotating.KeyMetadata.KeyId") };

/** @type {import("./step.mjs").Step[]} */
export const ROTATION = [
  {
    action: "UpdateRotationPolicy",
    is: "off",
    params: { ...ROTATING, EnableAutomaticRotation: false },
    silent: true,
    then: [described(ROTATING, { "KeyMetadata.AutomaticRotation": "Disabled", "KeyMetadata.NextRotationDate": undefined })],
  },
  {
    action: "UpdateRotationPolicy",
    is: "on, every 30 days",
    params: { ...ROTATING, EnableAutomaticRotation: true, RotationInterval: "30d" },
    silent: true,
    then: [
      described(ROTATING, {
        "KeyMetadata.AutomaticRotation": "Enabled",
        "KeyMetadata.RotationInterval": `${30 * 86_400}s`,
        "KeyMetadata.NextRotationDate": inDays(30),
      }),
    ],
  },
  {
    action: "DisableKey",
    is: "a key that rotates: its rotation is suspended",
    params: ROTATING,
    silent: true,
    then: [described(ROTATING, { "KeyMetadata.AutomaticRotation": "Suspended" })],
  },
  {
    action: "UpdateRotationPolicy",
    is: "on, with no interval",
    params: { ...KEY, EnableAutomaticRotation: true },
    refused: "MissingParameter",
  },
  {
    action: "ListKeyVersions",
    is: "the one of a new key",
    params: KEY,
    answer: {
      TotalCount: 1,
      "KeyVersions.KeyVersion.0.KeyId": KEY.KeyId,
      "KeyVersions.KeyVersion.0.KeyVersionId": from("key.KeyMetadata.PrimaryKeyVersion"),
      "KeyVersions.KeyVersion.0.CreationDate": from("key.KeyMetadata.CreationDate"),
    },
  },
  {
    action: "DescribeKeyVersion",
    is: "by its id",
    params: { ...KEY, KeyVersionId: from("key.KeyMetadata.PrimaryKeyVersion") },
    answer: {
      "KeyVersion.KeyId": KEY.KeyId,
      "KeyVersion.KeyVersionId": from("key.KeyMetadata.PrimaryKeyVersion"),
      "KeyVersion.CreationDate": from("key.KeyMetadata.CreationDate"),
    },
  },
  {
    action: "DescribeKeyVersion",
    is: "another key's",
    params: { ...KEY, KeyVersionId: from("other.KeyMetadata.PrimaryKeyVersion") },
    refused: "Forbidden.KeyVersionNotFound",
  },
  { action: "CreateKeyVersion", is: "of a symmetric key", params: KEY, refused: "UnsupportedOperation" },
];
