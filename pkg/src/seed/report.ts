// SPDX-License-Identifier: Apache-2.0
/** What came of a seed. */

import { shown } from "./path.js";
import type { Site } from "./site.js";
import type { Done } from "./steps.js";
import type { KeptAccessKey, SeedAccessKey } from "./vault.js";

/** Something that a seed has. */
export interface SeedEntry {
  /** Where the seed has it, as JSONPath: `$.users.alice`. */
  path: string;
  /** What it is, for people: `user alice`. */
  what: string;
}

/** What was made, and what was there already. */
export interface SeedReport {
  /** In the order in which it was made. Empty if everything was there. */
  made: SeedEntry[];
  there: SeedEntry[];
  /** The account that the seed was applied to, 16 digits. */
  accountId: string;
  /** The ids of further accounts, by their names in the seed. */
  accounts: Record<string, string>;
  /** The ids of the keys, by the seed's paths to them: `$.keys["alias/photos"]`. */
  keys: Record<string, string>;
  /** Of those who are to have one. Their secrets are nowhere else: keep the report from others. */
  accessKeys: SeedAccessKey[];
}

/** The report of a run. `kept` are the access keys whose secrets are known. */
export function reportOf(
  sites: readonly Site[],
  kept: readonly KeptAccessKey[],
  made: readonly Done[],
  there: readonly Done[],
): SeedReport {
  const entry = ({ path, what }: Done): SeedEntry => ({ path: shown(path), what });
  const accounts = sites.flatMap(({ name, accountId }): [string, string][] =>
    name === undefined || accountId === undefined ? [] : [[name, accountId]],
  );
  const keys = sites.flatMap(({ content, path, keys: ids }) =>
    Object.keys(content.keys ?? {}).flatMap((alias): [string, string][] => {
      const id = ids.get(alias);
      return id === undefined ? [] : [[shown([...path, "keys", alias]), id]];
    }),
  );
  return {
    made: made.map(entry),
    there: there.map(entry),
    accountId: sites[0]?.accountId ?? "",
    accounts: Object.fromEntries(accounts),
    keys: Object.fromEntries(keys),
    accessKeys: sites.flatMap((site) => accessKeysOf(site, kept)),
  };
}

/** Of the root of an account that was made, and of each user who is to have one. */
function accessKeysOf({ name, content, there, accountId = "" }: Site, kept: readonly KeptAccessKey[]): SeedAccessKey[] {
  const ours = kept.filter((key) => key.account === name && key.accountId === accountId);
  const root = name === undefined ? [] : ours.filter(({ user }) => user === undefined);
  const users = Object.entries(content.users ?? {}).filter(([, { accessKey }]) => accessKey === true);
  const account = name === undefined ? {} : { account: name };
  const ofUsers = users.flatMap(([user]): SeedAccessKey[] => {
    const ids = there.users.get(user)?.accessKeyIds ?? [];
    // Of one that has been deleted since, the vault may still have the secret.
    const known = ours.filter((key) => key.user === user && (ids.length === 0 || ids.includes(key.accessKeyId)));
    if (known.length > 0) return known.slice(-1);
    return ids.slice(0, 1).map((accessKeyId) => ({ ...account, accountId, user, accessKeyId }));
  });
  return [...root, ...ofUsers];
}
