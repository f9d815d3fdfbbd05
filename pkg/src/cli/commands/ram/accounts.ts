// SPDX-License-Identifier: Apache-2.0
/** `edgekms accounts`: what whoever runs the deployment does with accounts. */

import { allRows, operatorOf } from "../../account.js";
import { type Group, leaf } from "../../command.js";
import { usage } from "../../exit.js";
import { list as pairs, table, text } from "../../output.js";
import { accessKeyViews } from "./access-keys.js";
import type { AccessKey, Account } from "./rows.js";

const ACCOUNT = { name: "account", about: "its 16 digits", required: true } as const;
const WHO = "Takes the operator's access key: EDGEKMS_OPERATOR_ACCESS_KEY_ID, or a profile that has it.";

function checked(account: string): string {
  if (/^\d{16}$/.test(account)) return account;
  throw usage(`an account is its 16 digits, not '${account}'`, "`edgekms accounts list` has them.");
}

const list = leaf({
  about: `The deployment's own account, which its settings name, is not among them. ${WHO}`,
  examples: [{ what: "All that were made", line: "edgekms accounts list" }],
  async run(context) {
    const accounts = await allRows<Account>(await operatorOf(context), "ListAccounts");
    const rows = accounts.map(({ AccountId, DisplayName, CreateDate }) => [AccountId, DisplayName, CreateDate]);
    await context.output.result({ Accounts: accounts }, table(["ACCOUNT", "NAME", "CREATED"], rows, "no account was made"));
  },
});

const create = leaf<{ displayName?: string; accessKey?: boolean }>({
  about: `There is nothing in it, and nobody can sign for it until it has an access key. ${WHO}`,
  options: [
    { flags: "--display-name <text>", about: "what people call it" },
    { flags: "--access-key", about: "make an access key of its root as well, whose secret is shown this once" },
  ],
  examples: [{ what: "Ready for use", line: "edgekms accounts create --display-name shop --access-key" }],
  async run(context, { options: { displayName, accessKey } }) {
    const call = await operatorOf(context);
    const { Account: account } = await call<{ Account: Account }>("CreateAccount", { DisplayName: displayName });
    const of = { AccountId: account.AccountId };
    const made = accessKey ? (await call<{ AccessKey: AccessKey }>("CreateAccountAccessKey", of)).AccessKey : undefined;
    await context.output.result(
      { ...account, ...(made && { AccessKey: made }) },
      pairs([["account", account.AccountId], ["name", account.DisplayName]]),
      ...(made === undefined ? [] : accessKeyViews(made)),
    );
  },
});

const createAccessKey = leaf({
  about: `Of the account's root, two at the most; also where root has lost its own. Prints the secret this once. ${WHO}`,
  arguments: [ACCOUNT],
  examples: [{ what: "For an account whose root has lost its own", line: "edgekms accounts create-access-key 1234567890123456" }],
  async run(context, { args: [account = ""] }) {
    const AccountId = checked(account);
    const call = await operatorOf(context);
    const { AccessKey: made } = await call<{ AccessKey: AccessKey }>("CreateAccountAccessKey", { AccountId });
    await context.output.result(made, ...accessKeyViews(made));
  },
});

const rewrap = leaf({
  about: `Its secrets, under the current root key version. They stay the same secrets. ${WHO}`,
  arguments: [ACCOUNT],
  examples: [{ what: "After ROOT_KEYS names another current version", line: "edgekms accounts rewrap 1234567890123456" }],
  async run(context, { args: [account = ""] }) {
    const call = await operatorOf(context);
    const told = await call<{ Rewrapped: number; Left: number }>("RewrapAccount", { AccountId: checked(account) });
    const { Rewrapped, Left } = told;
    if (Left > 0) context.output.warn(`${Left} do not unwrap: is their root key version listed in ROOT_KEYS?`);
    await context.output.result({ AccountId: account, Rewrapped, Left }, text(`${Rewrapped} secrets are wrapped anew`));
  },
});

const close = leaf({
  about: `Takes away all that could sign for it: access keys, users, roles, policies. Its keys stay. Asks before. ${WHO}`,
  arguments: [ACCOUNT],
  examples: [{ what: "Whose credentials have all leaked", line: "edgekms accounts close 1234567890123456" }],
  async run(context, { args: [account = ""] }) {
    const AccountId = checked(account);
    const call = await operatorOf(context);
    await context.prompt.confirm(`Close the account ${AccountId}? Its users, roles, policies and access keys are gone for good, and whoever signs for it is refused. Its keys stay.`);
    await call("CloseAccount", { AccountId });
    const next = "`edgekms accounts create-access-key` lets its owner in again.";
    await context.output.result({ AccountId }, text(`nobody can sign for ${AccountId} any more. ${next}`));
  },
});

const remove = leaf({
  about: `Refused while it has keys in any region. All that it holds is gone then. Asks before. ${WHO}`,
  arguments: [ACCOUNT],
  examples: [{ what: "In a script", line: "edgekms accounts delete 1234567890123456 --yes" }],
  async run(context, { args: [account = ""] }) {
    const AccountId = checked(account);
    const call = await operatorOf(context);
    await context.prompt.confirm(`Delete the account ${AccountId}, with its users, roles, policies and access keys? It cannot be had back.`);
    await call("DeleteAccount", { AccountId });
    await context.output.result({ AccountId }, text(`the account ${AccountId} is deleted`));
  },
});

/** The group. */
export const accounts: Group = {
  about: WHO,
  commands: [
    { name: "list", summary: "List the accounts that were made", load: async () => list },
    { name: "create", summary: "Make an account", load: async () => create },
    { name: "create-access-key", summary: "Make an access key of an account's root", load: async () => createAccessKey },
    { name: "rewrap", summary: "Wrap an account's secrets under the current root key", load: async () => rewrap },
    { name: "close", summary: "Take away all that can sign for an account", load: async () => close },
    { name: "delete", summary: "Delete an account that has no keys", load: async () => remove },
  ],
  examples: [{ what: "A new one, ready for use", line: "edgekms accounts create --display-name shop --access-key" }],
};
