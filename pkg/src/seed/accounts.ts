// SPDX-License-Identifier: Apache-2.0
/** Which accounts of a seed exist, and with which access keys of their roots one may look into them. */

import type { AccountCall } from "../kms/account-calls.js";
import type { Credentials } from "../credentials/source.js";
import type { Seed } from "./seed.js";
import { conflictAt, wrongAt } from "./trouble.js";
import type { SeedSecrets } from "./vault.js";

/** What is known of an account of a seed. */
export interface KnownAccount {
  /** Absent if it does not exist. */
  accountId?: string;
  /** Of its root. Absent if one is still to be made. */
  credentials?: Credentials;
}

/** @throws EdgekmsError `SeedConflict` if one exists and nobody has told an access key of its root. */
export async function knownAccounts(
  seed: Seed,
  secrets: SeedSecrets,
  operator: AccountCall | undefined,
): Promise<Map<string, KnownAccount>> {
  const known = new Map<string, KnownAccount>();
  const names = Object.keys(seed.accounts ?? {});
  for (const name of names) {
    const root = secrets.accessKeys.find(({ account, user }) => account === name && user === undefined);
    if (root === undefined) continue;
    const { accountId, accessKeyId, accessKeySecret } = root;
    known.set(name, { accountId, credentials: { accessKeyId, accessKeySecret } });
  }
  const others = names.filter((name) => !known.has(name));
  if (others.length === 0) return known;
  if (operator === undefined) {
    throw wrongAt(["accounts"], "takes the operator, who makes accounts: give the target `operator`, an access key");
  }
  const ids = await accountIds(operator);
  for (const name of others) known.set(name, existing(name, ids.get(name) ?? [], secrets));
  return known;
}

function existing(name: string, ids: readonly string[], { begun }: SeedSecrets): KnownAccount {
  const path = ["accounts", name];
  const [accountId] = ids;
  if (accountId === undefined) return {};
  if (ids.length > 1) {
    throw conflictAt(path, `may be any of ${ids.length} accounts of that name (${ids.join(", ")}); give the vault an access key of the root of one of them`);
  }
  if (begun.includes(name)) return { accountId };
  throw conflictAt(path, `exists (${accountId}), and no access key of its root is known: give the vault that an earlier run has filled, or one with such an access key`);
}

async function accountIds(operator: AccountCall): Promise<Map<string, string[]>> {
  interface Page {
    accounts: { account: { accountId: string; displayName?: string }[] };
    isTruncated: boolean;
    marker?: string;
  }
  const ids = new Map<string, string[]>();
  let marker: string | undefined;
  do {
    const page = await operator<Page>("ListAccounts", { maxItems: 1000, marker });
    for (const { accountId, displayName = "" } of page.accounts.account) {
      ids.set(displayName, [...(ids.get(displayName) ?? []), accountId]);
    }
    marker = page.isTruncated ? page.marker : undefined;
  } while (marker !== undefined);
  return ids;
}
