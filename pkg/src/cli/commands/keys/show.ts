// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys show` */

import { alibaba } from "../../alibaba.js";
import { leaf } from "../../command.js";
import type { KeyMetadata } from "../../../entrypoints/node.js";
import { aliasesOf, described, KEY, versionsOf } from "../../keys.js";
import { list, table } from "../../output.js";
import type { Cell } from "../../view.js";

/** What is told of a key, and what it is called; what is empty is left out. */
const ROWS: readonly (readonly [label: string, field: keyof KeyMetadata])[] = [
  ["key", "keyId"],
  ["arn", "arn"],
  ["description", "description"],
  ["state", "keyState"],
  ["kind", "keySpec"],
  ["usage", "keyUsage"],
  ["origin", "origin"],
  ["protection", "protectionLevel"],
  ["created", "creationDate"],
  ["created by", "creator"],
  ["deleted on", "deleteDate"],
  ["deletion protection", "deletionProtection"],
  ["protected because", "deletionProtectionDescription"],
  ["rotation", "automaticRotation"],
  ["rotation interval", "rotationInterval"],
  ["last rotation", "lastRotationDate"],
  ["next rotation", "nextRotationDate"],
  ["primary version", "primaryKeyVersion"],
  ["material expires", "materialExpireTime"],
];

/** The group's `show`. */
export const show = leaf({
  arguments: [KEY],
  examples: [
    { what: "By an alias", line: "edgekms keys show alias/photos" },
    { what: "Its state alone", line: "edgekms keys show alias/photos --json | jq -r .KeyState" },
  ],
  async run(context, { args: [name = ""] }) {
    const kms = await context.kms();
    const key = await described(kms, name);
    const { keyId } = key;
    const [aliases, versions, { tags }] = await Promise.all([
      aliasesOf(kms, keyId),
      versionsOf(kms, keyId),
      kms.listResourceTags({ keyId }),
    ]);
    const pairs: [string, Cell][] = ROWS.map(([label, field]) => [label, key[field]]);
    pairs.push(["aliases", aliases.map(({ aliasName }) => aliasName).join(" ")]);
    pairs.push(["tags", tags.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`).join(" ")]);
    const rows = versions.map(({ keyVersionId, creationDate }) => [keyVersionId, creationDate]);
    await context.output.result(
      alibaba({ ...key, aliases, tags, versions }),
      list(pairs.filter(([, value]) => value !== undefined && value !== "")),
      table(["VERSION", "CREATED"], rows, "it has no version yet: it waits for its material"),
    );
  },
});
