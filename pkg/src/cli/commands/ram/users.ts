// SPDX-License-Identifier: Apache-2.0
/** `edgekms users`: who may act for the account. */

import { accountOf, allRows, rowsOf } from "../../account.js";
import { type Group, leaf } from "../../command.js";
import type { WireCall } from "../../../entrypoints/management.js";
import { list as pairs, table, text } from "../../output.js";
import { accessKeyViews, accessKeys } from "./access-keys.js";
import { attachedTo, attachment, detachAll } from "./holders.js";
import type { AccessKey, User } from "./rows.js";

const USER = { name: "user", about: "the user's name", required: true } as const;

const list = leaf({
  examples: [{ what: "All of the account", line: "edgekms users list" }],
  async run(context) {
    const users = await allRows<User>(await accountOf(context), "ListUsers");
    const rows = users.map(({ UserName, DisplayName, Comments, CreateDate }) => [UserName, DisplayName, Comments, CreateDate]);
    const head = ["USER", "DISPLAY NAME", "COMMENTS", "CREATED"];
    await context.output.result({ Users: users }, table(head, rows, "the account has no users"));
  },
});

/** A group that a user is in. */
interface Membership {
  GroupName: string;
}

/** All that belongs to a user. */
async function belongings(call: WireCall, name: string) {
  const of = { UserName: name };
  const [policies, groups, keys] = await Promise.all([
    attachedTo(call, "User", name),
    call<object>("ListGroupsForUser", of).then((answer) => rowsOf<Membership>(answer)),
    call<object>("ListAccessKeys", of).then((answer) => rowsOf<AccessKey>(answer)),
  ]);
  return { policies, groups, keys };
}

const show = leaf({
  arguments: [USER],
  examples: [{ what: "Policies, groups and access keys too", line: "edgekms users show alice" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const { User: user } = await call<{ User: User }>("GetUser", { UserName: name });
    const { policies, groups, keys } = await belongings(call, name);
    const about = [
      ["user", user.UserName],
      ["id", user.UserId],
      ["display name", user.DisplayName],
      ["comments", user.Comments],
      ["email", user.Email],
      ["mobile phone", user.MobilePhone],
      ["created", user.CreateDate],
      ["policies", policies.map(({ PolicyName }) => PolicyName).join(", ") || "none: the user may do nothing by itself"],
      ["groups", groups.map(({ GroupName }) => GroupName).join(", ")],
      ["access keys", keys.map(({ AccessKeyId, Status }) => `${AccessKeyId} (${Status})`).join(", ")],
    ] as const;
    await context.output.result(
      { ...user, Policies: policies, Groups: groups, AccessKeys: keys },
      pairs(about.filter(([, value]) => value !== undefined && value !== "")),
    );
  },
});

interface CreateOptions {
  readonly displayName?: string;
  readonly comments?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly accessKey?: boolean;
}

const create = leaf<CreateOptions>({
  about: "A user may do nothing until a policy is attached.",
  arguments: [USER],
  options: [
    { flags: "--display-name <text>", about: "what people call it" },
    { flags: "--comments <text>", about: "what it is for" },
    { flags: "--email <address>", about: "its email address" },
    { flags: "--phone <number>", about: "its mobile phone, such as 86-18600008888" },
    { flags: "--access-key", about: "make an access key as well, whose secret is shown this once" },
  ],
  examples: [
    { what: "Of a program", line: "edgekms users create photo-server --access-key" },
    { what: "And what it may", line: "edgekms users attach photo-server photos-readers" },
  ],
  async run(context, { args: [name = ""], options: { displayName, comments, email, phone, accessKey } }) {
    const call = await accountOf(context);
    const asked = { UserName: name, DisplayName: displayName, Comments: comments, Email: email, MobilePhone: phone };
    const { User: user } = await call<{ User: User }>("CreateUser", asked);
    const made = accessKey ? (await call<{ AccessKey: AccessKey }>("CreateAccessKey", { UserName: name })).AccessKey : undefined;
    await context.output.result(
      { ...user, ...(made && { AccessKey: made }) },
      text(`user ${user.UserName} (${user.UserId})`),
      ...(made === undefined ? [] : accessKeyViews(made)),
    );
  },
});

const remove = leaf({
  about: "Deletes its access keys first, detaches its policies and takes it out of its groups. Asks before.",
  arguments: [USER],
  examples: [{ what: "In a script", line: "edgekms users delete alice --yes" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const { policies, groups, keys } = await belongings(call, name);
    const active = keys.filter(({ Status }) => Status === "Active").map(({ AccessKeyId }) => AccessKeyId);
    const harm = active.length === 0 ? "It has no active access key." : `Whoever signs with ${active.join(", ")} is refused from then on.`;
    await context.prompt.confirm(`Delete the user ${name}? ${harm}`);
    for (const { AccessKeyId } of keys) await call("DeleteAccessKey", { UserName: name, UserAccessKeyId: AccessKeyId });
    await detachAll(call, "User", name, policies);
    for (const { GroupName } of groups) await call("RemoveUserFromGroup", { UserName: name, GroupName });
    await call("DeleteUser", { UserName: name });
    await context.output.result({ UserName: name }, text(`the user ${name} is deleted`));
  },
});

/** The group. */
export const users: Group = {
  commands: [
    { name: "list", summary: "List the users", load: async () => list },
    { name: "show", summary: "Tell all about a user", load: async () => show },
    { name: "create", summary: "Make a user", load: async () => create },
    { name: "delete", summary: "Delete a user and its access keys", load: async () => remove },
    { name: "attach", summary: "Attach policies to a user", load: async () => attachment("User", "attach") },
    { name: "detach", summary: "Detach policies from a user", load: async () => attachment("User", "detach") },
    { name: "access-keys", summary: "Make, change and delete access keys", load: async () => accessKeys },
  ],
  examples: [
    { what: "A user with an access key", line: "edgekms users create alice --access-key" },
    { what: "And what she may", line: "edgekms users attach alice photos-readers" },
  ],
};
