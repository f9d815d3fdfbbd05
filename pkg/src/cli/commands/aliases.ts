// SPDX-License-Identifier: Apache-2.0
/** `edgekms aliases`: names of keys. */

import { alibaba } from "../alibaba.js";
import { type Group, leaf } from "../command.js";
import { inUse } from "../harm.js";
import type { AliasRow, KmsClient } from "../../entrypoints/node.js";
import { aliasesOf, aliasName, allPages, described, KEY, keyIdOf } from "../keys.js";
import { table, text } from "../output.js";

const ALIAS = { name: "alias", about: "the name: alias/photos, or photos for short", required: true } as const;

const list = leaf<{ key?: string }>({
  options: [{ flags: "--key <key>", about: "only the names of this key" }],
  examples: [{ what: "All of the region", line: "edgekms aliases list" }],
  async run(context, { options: { key } }) {
    const kms = await context.kms();
    const aliases = key === undefined ? await allAliases(kms) : await aliasesOf(kms, await keyIdOf(kms, key));
    const rows = aliases.map(({ aliasName, keyId }) => [aliasName, keyId]);
    await context.output.result({ Aliases: alibaba(aliases) }, table(["ALIAS", "KEY"], rows, "there are no aliases"));
  },
});

function allAliases(kms: KmsClient): Promise<AliasRow[]> {
  return allPages(async (page) => {
    const { aliases, totalCount } = await kms.listAliases(page);
    return { rows: aliases, totalCount };
  });
}

const create = leaf({
  arguments: [ALIAS, KEY],
  examples: [{ what: "A second name", line: "edgekms aliases create archive alias/photos" }],
  async run(context, { args: [alias = "", key = ""] }) {
    const kms = await context.kms();
    const [name, keyId] = [aliasName(alias), await keyIdOf(kms, key)];
    await kms.createAlias({ aliasName: name, keyId });
    await context.output.result({ AliasName: name, KeyId: keyId }, text(`${name} is ${keyId}`));
  },
});

const update = leaf({
  about:
    "What is encrypted by the name from now on is under the other key. What was encrypted before stays under the one " +
    "that it was, and is opened with it. Asks before.",
  arguments: [ALIAS, { ...KEY, about: `the key that it is to be from now on: ${KEY.about}` }],
  examples: [{ what: "To another key", line: "edgekms aliases update alias/photos 0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d" }],
  async run(context, { args: [alias = "", key = ""] }) {
    const kms = await context.kms();
    const [name, keyId] = [aliasName(alias), await keyIdOf(kms, key)];
    const before = await described(kms, name);
    const stays = `What was encrypted under ${before.keyId} stays under it: keep that key.`;
    await context.prompt.confirm(`Move ${name} from ${before.keyId} to ${keyId}? ${stays}`);
    await kms.updateAlias({ aliasName: name, keyId });
    await context.output.result({ AliasName: name, KeyId: keyId }, text(`${name} is ${keyId}, and was ${before.keyId}`));
  },
});

const remove = leaf({
  about: "The key stays, and so does what was encrypted by the name. Whoever calls the key so is refused. Asks before.",
  arguments: [ALIAS],
  examples: [{ what: "In a script", line: "edgekms aliases delete alias/archive --yes" }],
  async run(context, { args: [alias = ""] }) {
    const kms = await context.kms();
    const name = aliasName(alias);
    const key = await described(kms, name);
    await context.prompt.confirm(`Delete ${name}, by which ${key.keyId} is called? ${await inUse(kms, key)}`);
    await kms.deleteAlias({ aliasName: name });
    await context.output.result({ AliasName: name, KeyId: key.keyId }, text(`${name} is no name any more; it was ${key.keyId}`));
  },
});

/** The group. */
export const aliases: Group = {
  commands: [
    { name: "list", summary: "List the aliases", load: async () => list },
    { name: "create", summary: "Give a key another name", load: async () => create },
    { name: "update", summary: "Move a name to another key", load: async () => update },
    { name: "delete", summary: "Take a name away", load: async () => remove },
  ],
  examples: [
    { what: "The names of one key", line: "edgekms aliases list --key alias/photos" },
    { what: "One more", line: "edgekms aliases create archive alias/photos" },
  ],
};
