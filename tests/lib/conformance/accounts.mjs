// SPDX-License-Identifier: Apache-2.0

/** RAM and STS: users, their access keys, groups, policies, what is attached to whom, and roles. */

import { from } from "./step.mjs";

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ID = /^\d{18}$/;

const USER = { UserName: "conformance" };
const GROUP = { GroupName: "conformers" };
const ROLE = { RoleName: "Conformer" };
const CUSTOM = { PolicyType: "Custom", PolicyName: "conformance" };
const SYSTEM = { PolicyType: "System", PolicyName: "AliyunKMSReadOnlyAccess" };

const policy = (...actions) =>
  JSON.stringify({
    Version: "1",
    Statement: actions.map((Action) => ({ Effect: "Allow", Action, Resource: "*" })),
  });
const FIRST = policy("kms:Encrypt");
const SECOND = policy("kms:Encrypt", "kms:Decrypt");
const trust = (...principals) =>
  JSON.stringify({
    Version: "1",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: principals } }],
  });

const names = (field) => (rows) => (rows ?? []).map((row) => row[field]);
/** The rows of a list have exactly these names. */
const named = (field, ...expected) => (rows) =>
  JSON.stringify(names(field)(rows).sort()) === JSON.stringify([...expected].sort());
const holds = (field, expected) => (rows) => names(field)(rows).includes(expected);
/** Two documents say the same, however they are written. */
const says = (document) => (text) => JSON.stringify(JSON.parse(text)) === document;

/** @type {import("./step.mjs").Step[]} */
export const USERS = [
  {
    action: "CreateUser",
    is: "with all that is told of one",
    as: "user",
    params: { ...USER, DisplayName: "Für Tests", MobilePhone: "86-13812345678", Email: "a@example.com", Comments: "x & y" },
    answer: {
      "User.UserId": ID,
      "User.UserName": "conformance",
      "User.DisplayName": "Für Tests",
      "User.MobilePhone": "86-13812345678",
      "User.Email": "a@example.com",
      "User.Comments": "x & y",
      "User.CreateDate": WIRE_TIME,
    },
  },
  { action: "CreateUser", is: "with a name that is taken", params: USER, refused: "EntityAlreadyExists.User" },
  { action: "CreateUser", is: "with a name that is none", params: { UserName: "a b" }, refused: "InvalidParameter" },
  {
    action: "GetUser",
    is: "as it was made",
    params: USER,
    answer: { "User.UserId": from("user.User.UserId"), "User.Email": "a@example.com" },
  },
  { action: "GetUser", is: "that is not there", params: { UserName: "nobody" }, refused: "EntityNotExist.User" },
  {
    action: "UpdateUser",
    is: "to another name",
    params: { ...USER, NewUserName: "renamed", NewComments: "z" },
    answer: { "User.UserName": "renamed", "User.UserId": from("user.User.UserId"), "User.Comments": "z" },
    then: [{ action: "GetUser", is: "", params: USER, refused: "EntityNotExist.User" }],
  },
  {
    action: "UpdateUser",
    is: "and back",
    params: { UserName: "renamed", NewUserName: "conformance" },
    answer: { "User.UserName": "conformance", "User.Comments": "z" },
  },
  {
    action: "ListUsers",
    is: "all",
    answer: { IsTruncated: false, "Users.User": named("UserName", "conformance") },
  },
  { action: "ListUsers", is: "from nowhere", params: { Marker: "nowhere" }, refused: "InvalidParameter" },
];

