// SPDX-License-Identifier: Apache-2.0
/** `edgekms roles`: permissions that others take on for a while. */

import { accountOf, allRows } from "../../account.js";
import { type Group, leaf } from "../../command.js";
import { usage } from "../../exit.js";
import { wholeNumber } from "../../numbers.js";
import { list as pairs, table, text } from "../../output.js";
import { policyFrom } from "../../policy-file.js";
import { attachedTo, attachment, detachAll } from "./holders.js";
import type { Role } from "./rows.js";

const ROLE = { name: "role", about: "the role's name", required: true } as const;

const list = leaf({
  examples: [{ what: "All of the account", line: "edgekms roles list" }],
  async run(context) {
    const roles = await allRows<Role>(await accountOf(context), "ListRoles");
    const rows = roles.map(({ RoleName, Arn, Description, CreateDate }) => [RoleName, Arn, Description, CreateDate]);
    await context.output.result({ Roles: roles }, table(["ROLE", "ARN", "DESCRIPTION", "CREATED"], rows, "the account has no roles"));
  },
});

const show = leaf({
  arguments: [ROLE],
  examples: [{ what: "Who may assume it, too", line: "edgekms roles show web" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const [{ Role: role }, policies] = await Promise.all([
      call<{ Role: Role }>("GetRole", { RoleName: name }),
      attachedTo(call, "Role", name),
    ]);
    const about = [
      ["role", role.RoleName],
      ["arn", role.Arn],
      ["description", role.Description],
      ["longest session", `${role.MaxSessionDuration} s`],
      ["created", role.CreateDate],
      ["policies", policies.map(({ PolicyName }) => PolicyName).join(", ") || "none: a session may do nothing"],
      ["trusts", role.AssumeRolePolicyDocument],
    ] as const;
    await context.output.result(
      { ...role, Policies: policies },
      pairs(about.filter(([, value]) => value !== undefined && value !== "")),
    );
  },
});

interface TrustOptions {
  readonly trust?: string;
  readonly trustAccount?: string;
  readonly description?: string;
  readonly longest?: number;
}

const OPTIONS = [
  { flags: "--trust <file>", about: "a file with the policy that says who may assume it" },
  { flags: "--trust-account <id>", about: "all of an account who are allowed to: its 16 digits" },
  { flags: "--description <text>", about: "what it is for" },
  { flags: "--longest <seconds>", about: "the longest session, 3600 to 43200", parse: wholeNumber("--longest", 3_600, 43_200) },
] as const;

/** The policy that says who may assume a role. */
async function trustOf({ trust, trustAccount }: TrustOptions, signal: AbortSignal): Promise<string | undefined> {
  if (trust !== undefined && trustAccount !== undefined) throw usage("give --trust or --trust-account");
  if (trust !== undefined) return policyFrom(trust, signal);
  if (trustAccount === undefined) return undefined;
  if (!/^\d{16}$/.test(trustAccount)) throw usage("--trust-account is the 16 digits of an account");
  const Principal = { RAM: [`acs:ram::${trustAccount}:root`] };
  return JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }] });
}

const create = leaf<TrustOptions>({
  about: "A session may do nothing until a policy is attached to the role.",
  arguments: [ROLE],
  options: OPTIONS,
  examples: [{ what: "For users of the account whose policies let them", line: "edgekms roles create web --trust-account 1234567890123456" }],
  async run(context, { args: [name = ""], options }) {
    const trust = await trustOf(options, context.signal);
    if (trust === undefined) throw usage("say who may assume the role: --trust or --trust-account");
    const call = await accountOf(context);
    const { Role: role } = await call<{ Role: Role }>("CreateRole", {
      RoleName: name,
      AssumeRolePolicyDocument: trust,
      Description: options.description,
      MaxSessionDuration: options.longest,
    });
    await context.output.result(role, pairs([["role", role.RoleName], ["arn", role.Arn]]));
  },
});

const update = leaf<TrustOptions>({
  about: "What is not given stays. Asks before, if who may assume it changes.",
  arguments: [ROLE],
  options: OPTIONS,
  examples: [{ what: "Longer sessions", line: "edgekms roles update web --longest 43200" }],
  async run(context, { args: [name = ""], options }) {
    const trust = await trustOf(options, context.signal);
    const call = await accountOf(context);
    if (trust !== undefined) {
      await context.prompt.confirm(`Replace who may assume the role ${name}? Sessions that are under way go on: \`edgekms roles revoke\` ends them.`);
    }
    const { Role: role } = await call<{ Role: Role }>("UpdateRole", {
      RoleName: name,
      NewAssumeRolePolicyDocument: trust,
      NewDescription: options.description,
      NewMaxSessionDuration: options.longest,
    });
    await context.output.result(role, text(`the role ${role.RoleName} is changed`));
  },
});

const revoke = leaf({
  about: "Wherever their tokens are. New sessions can be had at once. Asks before.",
  arguments: [ROLE],
  examples: [{ what: "After a token has leaked", line: "edgekms roles revoke web --yes" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    await context.prompt.confirm(`End all sessions of the role ${name}? Who uses one is refused until it has another.`);
    await call("RevokeRoleSessions", { RoleName: name });
    await context.output.result({ RoleName: name }, text(`the sessions of ${name} are over`));
  },
});

const remove = leaf({
  about: "Detaches its policies first. Its sessions end with it. Asks before.",
  arguments: [ROLE],
  examples: [{ what: "In a script", line: "edgekms roles delete web --yes" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const policies = await attachedTo(call, "Role", name);
    await context.prompt.confirm(`Delete the role ${name}? Its sessions end with it, and nobody can assume it any more.`);
    await detachAll(call, "Role", name, policies);
    await call("DeleteRole", { RoleName: name });
    await context.output.result({ RoleName: name }, text(`the role ${name} is deleted`));
  },
});

/** The group. */
export const roles: Group = {
  commands: [
    { name: "list", summary: "List the roles", load: async () => list },
    { name: "show", summary: "Tell all about a role", load: async () => show },
    { name: "create", summary: "Make a role", load: async () => create },
    { name: "update", summary: "Change a role", load: async () => update },
    { name: "delete", summary: "Delete a role; its sessions end", load: async () => remove },
    { name: "attach", summary: "Attach policies to a role", load: async () => attachment("Role", "attach") },
    { name: "detach", summary: "Detach policies from a role", load: async () => attachment("Role", "detach") },
    { name: "assume", summary: "Take on a role: print its session's credentials", load: async () => (await import("./assume.js")).assume },
    { name: "revoke", summary: "End all sessions of a role", load: async () => revoke },
  ],
  examples: [
    { what: "A role for the account's own users", line: "edgekms roles create web --trust-account 1234567890123456" },
    { what: "Take it on, in this shell", line: 'eval "$(edgekms roles assume web)"' },
  ],
};
