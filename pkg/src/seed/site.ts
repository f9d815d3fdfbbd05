// SPDX-License-Identifier: Apache-2.0
/** An account that a seed has content for, as far as it is known. */

import type { Credentials, CredentialsProvider } from "../credentials/source.js";
import type { KnownAccount } from "./accounts.js";
import type { Ids } from "./ids.js";
import type { Path } from "./path.js";
import type { SeedContent } from "./seed.js";
import { lookFor, nothing, type Reach, type There } from "./there.js";

/** The account of the target, or one of `accounts`. What is not there yet comes as it is made. */
export interface Site {
  /** In the seed; absent for the target's. */
  readonly name: string | undefined;
  readonly path: Path;
  readonly content: SeedContent;
  readonly there: There;
  accountId: string | undefined;
  reach: Reach | undefined;
  /** The ids of its keys, by the seed's aliases. */
  readonly keys: Map<string, string>;
}

/** How to call with an access key. */
export type ReachOf = (credentials: Credentials | CredentialsProvider) => Reach;

/** The account that the target's credentials are of. */
export async function targetSite(content: SeedContent, reach: Reach): Promise<Site> {
  const identity = await reach.account<{ accountId: string }>("GetCallerIdentity");
  return site(undefined, content, identity.accountId, reach);
}

/** One of the seed's `accounts`. */
export function accountSite(
  name: string,
  content: SeedContent,
  { accountId, credentials }: KnownAccount,
  reachOf: ReachOf,
): Promise<Site> {
  return site(name, content, accountId, credentials && reachOf(credentials));
}

async function site(
  name: string | undefined,
  content: SeedContent,
  accountId: string | undefined,
  reach: Reach | undefined,
): Promise<Site> {
  const there = reach === undefined ? nothing() : await lookFor(content, reach);
  const keys = new Map<string, string>();
  for (const [alias, [found]] of there.keys) if (found !== undefined) keys.set(alias, found.metadata.keyId);
  return { name, path: name === undefined ? [] : ["accounts", name], content, there, accountId, reach, keys };
}

/** The ids that the policies of a site may have, as far as they are known: what nobody knows yet, no policy names. */
export function idsOf(of: Site, sites: readonly Site[]): Ids {
  return {
    account: (name) => (name === undefined ? of : sites.find((other) => other.name === name))?.accountId ?? "",
    key: (alias) => of.keys.get(alias) ?? "",
  };
}
