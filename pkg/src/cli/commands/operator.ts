// SPDX-License-Identifier: Apache-2.0
/** `edgekms root-keys` and `edgekms quotas`: what whoever runs a deployment does in one account and region. */

import { alibaba } from "../alibaba.js";
import { operatorFor } from "../client.js";
import { type Group, leaf } from "../command.js";
import type { RootKeyRow, SetQuotaRequest } from "../../entrypoints/node.js";
import { wholeNumber } from "../numbers.js";
import { list as pairs, saying, table } from "../output.js";

const WHO = "Takes the operator's access key: EDGEKMS_OPERATOR_ACCESS_KEY_ID, or a profile that has it.";
const VERSION = { name: "version", about: "its name in ROOT_KEYS", required: true } as const;

function yes(value: boolean): string {
  return value ? "yes" : "no";
}

function rowOf({ rootKeyVersion, current, listed, references, retirableDate }: RootKeyRow) {
  return [rootKeyVersion, yes(current), yes(listed), references, retirableDate];
}

const listRootKeys = leaf({
  about: `How many key versions are wrapped under each, and how far the last re-wrap has got. ${WHO}`,
  examples: [{ what: "Whether a version may go", line: "edgekms root-keys list" }],
  async run(context) {
    const { rootKeys, rewrap } = await (await operatorFor(context.global)).describeRootKeys();
    const head = ["VERSION", "CURRENT", "IN ROOT_KEYS", "WRAPS", "MAY GO FROM"];
    await context.output.result(
      alibaba({ rootKeys, ...(rewrap && { rewrap }) }),
      table(head, rootKeys.map(rowOf), "the keyring knows none yet"),
      ...(rewrap === undefined ? [] : [pairs([["last re-wrap", rewrap.status], ["wrapped anew", rewrap.rewrapped], ["left as they are", rewrap.left]])]),
    );
  },
});

const rewrap = leaf({
  about:
    "All material of the region, under the current version. It goes on by itself, every key works meanwhile, and `edgekms " +
    `root-keys list\` tells how far it has got. Accounts have their own: \`edgekms accounts rewrap\`. ${WHO}`,
  examples: [{ what: "In each region", line: "edgekms root-keys rewrap --region cn-hangzhou" }],
  async run(context) {
    const kms = await operatorFor(context.global);
    await kms.rewrapKeys();
    const { rewrap: told } = await kms.describeRootKeys();
    await context.output.result(alibaba(told ?? {}), saying(`re-wrapping under version ${told?.rootKeyVersion ?? "that is current"} has begun`));
  },
});

const retire = leaf({
  about: `Refused for the current one, while anything is wrapped under it, and for 25 hours after. Asks before. ${WHO}`,
  arguments: [VERSION],
  examples: [{ what: "Then it may be taken out of ROOT_KEYS", line: "edgekms root-keys retire 1" }],
  async run(context, { args: [version = ""] }) {
    const kms = await operatorFor(context.global);
    await context.prompt.confirm(`Have the keyring forget version ${version}? Once it is out of ROOT_KEYS, backups of the database from its time cannot be used.`);
    await kms.retireRootKey({ rootKeyVersion: version });
    await context.output.result({ RootKeyVersion: version }, saying(`version ${version} is retired in this region`));
  },
});

/** The group. */
export const rootKeys: Group = {
  about: "docs/operations.md, Root keys, has the whole procedure.",
  commands: [
    { name: "list", summary: "List the root key versions and what they wrap", load: async () => listRootKeys },
    { name: "rewrap", summary: "Wrap a region's keys under the current version", load: async () => rewrap },
    { name: "retire", summary: "Let a version go that wraps nothing", load: async () => retire },
  ],
  examples: [{ what: "Which versions are in use", line: "edgekms root-keys list" }],
};

const listQuotas = leaf({
  about: WHO,
  examples: [{ what: "And how much of each is used", line: "edgekms quotas list" }],
  async run(context) {
    const { quotas } = await (await operatorFor(context.global)).describeQuotas();
    const rows = quotas.map(({ quota, number, used }) => [quota, number, used]);
    await context.output.result({ Quotas: alibaba(quotas) }, table(["QUOTA", "NUMBER", "USED"], rows, "there are none"));
  },
});

const setQuota = leaf({
  about: `What is there already stays, though it be more. ${WHO}`,
  arguments: [
    { name: "quota", about: "its name, such as Keys or SymmetricRate", required: true },
    { name: "number", about: "the number from now on", required: true },
  ],
  examples: [{ what: "More keys", line: "edgekms quotas set Keys 1000" }],
  async run(context, { args: [quota = "", number = ""] }) {
    const asked = { quota: quota as SetQuotaRequest["quota"], number: wholeNumber("the number", 0, 1_000_000)(number) };
    await (await operatorFor(context.global)).setQuota(asked);
    await context.output.result(alibaba(asked), saying(`${quota} is ${number} in this region`));
  },
});

/** The group. */
export const quotas: Group = {
  commands: [
    { name: "list", summary: "List an account's quotas in a region", load: async () => listQuotas },
    { name: "set", summary: "Set one", load: async () => setQuota },
  ],
  examples: [{ what: "How much is used", line: "edgekms quotas list" }],
};
