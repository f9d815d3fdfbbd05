// SPDX-License-Identifier: Apache-2.0
/** `edgekms tags`: labels of keys, for whoever looks for them and for policies. */

import { alibaba } from "../alibaba.js";
import { type Context, type Group, leaf } from "../command.js";
import type { TagResourceRow } from "../../entrypoints/node.js";
import { KEY, keyIdOf } from "../keys.js";
import { table } from "../output.js";
import { tagOf } from "../tag.js";

/** Tells the tags of a key as they are now. */
async function tell(context: Context, keyId: string): Promise<void> {
  const { tags } = await (await context.kms()).listResourceTags({ keyId });
  const rows = tags.map(({ tagKey, tagValue }) => [tagKey, tagValue]);
  await context.output.result({ KeyId: keyId, Tags: alibaba(tags) }, table(["TAG", "VALUE"], rows, `${keyId} has no tags`));
}

const list = leaf({
  arguments: [KEY],
  examples: [{ what: "Of one key", line: "edgekms tags list alias/photos" }],
  async run(context, { args: [key = ""] }) {
    await tell(context, await keyIdOf(await context.kms(), key));
  },
});

const find = leaf({
  about: "With several tags, keys that have all of them.",
  arguments: [{ name: "tag", about: "name=value, or a name alone for any value", required: true, many: true }],
  examples: [{ what: "The keys of a project", line: "edgekms tags find project=web" }],
  async run(context, { args }) {
    const kms = await context.kms();
    const tag = args.map((given) => {
      const { tagKey, tagValue } = given.includes("=") ? tagOf(given) : { tagKey: given, tagValue: undefined };
      return { key: tagKey, ...(tagValue !== undefined && { value: tagValue }) };
    });
    const found: TagResourceRow[] = [];
    let nextToken: string | undefined;
    do {
      const page = await kms.listTagResources({ resourceType: "key", tag, ...(nextToken && { nextToken }) });
      found.push(...page.tagResources);
      nextToken = page.nextToken;
    } while (nextToken);
    const rows = found.map(({ resourceId, tagKey, tagValue }) => [resourceId, tagKey, tagValue]);
    await context.output.result({ TagResources: alibaba(found) }, table(["KEY", "TAG", "VALUE"], rows, "no key has them"));
  },
});

const set = leaf({
  about: "A tag that the key has already gets the new value. Policies may ask for tags: see who may then do what.",
  arguments: [KEY, { name: "tag", about: "name=value", required: true, many: true }],
  examples: [{ what: "Two at once", line: "edgekms tags set alias/photos project=web owner=alice" }],
  async run(context, { args: [key = "", ...given] }) {
    const tags = given.map(tagOf);
    const kms = await context.kms();
    const keyId = await keyIdOf(kms, key);
    await kms.tagResource({ keyId, tags });
    await tell(context, keyId);
  },
});

const remove = leaf({
  about: "A name that the key does not have is passed over. Asks before: policies may ask for the tag.",
  arguments: [KEY, { name: "name", about: "the tag's name", required: true, many: true }],
  examples: [{ what: "In a script", line: "edgekms tags remove alias/photos owner --yes" }],
  async run(context, { args: [key = "", ...tagKeys] }) {
    const kms = await context.kms();
    const keyId = await keyIdOf(kms, key);
    await context.prompt.confirm(`Take ${tagKeys.join(", ")} off ${keyId}? Whom a policy lets use it by these tags, it lets no longer.`);
    await kms.untagResource({ keyId, tagKeys });
    await tell(context, keyId);
  },
});

/** The group. */
export const tags: Group = {
  commands: [
    { name: "list", summary: "List the tags of a key", load: async () => list },
    { name: "find", summary: "Find keys by their tags", load: async () => find },
    { name: "set", summary: "Put tags on a key", load: async () => set },
    { name: "remove", summary: "Take tags off a key", load: async () => remove },
  ],
  examples: [
    { what: "Whose a key is", line: "edgekms tags set alias/photos owner=alice" },
    { what: "And which are hers", line: "edgekms tags find owner=alice" },
  ],
};
