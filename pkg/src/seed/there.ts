// SPDX-License-Identifier: Apache-2.0
/** What exists of that which a seed has, in one account. Looks, and changes nothing. */

import { EdgekmsError } from "../errors.js";
import type { KeyMetadata } from "../generated/aliyun.js";
import type { AccountCall } from "../kms/account-calls.js";
import type { CallOptions } from "../kms/call-options.js";
import type { KmsClient } from "../kms/kms-client.js";
import type { SeedContent } from "./seed.js";

/**
 * The tag by which a seed finds a key that has its alias not yet, or no more. Making a key and naming it are two
 * calls, and a run may end between them.
 */
export const SEED_TAG = "edgekms-seed";

/** A policy of the account's own. */
export interface PolicyThere {
  description?: string;
  document: unknown;
}

/** A group, with the names of what is attached to it. */
export interface GroupThere {
  comments?: string;
  policies: string[];
}

/** A user. */
export interface UserThere {
  displayName?: string;
  comments?: string;
  email?: string;
  mobilePhone?: string;
  groups: string[];
  policies: string[];
  accessKeyIds: string[];
}

/** A role. */
export interface RoleThere {
  description?: string;
  trust: unknown;
  maxSessionSeconds: number;
  policies: string[];
}

/** A key. */
export interface KeyThere {
  metadata: KeyMetadata;
  /** Whether the seed's alias is its. */
  isNamed: boolean;
  tags: Record<string, string>;
  /** As the service tells it, unless the seed has none. */
  policy: unknown;
}

/** What exists of a seed's content, by the same names. */
export interface There {
  systemPolicies: string[];
  policies: Map<string, PolicyThere>;
  groups: Map<string, GroupThere>;
  users: Map<string, UserThere>;
  roles: Map<string, RoleThere>;
  /** By alias. Several, if several have the seed's tag and none has the alias. */
  keys: Map<string, KeyThere[]>;
  /** The ids of the keys that have the aliases. */
  aliases: Map<string, string>;
}

/** How to call as an account's root. */
export interface Reach {
  account: AccountCall;
  kms: KmsClient;
  /** Of each call to `kms`; `account` has them by itself. */
  options: CallOptions;
}

/** An account with nothing in it. */
export const nothing = (): There => ({
  systemPolicies: [],
  policies: new Map(),
  groups: new Map(),
  users: new Map(),
  roles: new Map(),
  keys: new Map(),
  aliases: new Map(),
});

/** Looks for everything that the content names. */
export async function lookFor(content: SeedContent, reach: Reach): Promise<There> {
  const { account } = reach;
  const [systemPolicies, policies, groups, users, roles, keys, aliases] = await Promise.all([
    attachesPolicies(content) ? listPolicies(account) : [],
    each(content.policies, (name) => policyThere(account, name)),
    each(content.groups, (name) => groupThere(account, name)),
    each(content.users, (name) => userThere(account, name)),
    each(content.roles, (name) => roleThere(account, name)),
    each(content.keys, (alias, { policy }) => keysThere(reach, alias, policy !== undefined)),
    each(content.aliases, async (alias) => (await described(reach, alias))?.keyId),
  ]);
  return { systemPolicies, policies, groups, users, roles, keys, aliases };
}

function attachesPolicies({ groups, users, roles }: SeedContent): boolean {
  return [groups, users, roles].some((map) => Object.values(map ?? {}).some(({ policies }) => policies?.length));
}

async function each<T, R>(
  map: Record<string, T> | undefined,
  look: (name: string, entry: T) => Promise<R | undefined>,
): Promise<Map<string, R>> {
  const found = new Map<string, R>();
  await Promise.all(
    Object.entries(map ?? {}).map(async ([name, entry]) => {
      const there = await look(name, entry);
      if (there !== undefined) found.set(name, there);
    }),
  );
  return found;
}

/** What a look-up found, or nothing if the service says that it is not there. */
async function orNothing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    const isAbsent = error instanceof EdgekmsError && /^(?:EntityNotExist\.|Forbidden\.(?:Key|Alias)NotFound$)/.test(error.code);
    if (isAbsent) return undefined;
    throw error;
  }
}

interface NamedPolicies {
  policies: { policy: { policyName: string }[] };
}

const namesOf = ({ policies }: NamedPolicies) => policies.policy.map(({ policyName }) => policyName);

async function listPolicies(account: AccountCall): Promise<string[]> {
  return namesOf(await account<NamedPolicies>("ListPolicies", { policyType: "System", maxItems: 1000 }));
}