/** @type {import("./step.mjs").Step[]} */
export const ACCESS_KEYS = [
  {
    action: "CreateAccessKey",
    is: "of a user",
    as: "key",
    params: USER,
    answer: {
      "AccessKey.AccessKeyId": /^EKMS[0-9A-F]+$/,
      "AccessKey.AccessKeySecret": (secret) => secret.length >= 30,
      "AccessKey.Status": "Active",
    },
  },
  { action: "CreateAccessKey", is: "a second one", as: "second", params: USER, answer: { "AccessKey.Status": "Active" } },
  { action: "CreateAccessKey", is: "a third one", params: USER, refused: "LimitExceeded" },
  {
    action: "ListAccessKeys",
    is: "of a user, without their secrets",
    params: USER,
    answer: {
      "AccessKeys.AccessKey": (rows, got) =>
        rows.length === 2 &&
        rows.some((row) => row.AccessKeyId === got.key.AccessKey.AccessKeyId && row.Status === "Active") &&
        rows.every((row) => !("AccessKeySecret" in row)),
    },
  },
  {
    action: "UpdateAccessKey",
    is: "to Inactive",
    params: { ...USER, UserAccessKeyId: from("key.AccessKey.AccessKeyId"), Status: "Inactive" },
    silent: true,
    then: [
      {
        action: "ListAccessKeys",
        is: "",
        params: USER,
        answer: { "AccessKeys.AccessKey": (rows) => rows.filter(({ Status }) => Status === "Inactive").length === 1 },
      },
    ],
  },
  {
    action: "DeleteAccessKey",
    is: "of a user",
    params: { ...USER, UserAccessKeyId: from("key.AccessKey.AccessKeyId") },
    silent: true,
    then: [{ action: "ListAccessKeys", is: "", params: USER, answer: { "AccessKeys.AccessKey": (rows) => rows.length === 1 } }],
  },
  {
    action: "DeleteAccessKey",
    is: "that is gone",
    params: { ...USER, UserAccessKeyId: from("key.AccessKey.AccessKeyId") },
    refused: "EntityNotExist.User.AccessKey",
  },
];

/** @type {import("./step.mjs").Step[]} */
export const GROUPS = [
  {
    action: "CreateGroup",
    is: "with comments",
    as: "group",
    params: { ...GROUP, Comments: "all of them" },
    answer: { "Group.GroupName": "conformers", "Group.Comments": "all of them", "Group.CreateDate": WIRE_TIME },
  },
  { action: "CreateGroup", is: "with a name that is taken", params: GROUP, refused: "EntityAlreadyExists.Group" },
  { action: "GetGroup", is: "as it was made", params: GROUP, answer: { "Group.Comments": "all of them" } },
  {
    action: "UpdateGroup",
    is: "with other comments",
    params: { ...GROUP, NewComments: "some" },
    answer: { "Group.Comments": "some" },
  },
  { action: "ListGroups", is: "all", answer: { IsTruncated: false, "Groups.Group": named("GroupName", "conformers") } },
  {
    action: "AddUserToGroup",
    is: "for the first time",
    params: { ...USER, ...GROUP },
    silent: true,
    then: [{ action: "ListUsersForGroup", is: "", params: GROUP, answer: { "Users.User": named("UserName", "conformance") } }],
  },
  { action: "AddUserToGroup", is: "twice", params: { ...USER, ...GROUP }, refused: "EntityAlreadyExists.User.Group" },
  {
    action: "ListUsersForGroup",
    is: "with the day on which each joined",
    params: GROUP,
    answer: { "Users.User.0.JoinDate": WIRE_TIME },
  },
  { action: "ListGroupsForUser", is: "one", params: USER, answer: { "Groups.Group": named("GroupName", "conformers") } },
  { action: "DeleteGroup", is: "with users in it", params: GROUP, refused: "DeleteConflict.Group.User" },
];

