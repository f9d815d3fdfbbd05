// SPDX-License-Identifier: Apache-2.0
/** `edgekms policies`: who may do what, by policies of the account and of its keys. */

import { accountOf, allRows, rowsOf } from "../../account.js";
import { type Group, leaf } from "../../command.js";
import { usage } from "../../exit.js";
import { keyIdOf } from "../../keys.js";
import { counted } from "../../numbers.js";
import { saying, table } from "../../output.js";
import { policyFrom } from "../../policy-file.js";
import { TYPE, typeOf } from "./holders.js";
import type { Policy, PolicyVersion } from "./rows.js";

const KEY = { flags: "--key <key>", about: "the policy of this key, and none of the account's" } as const;
const NAME = { name: "policy", about: "its name; with --key none" } as const;
const FILE = { name: "file", about: "the policy in JSON, or - for standard input", required: true } as const;

/** JSON as a person reads it; what is no JSON as it is. */
function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2);
  } catch {
    return document;
  }
}

const list = leaf<{ type?: string }>({
  options: [{ ...TYPE, about: "only the account's own (Custom), or the service's (System)" }],
  examples: [{ what: "The account's own", line: "edgekms policies list --type Custom" }],
  async run(context, { options: { type } }) {
    const policies = await allRows<Policy>(await accountOf(context), "ListPolicies", { PolicyType: type });
    const rows = policies.map(({ PolicyName, PolicyType, AttachmentCount, DefaultVersion, Description }) =>
      [PolicyName, PolicyType, AttachmentCount, DefaultVersion, Description]);
    const head = ["POLICY", "TYPE", "ATTACHED", "VERSION", "DESCRIPTION"];
    await context.output.result({ Policies: policies }, table(head, rows, "there are no such policies"));
  },
});

const show = leaf<{ key?: string; type?: string; policyVersion?: string }>({
  arguments: [NAME],
  options: [KEY, TYPE, { flags: "--policy-version <id>", about: "a version, such as v2 (default the one that counts)" }],
  examples: [
    { what: "Into a file, to change it", line: "edgekms policies show photos-readers > policy.json" },
    { what: "A key's", line: "edgekms policies show --key alias/photos" },
  ],
  async run(context, { args: [name], options: { key, type, policyVersion } }) {
    if ((name === undefined) === (key === undefined)) throw usage("name a policy, or a key by --key");
    if (key !== undefined) {
      const kms = await context.kms();
      const keyId = await keyIdOf(kms, key);
      const { policy } = await kms.getKeyPolicy({ keyId });
      return context.output.result({ KeyId: keyId, PolicyDocument: policy }, saying(pretty(policy)));
    }
    const call = await accountOf(context);
    const of = { PolicyName: name, PolicyType: typeOf(name ?? "", type) };
    if (policyVersion !== undefined) {
      const { PolicyVersion: version } = await call<{ PolicyVersion: PolicyVersion }>("GetPolicyVersion", { ...of, VersionId: policyVersion });
      return context.output.result(version, saying(pretty(version.PolicyDocument ?? "")));
    }
    interface Answer { Policy: Policy; DefaultPolicyVersion: PolicyVersion }
    const { Policy: policy, DefaultPolicyVersion: version } = await call<Answer>("GetPolicy", of);
    await context.output.result({ ...policy, ...version }, saying(pretty(version.PolicyDocument ?? "")));
  },
});

const versions = leaf<{ type?: string }>({
  arguments: [{ ...NAME, about: "its name", required: true }],
  options: [TYPE],
  examples: [{ what: "The one that counts, and those before", line: "edgekms policies versions photos-readers" }],
  async run(context, { args: [name = ""], options: { type } }) {
    const call = await accountOf(context);
    const found = rowsOf<PolicyVersion>(await call<object>("ListPolicyVersions", { PolicyName: name, PolicyType: typeOf(name, type) }));
    const rows = found.map(({ VersionId, IsDefaultVersion, CreateDate }) => [VersionId, IsDefaultVersion, CreateDate]);
    await context.output.result({ PolicyVersions: found }, table(["VERSION", "COUNTS", "CREATED"], rows, "it has no versions"));
  },
});

const create = leaf<{ description?: string }>({
  arguments: [{ ...NAME, about: "its name, unique in the account", required: true }, FILE],
  options: [{ flags: "--description <text>", about: "what it is for" }],
  examples: [{ what: "From a file", line: "edgekms policies create photos-readers policy.json" }],
  async run(context, { args: [name, file = ""], options: { description } }) {
    const document = await policyFrom(file, context.signal);
    const call = await accountOf(context);
    const asked = { PolicyName: name, PolicyDocument: document, Description: description };
    const { Policy: policy } = await call<{ Policy: Policy }>("CreatePolicy", asked);
    await context.output.result(policy, saying(`the policy ${policy.PolicyName} is made, and attached to nobody yet`));
  },
});

