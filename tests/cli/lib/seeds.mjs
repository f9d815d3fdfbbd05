// SPDX-License-Identifier: Apache-2.0

/** A deployment for seeds, and a seed that has everything. */

import { accountClient, edgekmsClient } from "../../lib/clients.mjs";
import { startWorker } from "../../lib/worker.mjs";

const OPERATOR = { accessKeyId: "LTAIoperator", accessKeySecret: "an operator's secret of a test" };

/** A worker with an operator, and the target of its own account. */
export async function startDeployment() {
  const worker = await startWorker({
    settings: { OPERATOR_ACCESS_KEY_ID: OPERATOR.accessKeyId, OPERATOR_ACCESS_KEY_SECRET: OPERATOR.accessKeySecret },
  });
  const { address: endpoint, region, credentials } = worker;
  return { worker, operator: OPERATOR, target: { endpoint, region, credentials, operator: OPERATOR } };
}

/** A vault in memory. */
export function memoryVault() {
  let kept;
  return {
    load: async () => structuredClone(kept),
    save: async (secrets) => {
      kept = structuredClone(secrets);
    },
  };
}

/** What a request of the client asks for. */
export const actionOf = (init) => new Headers(init.headers).get("x-acs-action");

/** Whether that changes something. */
export const isChange = (init) => !/^(?:Get|List|Describe)/.test(actionOf(init));

const allow = (more) => ({ Version: "1", Statement: [{ Effect: "Allow", ...more }] });

/** Every kind of thing, under names that begin so. */
export function wholeSeed(prefix) {
  const account = `${prefix} co`;
  return {
    policies: {
      [`${prefix}-opens`]: {
        description: "Opens photos.",
        document: allow({
          Sid: "opens",
          Action: ["kms:Decrypt", "kms:DescribeKey"],
          Resource: `acs:kms:*:\${account}:key/\${key:alias/${prefix}/photos}`,
          Condition: { Bool: { "acs:SecureTransport": ["true", "false"] } },
        }),
      },
    },
    groups: { [`${prefix}-readers`]: { comments: "who may look", policies: ["AliyunKMSReadOnlyAccess"] } },
    users: {
      [`${prefix}.alice`]: {
        displayName: "Alice",
        comments: "the first",
        email: "alice@example.org",
        mobilePhone: "86-18600008888",
        groups: [`${prefix}-readers`],
        policies: [`${prefix}-opens`],
        accessKey: true,
      },
      [`${prefix}.bob`]: {},
    },
    roles: {
      [`${prefix}-app`]: {
        description: "What the program is.",
        trust: allow({
          Principal: { RAM: [`acs:ram::\${account}:user/${prefix}.alice`, `acs:ram::\${account:${account}}:root`] },
          Action: "sts:AssumeRole",
        }),
        maxSessionSeconds: 7200,
        policies: [`${prefix}-opens`],
      },
    },
    keys: {
      [`alias/${prefix}/photos`]: {
        spec: "Aliyun_AES_256",
        usage: "ENCRYPT/DECRYPT",
        origin: "Aliyun_KMS",
        description: "photos",
        tags: { album: "42", owner: "" },
        rotation: "365d",
        policy: allow({ Principal: { RAM: "acs:ram::${account}:*" }, Action: "kms:*", Resource: "*" }),
      },
      [`alias/${prefix}/imported`]: { material: Buffer.alloc(32, prefix).toString("base64") },
      [`alias/${prefix}/invoices`]: { spec: "EC_P256" },
    },
    aliases: { [`alias/${prefix}/pictures`]: `alias/${prefix}/photos` },
    accounts: {
      [account]: { users: { carol: { accessKey: true } }, keys: { "alias/photos": { spec: "EC_P256" } } },
    },
  };
}

/** What an account has of a seed's content, told by other clients than the one that made it. */
export async function stateOf(worker, content) {
  const ram = accountClient(worker);
  const kms = edgekmsClient(worker);
  const each = async (map, look) =>
    Object.fromEntries(await Promise.all(Object.keys(map ?? {}).map(async (name) => [name, await look(name)])));
  const attached = ({ Policies }) => Policies.Policy.map(({ PolicyName, PolicyType }) => `${PolicyType} ${PolicyName}`);
  return {
    policies: await each(content.policies, async (PolicyName) => {
      const named = { PolicyName, PolicyType: "Custom" };
      const { Policy } = await ram.call("GetPolicy", named);
      const { PolicyVersions } = await ram.call("ListPolicyVersions", named);
      return { description: Policy.Description, versions: PolicyVersions.PolicyVersion.map(({ PolicyDocument }) => PolicyDocument) };
    }),
    groups: await each(content.groups, async (GroupName) => ({
      comments: (await ram.call("GetGroup", { GroupName })).Group.Comments,
      policies: attached(await ram.call("ListPoliciesForGroup", { GroupName })),
    })),
    users: await each(content.users, async (UserName) => {
      const { User } = await ram.call("GetUser", { UserName });
      const { DisplayName, Comments, Email, MobilePhone } = User;
      return {
        told: [DisplayName, Comments, Email, MobilePhone],
        groups: (await ram.call("ListGroupsForUser", { UserName })).Groups.Group.map(({ GroupName }) => GroupName),
        policies: attached(await ram.call("ListPoliciesForUser", { UserName })),
        accessKeys: (await ram.call("ListAccessKeys", { UserName })).AccessKeys.AccessKey.length,
      };
    }),
    roles: await each(content.roles, async (RoleName) => {
      const { Role } = await ram.call("GetRole", { RoleName });
      const { Description, MaxSessionDuration, AssumeRolePolicyDocument: trust } = Role;
      return { told: [Description, MaxSessionDuration], trust, policies: attached(await ram.call("ListPoliciesForRole", { RoleName })) };
    }),
    keys: await each(content.keys, async (keyId) => {
      const { keyMetadata: key } = await kms.describeKey({ keyId });
      const { tagResources } = await kms.listTagResources({ resourceType: "key", tag: [{ key: "edgekms-seed", value: keyId }] });
      const { aliases } = await kms.listAliasesByKeyId({ keyId: key.keyId });
      const { tags } = await kms.listResourceTags({ keyId: key.keyId });
      const { policy } = await kms.getKeyPolicy({ keyId: key.keyId });
      return {
        told: [key.keySpec, key.keyUsage, key.origin, key.description, key.keyState, key.automaticRotation, key.rotationInterval],
        // One key that the seed has made for this alias, and no other.
        made: new Set(tagResources.map(({ resourceId }) => resourceId)).size,
        aliases: aliases.map(({ aliasName }) => aliasName),
        tags: tags.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`),
        policy,
      };
    }),
  };
}