/** @type {import("./step.mjs").Step[]} */
export const POLICIES = [
  {
    action: "CreatePolicy",
    is: "with a description",
    params: { PolicyName: "conformance", PolicyDocument: FIRST, Description: "for tests" },
    answer: { "Policy.PolicyName": "conformance", "Policy.PolicyType": "Custom", "Policy.DefaultVersion": "v1" },
  },
  {
    action: "CreatePolicy",
    is: "that allows nothing that there is",
    params: { PolicyName: "bad", PolicyDocument: '{"Version":"1","Statement":[{"Effect":"Allow"}]}' },
    refused: "MalformedPolicyDocument",
  },
  {
    action: "GetPolicy",
    is: "as it was made",
    params: CUSTOM,
    answer: { "Policy.Description": "for tests", "DefaultPolicyVersion.PolicyDocument": says(FIRST) },
  },
  { action: "GetPolicy", is: "of the service", params: SYSTEM, answer: { "Policy.PolicyType": "System" } },
  {
    action: "ListPolicies",
    is: "of the service",
    params: { PolicyType: "System" },
    answer: {
      "Policies.Policy": (rows) =>
        ["FullAccess", "ReadOnlyAccess", "CryptoAdminAccess", "CryptoUserAccess"].every((name) =>
          holds("PolicyName", `AliyunKMS${name}`)(rows),
        ),
    },
  },
  {
    action: "ListPolicies",
    is: "of the account",
    params: { PolicyType: "Custom" },
    answer: { "Policies.Policy": named("PolicyName", "conformance") },
  },
  {
    action: "CreatePolicyVersion",
    is: "that does not count yet",
    params: { PolicyName: "conformance", PolicyDocument: SECOND },
    answer: { "PolicyVersion.VersionId": "v2", "PolicyVersion.IsDefaultVersion": false },
    then: [{ action: "GetPolicy", is: "", params: CUSTOM, answer: { "Policy.DefaultVersion": "v1" } }],
  },
  {
    action: "GetPolicyVersion",
    is: "that does not count",
    params: { ...CUSTOM, VersionId: "v2" },
    answer: { "PolicyVersion.PolicyDocument": says(SECOND), "PolicyVersion.IsDefaultVersion": false },
  },
  {
    action: "ListPolicyVersions",
    is: "both",
    params: CUSTOM,
    answer: { "PolicyVersions.PolicyVersion": named("VersionId", "v1", "v2") },
  },
  {
    action: "SetDefaultPolicyVersion",
    is: "to the second",
    params: { PolicyName: "conformance", VersionId: "v2" },
    silent: true,
    then: [{ action: "GetPolicy", is: "", params: CUSTOM, answer: { "DefaultPolicyVersion.PolicyDocument": says(SECOND) } }],
  },
  {
    action: "DeletePolicyVersion",
    is: "that counts",
    params: { PolicyName: "conformance", VersionId: "v2" },
    refused: "DeleteConflict.Policy.Version.Default",
  },
  {
    action: "DeletePolicyVersion",
    is: "that does not count",
    params: { PolicyName: "conformance", VersionId: "v1" },
    silent: true,
    then: [
      { action: "ListPolicyVersions", is: "", params: CUSTOM, answer: { "PolicyVersions.PolicyVersion": named("VersionId", "v2") } },
    ],
  },
];

/** A policy is attached to somebody, is there, and is detached again. */
const attached = (to, whom, list) => [
  {
    action: `AttachPolicyTo${to}`,
    is: "of the account",
    params: { ...CUSTOM, ...whom },
    silent: true,
    then: [{ action: `ListPoliciesFor${to}`, is: "", params: whom, answer: { "Policies.Policy": named("PolicyName", "conformance") } }],
  },
  { action: `AttachPolicyTo${to}`, is: "twice", params: { ...CUSTOM, ...whom }, refused: `EntityAlreadyExists.${to}.Policy` },
  { action: `AttachPolicyTo${to}`, is: "of the service", params: { ...SYSTEM, ...whom }, silent: true, then: [list(2)] },
  {
    action: `ListPoliciesFor${to}`,
    is: "with the day on which each was attached",
    params: whom,
    answer: { "Policies.Policy": (rows) => rows.length === 2 && rows.every((row) => WIRE_TIME.test(row.AttachDate)) },
  },
  { action: "DeletePolicy", is: `that is attached to a ${to.toLowerCase()}`, params: { PolicyName: "conformance" }, refused: `DeleteConflict.Policy.${to}` },
  { action: `DetachPolicyFrom${to}`, is: "of the account", params: { ...CUSTOM, ...whom }, silent: true, then: [list(1)] },
  { action: `DetachPolicyFrom${to}`, is: "that is not attached", params: { ...CUSTOM, ...whom }, refused: `EntityNotExist.${to}.Policy` },
  { action: `DetachPolicyFrom${to}`, is: "of the service", params: { ...SYSTEM, ...whom }, silent: true, then: [list(0)] },
];
const lists = (to, whom) => (number) => ({
  action: `ListPoliciesFor${to}`,
  is: "",
  params: whom,
  answer: { "Policies.Policy": (rows) => (rows ?? []).length === number },
});

