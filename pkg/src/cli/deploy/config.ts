// SPDX-License-Identifier: Apache-2.0
/** The wrangler configuration of a deployment: what the worker needs is ours, all else is whose folder it is. */

import type { WorkerAbout } from "../../companion.js";
import { usage } from "../exit.js";

/** What a person may want otherwise. What is undefined stays as it was, and is the default of a new deployment. */
export interface Wishes {
  readonly name?: string | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly domain?: string | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly archive?: string | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A custom domain, which Cloudflare makes a record and a certificate for. */
interface Route {
  readonly pattern: string;
  readonly custom_domain?: boolean;
}

/** What of a `wrangler.json` is read here. Wrangler itself writes ids of what it has made into it. */
export interface WranglerConfig {
  readonly name: string;
  readonly main: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly kv_namespaces?: readonly { readonly binding: string }[];
  readonly r2_buckets?: readonly { readonly binding: string }[];
  readonly routes?: readonly Route[];
  readonly workers_dev?: boolean;
}

const DEFAULT_NAME = "edgekms";
const ARCHIVE = "AUDIT_ARCHIVE";
const REGION = /^[a-z\d-]{1,64}$/;
const LABEL = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/;
/** Cloudflare's limit of a worker's name. */
const NAME = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/;

/**
 * The configuration, from the one before and what is wanted otherwise.
 *
 * @param main the main module, as seen from the configuration's folder
 * @throws CliError `usage`, naming what cannot be
 */
export function configOf(about: WorkerAbout, main: string, before: WranglerConfig | undefined, wishes: Wishes): WranglerConfig {
  const name = wishes.name ?? before?.name ?? DEFAULT_NAME;
  if (!NAME.test(name)) throw usage(`'${name}' is no name of a worker`, "It has 1 to 63 lower-case letters, digits or '-'.");
  const vars = variablesOf(about, before, wishes);
  return {
    ...before,
    name,
    main,
    ...{ compatibility_date: about.compatibilityDate, compatibility_flags: about.compatibilityFlags },
    vars,
    ...{ durable_objects: { bindings: Object.entries(about.objects).map(([binding, name]) => ({ name: binding, class_name: name })) } },
    ...{ migrations: about.migrations },
    ...bindingsOf(about, before, wishes),
    ...placesOf(before, wishes, regionsOf(vars)),
    ...{ observability: (before as { observability?: object } | undefined)?.observability ?? about.observability },
  };
}

function variablesOf({ variables }: WorkerAbout, before: WranglerConfig | undefined, wishes: Wishes): Record<string, string> {
  const { regions, origins, settings } = wishes;
  const bad = regions?.find((region) => !REGION.test(region));
  if (bad !== undefined) throw usage(`'${bad}' is no region`, "It is lower-case letters, digits and '-', such as cn-hangzhou.");
  return {
    ...(before?.vars ?? variables),
    ...(regions && { REGIONS: regions.join(",") }),
    ...(origins && { ALLOWED_ORIGINS: origins.join(",") }),
    ...settings,
  };
}

/** The regions that a deployment serves, the default one first. */
export function regionsOf(vars: Readonly<Record<string, string>>): string[] {
  return (vars["REGIONS"] ?? "").split(",").map((region) => region.trim()).filter((region) => region !== "");
}

/** Namespaces and buckets: Wrangler makes what has no id, and remembers it by the binding. */
function bindingsOf({ namespaces }: WorkerAbout, before: WranglerConfig | undefined, { archive }: Wishes) {
  const heldSpaces = before?.kv_namespaces ?? [];
  const missing = namespaces.filter((binding) => !heldSpaces.some((held) => held.binding === binding));
  const heldBuckets = before?.r2_buckets ?? [];
  const others = heldBuckets.filter(({ binding }) => binding !== ARCHIVE);
  const buckets = archive === undefined ? heldBuckets : [...others, { binding: ARCHIVE, bucket_name: archive }];
  return {
    kv_namespaces: [...heldSpaces, ...missing.map((binding) => ({ binding }))],
    ...(buckets.length > 0 && { r2_buckets: buckets }),
  };
}

/** Where it answers. A custom domain takes the place of the one that Cloudflare gives every worker. */
function placesOf(before: WranglerConfig | undefined, { domain }: Wishes, regions: readonly string[]) {
  // A preview is another version over the same keys, at an address that nobody watches.
  const previews = { preview_urls: false };
  if (domain === undefined) return { workers_dev: before?.workers_dev ?? true, ...previews };
  const kept = before?.routes?.filter(({ custom_domain }) => custom_domain !== true) ?? [];
  const routes = hostsOf(domain, regions).map((pattern) => ({ pattern, custom_domain: true }));
  return { workers_dev: false, ...previews, routes: [...kept, ...routes] };
}

/**
 * The hosts of a domain: itself, which is the default region's, and where there are several one of each region, as
 * Alibaba names them: `kms.<region>.` and what comes after.
 */
export function hostsOf(domain: string, regions: readonly string[]): string[] {
  const labels = domain.toLowerCase().split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || domain.length > 253) {
    throw usage(`'${domain}' is no domain`, "It is a host in a zone of your Cloudflare account: kms.example.com.");
  }
  const base = labels[0] === "kms" ? labels.slice(1) : labels;
  const ofRegions = regions.length > 1 ? regions.map((region) => ["kms", region, ...base].join(".")) : [];
  return [labels.join("."), ...ofRegions];
}
