// SPDX-License-Identifier: Apache-2.0
/** What the KMS says of itself, without anybody's signature. */

import { check, type Finding } from "./finding.js";
import { type Page, pageOf } from "./network.js";

const SECOND = 1_000;
/** Requests are refused beyond; the date of an answer has whole seconds, and was made in between. */
const CLOCK_LIMIT_MILLIS = 15 * 60 * SECOND;
const CLOCK_NOTICE_MILLIS = 60 * SECOND;
/** A view that has waited longer than this is late: KV takes what it gets within seconds. */
const LAG_NOTICE_SECONDS = 60;

/** Whether it is a KMS, and which release. */
export async function versionFindings(url: URL, own: string): Promise<{ findings: Finding[]; page: Page | undefined }> {
  const { ok, warning, failed } = check("version");
  const page = await pageOf(new URL("/healthz", url));
  const at = (finding: Finding) => ({ findings: [finding], page });
  if (page === undefined) return at(failed(`${url.origin} does not answer`, "Is it running? Is a firewall or a proxy in between?"));
  const told = objectOf(page.text);
  const version = told?.["version"];
  if (typeof version === "string") {
    const same = version.split(".").slice(0, 2).join(".") === own.split(".").slice(0, 2).join(".");
    if (same) return at(ok(`release ${version}`));
    return at(warning(`release ${version}, and this program is ${own}`, `npx edgekms@${version} speaks as it does; or deploy this release.`));
  }
  if (isKms(told)) return at(warning("it does not tell its release", "It is older than /healthz, or another KMS: some commands may not work."));
  return at(failed(`what answers at ${url.origin} is no KMS (HTTP ${page.status})`, "Check the URL: host, port, and no path."));
}

/** Alibaba's or AWS's form of an error. */
function isKms(told: Record<string, unknown> | undefined): boolean {
  return typeof told?.["RequestId"] === "string" || typeof told?.["__type"] === "string";
}

/** This machine's clock beside the service's. */
export function clockFinding({ headers, asked, answered }: Page): Finding {
  const { ok, warning, failed, skipped } = check("clock");
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) return skipped("the service tells no time", "Compare this machine's clock with another.");
  // Its second ended a second after it began.
  const off = date + SECOND < asked ? asked - date - SECOND : date > answered ? answered - date : 0;
  const text = `${Math.round(Math.abs(off) / SECOND)} s ${off < 0 ? "behind" : "ahead of"} the service's`;
  const remedy = "Set this machine's clock: `timedatectl set-ntp true`, or what your system has for it.";
  if (Math.abs(off) > CLOCK_LIMIT_MILLIS) return failed(`it is ${text}: requests are refused beyond 15 minutes`, remedy);
  if (Math.abs(off) > CLOCK_NOTICE_MILLIS) return warning(`it is ${text}`, remedy);
  return ok("as the service's");
}

/** What to do about a check of `/readyz` that failed. */
const READINESS_REMEDIES: Readonly<Record<string, string>> = {
  settings: "Set the variable that it names: `wrangler secret put NAME`, or in the deployment's wrangler.json.",
  keyring: "Try again in a minute; if it stays so, look at the worker's log and at the platform's status.",
  "root-keys": "Put the version that it names back into ROOT_KEYS: without it, keys cannot be used.",
  kv: "Is the namespace KEY_VIEWS bound, and the platform's KV well? Keys still work, each first look is slower.",
  audit: "Is the object AUDIT_TRAIL bound? Until it stores events, calls are refused unless AUDIT_FAILURE is open.",
};

/** What the service itself checks. */
export async function readinessFindings(url: URL): Promise<Finding[]> {
  const { skipped } = check("readiness");
  const page = await pageOf(new URL("/readyz", url));
  const checks = objectOf(page?.text ?? "")?.["checks"];
  if (typeof checks !== "object" || checks === null) {
    return [skipped("it does not tell whether it is ready", "A release that has /readyz does.")];
  }
  return Object.entries(checks as Record<string, { status?: unknown; reason?: unknown }>).map(([name, { status, reason }]) => {
    const { ok, failed } = check(`ready: ${name}`);
    if (status === "ok") return ok("good");
    return failed(String(reason ?? status), READINESS_REMEDIES[name] ?? "Look at the worker's log.");
  });
}

/** For how long views wait for KV, by the metrics. */
export async function lagFinding(url: URL, token: string | undefined): Promise<Finding> {
  const { ok, warning, failed, skipped } = check("KV lag");
  const remedy = "Give METRICS_TOKEN's value as EDGEKMS_METRICS_TOKEN; a deployment without it has no metrics.";
  if (token === undefined) return skipped("not known without the metrics' token", remedy);
  const page = await pageOf(new URL("/metrics", url), { headers: { authorization: `Bearer ${token}` } });
  if (page?.status !== 200) return failed(`the metrics are refused (HTTP ${page?.status ?? "no answer"})`, remedy);
  const lags = [...page.text.matchAll(/^edgekms_publish_lag_seconds(?:\{[^}]*\})? (\S+)/gm)].map(([, value]) => Number(value));
  const most = Math.max(0, ...lags.filter((lag) => !Number.isNaN(lag)));
  if (most <= LAG_NOTICE_SECONDS) return ok(`${Math.round(most)} s`);
  return warning(`a view has waited ${Math.round(most)} s for KV`, "Look at the platform's status of KV; keys are right meanwhile, and some first looks slower.");
}

/** Whether pages of an origin may call. */
export async function corsFinding(url: URL, origin: string): Promise<Finding> {
  const { ok, failed } = check("CORS");
  const page = await pageOf(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-acs-action,x-acs-date,authorization",
    },
  });
  const allowed = page?.headers.get("access-control-allow-origin");
  if (allowed === origin) return ok(`pages of ${origin} may call`);
  return failed(
    `pages of ${origin} may not call`,
    `Add ${origin} to ALLOWED_ORIGINS of the deployment: scheme, host and port, as the browser's address bar has them.`,
  );
}

/** A JSON object, if it is one. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