/** @type {import("./step.mjs").Step[]} */
export const ROLES = [
  {
    action: "CreateRole",
    is: "that a user may take on",
    as: "role",
    params: {
      ...ROLE,
      Description: "for tests",
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: (got) => trust(`acs:ram::${got.identity.AccountId}:user/conformance`),
    },
    answer: {
      "Role.RoleId": ID,
      "Role.RoleName": "Conformer",
      "Role.Arn": /^acs:ram::\d{16}:role\/conformer$/,
      "Role.MaxSessionDuration": 7200,
    },
  },
  {
    action: "GetRole",
    is: "as it was made",
    params: ROLE,
    answer: {
      "Role.Description": "for tests",
      "Role.AssumeRolePolicyDocument": (text) => JSON.parse(text).Statement[0].Action === "sts:AssumeRole",
    },
  },
  { action: "ListRoles", is: "all", answer: { IsTruncated: false, "Roles.Role": named("RoleName", "Conformer") } },
  {
    action: "UpdateRole",
    is: "with another trust",
    params: { ...ROLE, NewAssumeRolePolicyDocument: (got) => trust(`acs:ram::${got.identity.AccountId}:root`) },
    answer: { "Role.AssumeRolePolicyDocument": (text) => text.includes(":root") },
  },
  {
    action: "ExplainPermission",
    is: "edgekms's own: of a role that has no policies",
    params: {
      ...ROLE,
      Permission: "kms:Decrypt",
      Resource: (got) => `acs:kms:cn-hangzhou:${got.identity.AccountId}:key/k`,
    },
    answer: { Decision: "ImplicitDeny", Reason: "Nothing", Missing: "IdentityOrResource" },
  },
];

/** @type {import("./step.mjs").Step[]} */
export const ATTACHMENTS = [
  ...attached("User", USER, lists("User", USER)),
  ...attached("Group", GROUP, lists("Group", GROUP)),
  ...attached("Role", ROLE, lists("Role", ROLE)),
];

/** @type {import("./step.mjs").Step[]} */
export const SESSIONS = [
  {
    action: "GetCallerIdentity",
    is: "of the account",
    as: "identity",
    answer: { IdentityType: "Account", AccountId: /^\d{16}$/, Arn: /^acs:ram::\d{16}:root$/ },
  },
];

/** @type {import("./step.mjs").Step[]} */
export const TAKEN_ON = [
  {
    action: "AssumeRole",
    is: "by the account itself",
    params: { RoleArn: from("role.Role.Arn"), RoleSessionName: "conformance" },
    refused: "NoPermission",
  },
  {
    action: "AssumeRole",
    is: "that is not there, which is told nobody",
    params: { RoleArn: (got) => `acs:ram::${got.identity.AccountId}:role/nobody`, RoleSessionName: "conformance" },
    refused: "NoPermission",
  },
];

const PROVIDER = { OIDCProviderName: "conformance" };
const provided = (answer) => Object.fromEntries(Object.entries(answer).map(([name, value]) => [`OIDCProvider.${name}`, value]));