const set = leaf<{ key?: string; policy?: string }>({
  about:
    "A policy of the account gets a version that counts at once; the oldest of five goes. A key's is replaced, and the " +
    "one before is gone. Asks before.",
  arguments: [FILE],
  options: [{ flags: "--policy <name>", about: "a policy of the account" }, KEY],
  examples: [
    { what: "The account's", line: "edgekms policies set --policy photos-readers policy.json" },
    { what: "A key's", line: "edgekms policies set --key alias/photos policy.json" },
  ],
  async run(context, { args: [file = ""], options: { key, policy } }) {
    if ((policy === undefined) === (key === undefined)) throw usage("name a policy by --policy, or a key by --key");
    const document = await policyFrom(file, context.signal);
    if (key !== undefined) {
      const kms = await context.kms();
      const keyId = await keyIdOf(kms, key);
      const before = "`edgekms policies show --key` prints the one that it has.";
      await context.prompt.confirm(`Replace the policy of ${keyId}? Whom only the old one lets use it cannot any more. ${before}`);
      await kms.setKeyPolicy({ keyId, policy: document });
      return context.output.result({ KeyId: keyId, PolicyDocument: document }, saying(`${keyId} has the policy of ${file}`));
    }
    const call = await accountOf(context);
    const { Policy: held } = await call<{ Policy: Policy }>("GetPolicy", { PolicyName: policy, PolicyType: "Custom" });
    await context.prompt.confirm(`Have another version of ${policy} count? It is attached to ${held.AttachmentCount}, who may do what it says from then on.`);
    const { PolicyVersion: version } = await call<{ PolicyVersion: PolicyVersion }>("CreatePolicyVersion", {
      PolicyName: policy,
      PolicyDocument: document,
      SetAsDefault: true,
      RotateStrategy: "DeleteOldestNonDefaultVersionWhenLimitExceeded",
    });
    await context.output.result(version, saying(`version ${version.VersionId} of ${policy} counts`));
  },
});

const use = leaf({
  about: "Back to what it said before, for example. Asks before.",
  arguments: [{ ...NAME, about: "its name", required: true }, { name: "version", about: "the version, such as v1", required: true }],
  examples: [{ what: "The one before", line: "edgekms policies use photos-readers v1" }],
  async run(context, { args: [name = "", version = ""] }) {
    const call = await accountOf(context);
    await context.prompt.confirm(`Have version ${version} of ${name} count? Whoever it is attached to may do what that says from then on.`);
    await call("SetDefaultPolicyVersion", { PolicyName: name, VersionId: version });
    await context.output.result({ PolicyName: name, DefaultVersion: version }, saying(`version ${version} of ${name} counts`));
  },
});

const check = leaf({
  about: "Whether it parses; where, if it does not. Whether its words mean something, the service says when it is set.",
  arguments: [FILE],
  examples: [{ what: "Before it is set", line: "edgekms policies check policy.json" }],
  async run(context, { args: [file = ""] }) {
    const document = await policyFrom(file, context.signal);
    const { Statement } = JSON.parse(document) as { Statement: unknown[] };
    await context.output.result({ Statements: Statement.length }, saying(`${file} parses, and has ${Statement.length} statements`));
  },
});

const remove = leaf({
  about: "Its versions go too. Refused while it is attached to somebody. Asks before.",
  arguments: [{ ...NAME, about: "its name", required: true }],
  examples: [{ what: "In a script", line: "edgekms policies delete photos-readers --yes" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const of = { PolicyName: name };
    const found = rowsOf<PolicyVersion>(await call<object>("ListPolicyVersions", { ...of, PolicyType: "Custom" }));
    await context.prompt.confirm(`Delete the policy ${name} and its ${counted(found.length, "version")}?`);
    for (const { VersionId } of found.filter(({ IsDefaultVersion }) => !IsDefaultVersion)) {
      await call("DeletePolicyVersion", { ...of, VersionId });
    }
    await call("DeletePolicy", of);
    await context.output.result(of, saying(`the policy ${name} is deleted`));
  },
});

/** The group. */
export const policies: Group = {
  about: "The account's own policies are attached to users and roles; each key has one of its own.",
  commands: [
    { name: "list", summary: "List the account's policies", load: async () => list },
    { name: "show", summary: "Print a policy", load: async () => show },
    { name: "check", summary: "Say where a policy in a file does not parse", load: async () => check },
    { name: "create", summary: "Make a policy of the account's own", load: async () => create },
    { name: "set", summary: "Give a policy, or a key, another text", load: async () => set },
    { name: "versions", summary: "List the versions of a policy", load: async () => versions },
    { name: "use", summary: "Have another version of a policy count", load: async () => use },
    { name: "delete", summary: "Delete a policy of the account's own", load: async () => remove },
  ],
  examples: [
    { what: "A policy, and who has it", line: "edgekms policies create photos-readers policy.json && edgekms users attach alice photos-readers" },
    { what: "Who may use a key", line: "edgekms policies show --key alias/photos" },
  ],
};
