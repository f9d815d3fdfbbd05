// SPDX-License-Identifier: Apache-2.0
/** `edgekms users access-keys`: two of one user at the most, so that one can be changed without a pause. */

import { accountOf, rowsOf } from "../../account.js";
import { type Group, type Leaf, leaf } from "../../command.js";
import { list as pairs, saying, table } from "../../output.js";
import type { AccessKey } from "./rows.js";
import type { View } from "../../view.js";

const USER = { name: "user", about: "whose they are", required: true } as const;
const ID = { name: "access-key-id", about: "the access key", required: true } as const;

/** What a person sees of an access key that has just been made. */
export function accessKeyViews({ AccessKeyId, AccessKeySecret }: AccessKey): View[] {
  return [
    pairs([["access key id", AccessKeyId], ["access key secret", AccessKeySecret]]),
    saying("The secret is shown this once: keep it where secrets are kept."),
  ];
}

const list = leaf({
  arguments: [USER],
  examples: [{ what: "Of one user", line: "edgekms users access-keys list alice" }],
  async run(context, { args: [name = ""] }) {
    const keys = rowsOf<AccessKey>(await (await accountOf(context))<object>("ListAccessKeys", { UserName: name }));
    const rows = keys.map(({ AccessKeyId, Status, CreateDate }) => [AccessKeyId, Status, CreateDate]);
    await context.output.result({ AccessKeys: keys }, table(["ACCESS KEY", "STATUS", "CREATED"], rows, `${name} has no access keys`));
  },
});

const create = leaf({
  about: "Prints the secret this once.",
  arguments: [USER],
  examples: [{ what: "Into a file that you alone can read", line: "(umask 077; edgekms users access-keys create alice --json > alice.json)" }],
  async run(context, { args: [name = ""] }) {
    const call = await accountOf(context);
    const { AccessKey: made } = await call<{ AccessKey: AccessKey }>("CreateAccessKey", { UserName: name });
    await context.output.result(made, ...accessKeyViews(made));
  },
});

/** Switching one off and on again is how one finds out who uses it. */
function status(Status: "Active" | "Inactive"): Leaf {
  const verb = Status === "Active" ? "enable" : "disable";
  return leaf({
    ...(Status === "Inactive" && { about: "Whoever signs with it is refused until it is enabled again. Asks before." }),
    arguments: [USER, ID],
    examples: [{ what: "One of two", line: `edgekms users access-keys ${verb} alice LTAI0123456789` }],
    async run(context, { args: [name = "", id = ""] }) {
      const call = await accountOf(context);
      if (Status === "Inactive") await context.prompt.confirm(`Refuse whoever signs with ${id} of ${name}?`);
      await call("UpdateAccessKey", { UserName: name, UserAccessKeyId: id, Status });
      await context.output.result({ UserName: name, AccessKeyId: id, Status }, saying(`${id} is ${Status.toLowerCase()}`));
    },
  });
}

const remove = leaf({
  about: "It cannot be had back: disable it first, to see who uses it. Asks before.",
  arguments: [USER, ID],
  examples: [{ what: "In a script", line: "edgekms users access-keys delete alice LTAI0123456789 --yes" }],
  async run(context, { args: [name = "", id = ""] }) {
    const call = await accountOf(context);
    await context.prompt.confirm(`Delete ${id} of ${name}? Whoever signs with it is refused from then on.`);
    await call("DeleteAccessKey", { UserName: name, UserAccessKeyId: id });
    await context.output.result({ UserName: name, AccessKeyId: id }, saying(`${id} is deleted`));
  },
});

/** The group. */
export const accessKeys: Group = {
  commands: [
    { name: "list", summary: "List a user's access keys", load: async () => list },
    { name: "create", summary: "Make an access key", load: async () => create },
    { name: "enable", summary: "Let requests be signed with an access key", load: async () => status("Active") },
    { name: "disable", summary: "Refuse what is signed with an access key", load: async () => status("Inactive") },
    { name: "delete", summary: "Delete an access key", load: async () => remove },
  ],
  examples: [{ what: "The second, before the first goes", line: "edgekms users access-keys create alice" }],
};