/** @type {import("./step.mjs").Step[]} */
export const PROVIDERS = [
  {
    action: "CreateOIDCProvider",
    is: "with two client ids",
    as: "provider",
    params: { ...PROVIDER, IssuerUrl: "https://issuer.example.com", ClientIds: "a,b", Description: "for tests", IssuanceLimitTime: 6 },
    answer: provided({
      OIDCProviderName: "conformance",
      Arn: /^acs:ram::\d{16}:oidc-provider\/conformance$/,
      IssuerUrl: "https://issuer.example.com",
      ClientIds: "a,b",
      IssuanceLimitTime: 6,
      CreateDate: WIRE_TIME,
    }),
  },
  {
    action: "CreateOIDCProvider",
    is: "with a name that is taken",
    params: { ...PROVIDER, IssuerUrl: "https://other.example.com" },
    refused: "EntityAlreadyExists.OIDCProvider",
  },
  {
    action: "CreateOIDCProvider",
    is: "that is not reached by https",
    params: { OIDCProviderName: "plain", IssuerUrl: "http://issuer.example.com" },
    refused: "InvalidParameter",
  },
  { action: "GetOIDCProvider", is: "as it was made", params: PROVIDER, answer: provided({ Description: "for tests" }) },
  {
    action: "ListOIDCProviders",
    is: "all",
    answer: { "OIDCProviders.OIDCProvider": named("OIDCProviderName", "conformance") },
  },
  {
    action: "UpdateOIDCProvider",
    is: "with another description",
    params: { ...PROVIDER, NewDescription: "still for tests" },
    answer: provided({ Description: "still for tests", ClientIds: "a,b" }),
  },
  {
    action: "AddClientIdToOIDCProvider",
    is: "a third",
    params: { ...PROVIDER, ClientId: "c" },
    answer: provided({ ClientIds: "a,b,c" }),
  },
  {
    action: "RemoveClientIdFromOIDCProvider",
    is: "one of them",
    params: { ...PROVIDER, ClientId: "a" },
    answer: provided({ ClientIds: "b,c" }),
  },
  {
    action: "AddFingerprintToOIDCProvider",
    is: "kept and told",
    params: { ...PROVIDER, Fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567" },
    answer: provided({ Fingerprints: (text) => text.toUpperCase() === "0123456789ABCDEF0123456789ABCDEF01234567" }),
  },
  {
    action: "RemoveFingerprintFromOIDCProvider",
    is: "and removed",
    params: { ...PROVIDER, Fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567" },
    answer: provided({ Fingerprints: (text) => !text }),
  },
  {
    action: "AssumeRoleWithOIDC",
    is: "with a token that somebody made up",
    params: {
      OIDCProviderArn: from("provider.OIDCProvider.Arn"),
      RoleArn: from("role.Role.Arn"),
      OIDCToken: "e30.e30.AAAA",
      RoleSessionName: "conformance",
    },
    refused: "AuthenticationFail.OIDCToken.Invalid",
  },
  {
    action: "DeleteOIDCProvider",
    is: "for good",
    params: PROVIDER,
    silent: true,
    then: [{ action: "GetOIDCProvider", is: "", params: PROVIDER, refused: "EntityNotExist.OIDCProvider" }],
  },
];

/** @type {import("./step.mjs").Step[]} */
export const ENDS = [
  { action: "RevokeRoleSessions", is: "edgekms's own: all of a role", params: ROLE, silent: true },
  { action: "DeleteRole", is: "with nothing attached", params: ROLE, silent: true },
  { action: "GetRole", is: "that is gone", params: ROLE, refused: "EntityNotExist.Role" },
  {
    action: "RemoveUserFromGroup",
    is: "that is in it",
    params: { ...USER, ...GROUP },
    silent: true,
    then: [{ action: "ListGroupsForUser", is: "", params: USER, answer: { "Groups.Group": (rows) => (rows ?? []).length === 0 } }],
  },
  { action: "DeleteGroup", is: "with nobody in it", params: GROUP, silent: true },
  { action: "DeletePolicy", is: "that is attached to nobody", params: { PolicyName: "conformance" }, silent: true },
  { action: "DeletePolicy", is: "that is gone", params: { PolicyName: "conformance" }, refused: "EntityNotExist.Policy" },
  { action: "DeleteUser", is: "with an access key", params: USER, refused: "DeleteConflict.User.AccessKey" },
  {
    action: "DeleteAccessKey",
    is: "the last one of a user",
    params: { ...USER, UserAccessKeyId: from("second.AccessKey.AccessKeyId") },
    silent: true,
  },
  { action: "DeleteUser", is: "with nothing left", params: USER, silent: true },
];