async function policyThere(account: AccountCall, policyName: string): Promise<PolicyThere | undefined> {
  interface Answer {
    policy: { description?: string; defaultVersion: string };
  }
  interface VersionAnswer {
    policyVersion: { policyDocument: string };
  }
  const named = { policyType: "Custom", policyName };
  const found = await orNothing(account<Answer>("GetPolicy", named));
  if (found === undefined) return undefined;
  const { defaultVersion: versionId, ...policy } = found.policy;
  const { policyVersion } = await account<VersionAnswer>("GetPolicyVersion", { ...named, versionId });
  return { ...policy, document: JSON.parse(policyVersion.policyDocument) };
}

async function groupThere(account: AccountCall, groupName: string): Promise<GroupThere | undefined> {
  const found = await orNothing(account<{ group: { comments?: string } }>("GetGroup", { groupName }));
  if (found === undefined) return undefined;
  const policies = await account<NamedPolicies>("ListPoliciesForGroup", { groupName });
  return { ...found.group, policies: namesOf(policies) };
}

async function userThere(account: AccountCall, userName: string): Promise<UserThere | undefined> {
  interface Groups {
    groups: { group: { groupName: string }[] };
  }
  interface Keys {
    accessKeys: { accessKey: { accessKeyId: string }[] };
  }
  const found = await orNothing(account<{ user: object }>("GetUser", { userName }));
  if (found === undefined) return undefined;
  const [{ groups }, policies, { accessKeys }] = await Promise.all([
    account<Groups>("ListGroupsForUser", { userName }),
    account<NamedPolicies>("ListPoliciesForUser", { userName }),
    account<Keys>("ListAccessKeys", { userName }),
  ]);
  return {
    ...found.user,
    groups: groups.group.map(({ groupName }) => groupName),
    policies: namesOf(policies),
    accessKeyIds: accessKeys.accessKey.map(({ accessKeyId }) => accessKeyId),
  };
}

async function roleThere(account: AccountCall, roleName: string): Promise<RoleThere | undefined> {
  interface Answer {
    role: { description?: string; assumeRolePolicyDocument: string; maxSessionDuration: number };
  }
  const found = await orNothing(account<Answer>("GetRole", { roleName }));
  if (found === undefined) return undefined;
  const { assumeRolePolicyDocument, maxSessionDuration: maxSessionSeconds, ...role } = found.role;
  const policies = await account<NamedPolicies>("ListPoliciesForRole", { roleName });
  return { ...role, trust: JSON.parse(assumeRolePolicyDocument), maxSessionSeconds, policies: namesOf(policies) };
}

async function described({ kms, options }: Reach, keyId: string): Promise<KeyMetadata | undefined> {
  return (await orNothing(kms.describeKey({ keyId }, options)))?.keyMetadata;
}

async function keysThere(reach: Reach, alias: string, withPolicy: boolean): Promise<KeyThere[] | undefined> {
  const { kms, options } = reach;
  const named = await described(reach, alias);
  const found = named === undefined ? await tagged(reach, alias) : [named];
  if (found.length === 0) return undefined;
  return Promise.all(
    found.map(async (metadata) => {
      const { keyId } = metadata;
      const { tags } = await kms.listResourceTags({ keyId }, options);
      const policy: unknown = withPolicy ? JSON.parse((await kms.getKeyPolicy({ keyId }, options)).policy) : undefined;
      const values = Object.fromEntries(tags.map(({ tagKey, tagValue }) => [tagKey, tagValue]));
      return { metadata, isNamed: named !== undefined, tags: values, policy };
    }),
  );
}

/** Keys that a seed has made and that do not wait for their deletion. */
async function tagged(reach: Reach, alias: string): Promise<KeyMetadata[]> {
  const ids = new Set<string>();
  let nextToken: string | undefined;
  do {
    const tag = [{ key: SEED_TAG, value: alias }];
    const from = nextToken === undefined ? {} : { nextToken };
    const page = await reach.kms.listTagResources({ resourceType: "key", tag, ...from }, reach.options);
    for (const { resourceId } of page.tagResources) ids.add(resourceId);
    nextToken = page.nextToken || undefined;
  } while (nextToken !== undefined);
  const found = await Promise.all([...ids].map((keyId) => described(reach, keyId)));
  return found.filter((key): key is KeyMetadata => key !== undefined && key.keyState !== "PendingDeletion");
}
