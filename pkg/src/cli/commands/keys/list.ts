// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys list` */

import { alibaba } from "../../alibaba.js";
import { leaf } from "../../command.js";
import { eachOf } from "../../concurrent.js";
import type { Filter, KeyMetadata, KmsClient } from "../../../entrypoints/node.js";
import { allPages, described } from "../../keys.js";
import { table } from "../../output.js";

interface Options {
  readonly state?: readonly string[];
  readonly spec?: readonly string[];
  readonly usage?: readonly string[];
  readonly short?: boolean;
}

/** A key with its names; of one that its reader may not describe, no more. */
type Listed = Partial<KeyMetadata> & { keyId: string; arn: string; aliases: string[] };

/** The group's `list`. */
export const list = leaf<Options>({
  about: "Each key is asked about by itself, unless --short: many keys take seconds.",
  options: [
    { flags: "--state <state>", about: "only keys in this state; may be repeated", many: true, choices: ["Enabled", "Disabled", "PendingDeletion", "PendingImport"] },
    { flags: "--spec <spec>", about: "only keys of this kind; may be repeated", many: true },
    { flags: "--usage <usage>", about: "only keys for this; may be repeated", many: true, choices: ["ENCRYPT/DECRYPT", "SIGN/VERIFY", "GENERATE_VERIFY_MAC"] },
    { flags: "--short", about: "ids and aliases alone" },
  ],
  examples: [
    { what: "All keys of the region", line: "edgekms keys list" },
    { what: "The ids of those that wait for their deletion", line: "edgekms keys list --state PendingDeletion --json | jq -r '.Keys[].KeyId'" },
  ],
  async run(context, { options }) {
    const kms = await context.kms();
    const keys = await listed(kms, options);
    const head = options.short ? ["KEY", "ALIASES"] : ["KEY", "STATE", "KIND", "USAGE", "ALIASES", "CREATED"];
    const rows = keys.map(({ keyId, aliases, keyState, keySpec, keyUsage, creationDate }) =>
      options.short
        ? [keyId, aliases.join(" ")]
        : [keyId, keyState, keySpec, keyUsage, aliases.join(" "), creationDate],
    );
    await context.output.result({ Keys: alibaba(keys) }, table(head, rows, "there are no such keys"));
  },
});

async function listed(kms: KmsClient, { state, spec, usage, short }: Options): Promise<Listed[]> {
  const filters: Filter[] = [["KeyState", state], ["KeySpec", spec], ["KeyUsage", usage]]
    .flatMap(([key, values]) => (values === undefined ? [] : [{ key: key as string, values: [...values] }]));
  const [keys, aliases] = await Promise.all([
    allPages(async (page) => {
      const { keys: rows, totalCount } = await kms.listKeys({ ...(filters.length > 0 && { filters }), ...page });
      return { rows, totalCount };
    }),
    allPages(async (page) => {
      const { aliases: rows, totalCount } = await kms.listAliases(page);
      return { rows, totalCount };
    }),
  ]);
  return eachOf(keys, async ({ keyId, keyArn }) => {
    const names = aliases.filter((alias) => alias.keyId === keyId).map(({ aliasName }) => aliasName);
    const about = short ? {} : await aboutOf(kms, keyId);
    return { keyId, arn: keyArn, ...about, aliases: names };
  });
}

/** Whoever may list keys need not be allowed to know all about each; and one may be gone by now. */
async function aboutOf(kms: KmsClient, keyId: string): Promise<Partial<KeyMetadata>> {
  try {
    return await described(kms, keyId);
  } catch (error) {
    if (/^Forbidden\./.test(String((error as { code?: unknown }).code))) return {};
    throw error;
  }
}
