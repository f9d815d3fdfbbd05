// SPDX-License-Identifier: Apache-2.0
/** What accounts hold besides keys, as data: how each is made, compared and changed. */

import { type Ids, resolved } from "./ids.js";
import type { SeedContent, SeedGroup, SeedPolicy, SeedRole, SeedUser } from "./seed.js";
import type { Compared } from "./steps.js";
import type { GroupThere, PolicyThere, RoleThere, There, UserThere } from "./there.js";

/** What belongs to somebody. */
interface Joined {
  groups: readonly string[];
  policies: readonly string[];
}

/** One kind of what an account holds. */
export interface Entity {
  /** The field of the seed, and of what exists. */
  room: "policies" | "groups" | "users" | "roles";
  word: string;
  /** What makes one. */
  action: string;
  request(name: string, entry: object, ids: Ids): object;
  compared(entry: object, found: object, ids: Ids): Compared;
  /** How one that exists is changed. */
  remedy: string;
  joins?: {
    attach: string;
    wanted(content: SeedContent, name: string): Joined & { accessKey: boolean };
    found(there: There, name: string): Joined & { accessKeyIds: readonly string[] };
  };
}

/** What its rows know of their own types, which the table does not. */
function entity<E extends object, T extends object>(row: {
  room: Entity["room"];
  word: string;
  action: string;
  request(name: string, entry: E, ids: Ids): object;
  compared(entry: E, found: T, ids: Ids): Compared;
  remedy: string;
  attach?: string;
}): Entity {
  const { room, attach } = row;
  if (attach === undefined) return row as unknown as Entity;
  const none = { groups: [], policies: [], accessKeyIds: [] };
  const joins: Entity["joins"] = {
    attach,
    wanted: (content, name) => {
      const { groups = [], policies = [], accessKey = false } = (content[room]?.[name] ?? {}) as SeedUser;
      return { groups, policies, accessKey };
    },
    found: (there, name) => ({ ...none, ...(there[room].get(name) as Partial<UserThere> | undefined) }),
  };
  return { ...(row as unknown as Entity), joins };
}

/** In the order in which they are made: each needs those above it. */
export const ENTITIES: readonly Entity[] = [
  entity<SeedPolicy, PolicyThere>({
    room: "policies",
    word: "policy",
    action: "CreatePolicy",
    request: (policyName, { description, document }, ids) => ({
      policyName,
      description,
      policyDocument: textOf(document, ids),
    }),
    compared: ({ description, document }, found, ids) => ({
      description: [description, found.description],
      document: [resolved(document, ids), found.document],
    }),
    remedy: "give the policy another version (CreatePolicyVersion), or delete it (DeletePolicy)",
  }),
  entity<SeedGroup, GroupThere>({
    room: "groups",
    word: "group",
    action: "CreateGroup",
    request: (groupName, { comments }) => ({ groupName, comments }),
    compared: ({ comments }, found) => ({ comments: [comments, found.comments] }),
    remedy: "change the group (UpdateGroup)",
    attach: "AttachPolicyToGroup",
  }),
  entity<SeedUser, UserThere>({
    room: "users",
    word: "user",
    action: "CreateUser",
    request: (userName, { displayName, comments, email, mobilePhone }) => ({
      userName,
      displayName,
      comments,
      email,
      mobilePhone,
    }),
    compared: ({ displayName, comments, email, mobilePhone }, found) => ({
      displayName: [displayName, found.displayName],
      comments: [comments, found.comments],
      email: [email, found.email],
      mobilePhone: [mobilePhone, found.mobilePhone],
    }),
    remedy: "change the user (UpdateUser)",
    attach: "AttachPolicyToUser",
  }),
  entity<SeedRole, RoleThere>({
    room: "roles",
    word: "role",
    action: "CreateRole",
    request: (roleName, { description, trust, maxSessionSeconds }, ids) => ({
      roleName,
      description,
      assumeRolePolicyDocument: textOf(trust, ids),
      maxSessionDuration: maxSessionSeconds,
    }),
    compared: ({ description, trust, maxSessionSeconds }, found, ids) => ({
      description: [description, found.description],
      trust: [resolved(trust, ids), found.trust],
      maxSessionSeconds: [maxSessionSeconds, found.maxSessionSeconds],
    }),
    remedy: "change the role (UpdateRole)",
    attach: "AttachPolicyToRole",
  }),
];

/** A document as the service takes it. */
export function textOf(document: object, ids: Ids): string {
  return JSON.stringify(resolved(document, ids));
}
