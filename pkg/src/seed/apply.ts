// SPDX-License-Identifier: Apache-2.0
/** A seed, applied: look, compare, and only then change. */

import { type AccountCall, accountCalls } from "../kms/account-calls.js";
import type { Credentials, CredentialsProvider } from "../credentials/source.js";
import { KmsClient, type ReachOptions } from "../kms/kms-client.js";
import { type KnownAccount, knownAccounts } from "./accounts.js";
import { Keep } from "./keep.js";
import { open, perform } from "./perform.js";
import { planOf } from "./plan.js";
import { seedOf } from "./read.js";
import { reportOf, type SeedReport } from "./report.js";
import type { Seed } from "./seed.js";
import { accountSite, idsOf, type ReachOf, type Site, targetSite } from "./site.js";
import type { Done } from "./steps.js";
import type { Reach } from "./there.js";
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
  const { reachOf, operator } = reachesOf(target);
  const keep = await Keep.of(target.vault);
  const sites = await sitesOf(checked, await knownAccounts(checked, keep.secrets, operator), reachOf(target.credentials), reachOf);
  const plans = sites.map((site) => ({ site, ...planOf(site.content, site.there, idsOf(site, sites), site.path) }));
  const accounts = sites.filter(({ name, reach }) => name !== undefined && reach !== undefined);
  const there = [...accounts.map(accountOf), ...plans.flatMap((plan) => plan.there)];
  const acts: Act[] = [
    // All of them first, since the policies of each may name the others.
    ...openings(sites, operator, keep, reachOf),
    ...plans.flatMap(({ site, steps }) =>
      steps.map((step) => ({ ...placed(step), act: () => perform(step, { site, keep, ids: idsOf(site, sites) }) })),
    ),
  ];
  for (const { path, act } of target.dryRun === true ? [] : acts) {
    await act().catch((error: unknown) => {
      throw atStep(error, path);
    });
  }
  return reportOf(sites, keep.secrets.accessKeys, acts, there);
}

/** Something to do, and what will have been made by it. */
interface Act extends Done {
  act(): Promise<void>;
}

const placed = ({ path, what }: Done): Done => ({ path, what });
const accountOf = ({ path, name }: Site): Done => ({ path, what: `account ${name}` });

/** How to call: as an account, and as the operator if the target has one. */
function reachesOf({ operator, vault: _, dryRun: _dryRun, signal, ...options }: SeedTarget) {
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
  return { reachOf, operator: operator && calls(operator) };
}

function sitesOf(seed: Seed, known: Map<string, KnownAccount>, ofTarget: Reach, reachOf: ReachOf): Promise<Site[]> {
  const accounts = Object.entries(seed.accounts ?? {});
  return Promise.all([
    targetSite(seed, ofTarget),
    ...accounts.map(([name, content]) => accountSite(name, content, known.get(name) ?? {}, reachOf)),
  ]);
}

/** What makes the accounts that are not there, or nobody can look into yet. */
function openings(sites: readonly Site[], operator: AccountCall | undefined, keep: Keep, reachOf: ReachOf): Act[] {
  return sites.flatMap((site) => {
    const { name, reach } = site;
    if (name === undefined || reach !== undefined || operator === undefined) return [];
    return [{ ...accountOf(site), act: () => open({ site, name }, operator, keep, reachOf) }];
  });
}
