// SPDX-License-Identifier: Apache-2.0
/** A seed, applied: look, compare, and only then change. */

import { type AccountCall, accountCalls } from "../kms/account-calls.js";
import type { Credentials, CredentialsProvider } from "../credentials/source.js";
import { KmsClient, type ReachOptions } from "../kms/kms-client.js";
import { knownAccounts } from "./accounts.js";
import { Keep } from "./keep.js";
import { open, perform } from "./perform.js";
import { planOf } from "./plan.js";
import { seedOf } from "./read.js";
import { reportOf, type SeedReport } from "./report.js";
import type { Seed } from "./seed.js";
import { accountSite, idsOf, type ReachOf, targetSite } from "./site.js";
import type { Done } from "./steps.js";
import { atStep } from "./trouble.js";
import type { SeedVault } from "./vault.js";

/** Where a seed is applied, and by whom. */
export interface SeedTarget extends ReachOptions {
  /** Of the keys. The server's default if absent. */
  region?: string;
  /** The operator's, who makes accounts: needed if the seed has some whose access keys the vault does not know. */
  operator?: Credentials | CredentialsProvider;
  /** Where made access keys are kept, and known ones found. */
  vault?: SeedVault;
  /** Looks and compares, and makes nothing: the report's `made` is what would be made. Default false. */
  dryRun?: boolean;
  /** Ends the run, which can be repeated. */
  signal?: AbortSignal;
}

/**
 * Makes what a seed says and what is not there. What is there and as the seed says stays as it is, and so does what
 * the seed does not name; what is there and otherwise is refused before anything is changed. Applied again, it goes on
 * where it ended, however it ended.
 *
 * The report has the secrets of the access keys that were made: they are told this once, unless the target has a
 * vault.
 *
 * @example
 * ```js
 * const target = { endpoint, region: "cn-hangzhou", credentials: { accessKeyId, accessKeySecret } };
 * const { made, there } = await applySeed(target, { keys: { "alias/albums": { rotation: "365d" } } });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` for what is no seed, `SeedConflict` for what exists and is otherwise, or what
 * a call fails with; each names the place in the seed.
 */
export async function applySeed(target: SeedTarget, seed: Seed): Promise<SeedReport> {
  const checked = seedOf(seed);
  const { operator, vault, dryRun = false, signal, ...options } = target;
  const callOptions = signal === undefined ? {} : { signal };
  const calls = (credentials: Credentials | CredentialsProvider): AccountCall => {
    const call = accountCalls({ ...options, credentials });
    return (action, request) => call(action, request, callOptions);
  };
  const reachOf: ReachOf = (credentials) => ({
    account: calls(credentials),
    kms: new KmsClient({ ...options, credentials }),
    options: callOptions,
  });
  const byOperator = operator && calls(operator);
  const keep = await Keep.of(vault);
  const known = await knownAccounts(checked, keep.secrets, byOperator);
  const sites = await Promise.all([
    targetSite(checked, reachOf(target.credentials)),
    ...Object.entries(checked.accounts ?? {}).map(([name, content]) =>
      accountSite(name, content, known.get(name) ?? {}, reachOf),
    ),
  ]);
  const plans = sites.map((site) => planOf(site.content, site.there, idsOf(site, sites), site.path));
  const there = plans.flatMap((plan) => plan.there);
  const made: Done[] = [];
  const carry = async ({ path, what }: Done, act: () => Promise<void>) => {
    if (!dryRun) {
      await act().catch((error: unknown) => {
        throw atStep(error, path);
      });
    }
    made.push({ path, what });
  };
  // All of them first, since the policies of each may name the others.
  for (const site of sites) {
    const { name, path } = site;
    if (name === undefined) continue;
    const entry = { path, what: `account ${name}` };
    if (site.reach !== undefined) there.push(entry);
    else if (byOperator !== undefined) await carry(entry, () => open({ site, name }, byOperator, keep, reachOf));
  }
  for (const [index, site] of sites.entries()) {
    for (const step of plans[index]?.steps ?? []) {
      await carry(step, () => perform(step, { site, keep, ids: idsOf(site, sites) }));
    }
  }
  return reportOf(sites, keep.secrets.accessKeys, made, there);
}
