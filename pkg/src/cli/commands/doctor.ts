// SPDX-License-Identifier: Apache-2.0
/** `edgekms doctor` */

import { stat } from "node:fs/promises";

import { leaf } from "../command.js";
import { ownPath } from "../config/files.js";
import { type Found, identityOf, type Identity, type Settings, settingsOf } from "../config/settings.js";
import { callersOf, credentialsFinding, regionFinding, rootKeysFindings } from "../doctor/caller.js";
import { check, type Finding, type Status } from "../doctor/finding.js";
import { certificateFinding, nameFinding, urlFinding, pageOf } from "../doctor/network.js";
import { clockFinding, corsFinding, lagFinding, readinessFindings, versionFindings } from "../doctor/service.js";
import { CliError } from "../exit.js";
import { told } from "../failure.js";
import { list } from "../output.js";
import { version } from "../program.js";

/** How a status is shown. */
const MARKS: Readonly<Record<Status, string>> = { ok: "ok", warning: "look", failed: "wrong", skipped: "unknown" };

/** `edgekms doctor` */
export const doctor = leaf<{ origin?: string }>({
  about:
    "Looks at each step from here to a key: the settings, the host's name, its certificate, the clock, who asks, the " +
    "region, and what the service says of itself. Changes nothing. Ends with code 1 if something is wrong.",
  options: [{ flags: "--origin <origin>", about: "whether pages of this origin may call: https://app.example.com" }],
  examples: [
    { what: "What is wrong", line: "edgekms doctor" },
    { what: "Before a web page goes live", line: "edgekms doctor --origin https://app.example.com" },
    { what: "What needs somebody, for a program", line: "edgekms doctor --json | jq '.Findings[] | select(.Status == \"failed\")'" },
  ],
  async run({ global, output }, { options: { origin } }) {
    const findings = await examine(global, origin);
    const shown = findings.flatMap(({ check: name, status, what, remedy }) => [
      [`${mark(status, output.out)} ${name}`, what] as const,
      ...(remedy === undefined || status === "ok" ? [] : [["", `→ ${remedy}`] as const]),
    ]);
    const wrong = findings.filter(({ status }) => status === "failed").length;
    const data = findings.map(({ check: Check, status: Status, what: Finding, remedy: Remedy }) => ({ Check, Status, Finding, Remedy }));
    await output.result({ Ok: wrong === 0, Findings: data }, list(shown));
    if (wrong > 0) throw new CliError("unexpected", `${wrong} ${wrong === 1 ? "check has" : "checks have"} failed`, "What to do is beside each.");
  },
});

function mark(status: Status, colors: { green(text: string): string; yellow(text: string): string; red(text: string): string }): string {
  const text = MARKS[status].padEnd(7);
  if (status === "ok") return colors.green(text);
  return status === "failed" ? colors.red(text) : colors.yellow(text);
}

/** Each step from here to a key; what needs a step that failed is not tried. */
async function examine(global: Parameters<typeof settingsOf>[0], origin: string | undefined): Promise<Finding[]> {
  const found: Finding[] = [...(await fileFindings())];
  const settings = await settingsOf(global);
  const { endpoint } = settings;
  if (endpoint === undefined) {
    return [...found, check("endpoint").failed("no KMS is named", "Give --endpoint, set EDGEKMS_ENDPOINT, or run `edgekms configure`.")];
  }
  const url = urlFinding(endpoint.value, endpoint.from);
  found.push(url);
  if (url.status === "failed") return found;
  const at = new URL(endpoint.value);
  const name = await nameFinding(at);
  found.push(name);
  if (name.status === "failed") return found;
  const certificate = await certificateFinding(at);
  found.push(certificate);
  if (certificate.status === "failed") return found;
  const { findings, page } = await versionFindings(at, version());
  found.push(...findings);
  if (page === undefined || findings.some(({ status }) => status === "failed")) return found;
  // A page has the date of whoever is in front of the worker; of what the KMS itself answers, the worker's.
  const dated = page.headers.has("date") ? page : ((await pageOf(at)) ?? page);
  found.push(clockFinding(dated), ...(await readinessFindings(at)), ...(await callerFindings(settings, endpoint)));
  found.push(await lagFinding(at, process.env["EDGEKMS_METRICS_TOKEN"] || undefined));
  if (origin !== undefined) found.push(await corsFinding(at, origin));
  return found;
}

async function callerFindings(settings: Settings, endpoint: Found<string>): Promise<Finding[]> {
  const { region, credentials, operator } = settings;
  const reachOf = async (identity: Identity) => ({
    endpoint: endpoint.value,
    ...(region !== undefined && { region: region.value }),
    credentials: await identity({ endpoint: endpoint.value }),
  });
  const found: Finding[] = [];
  try {
    const { call, kms } = await callersOf(await reachOf(identityOf(settings)));
    found.push(await credentialsFinding(call, credentials?.from ?? ""));
    if (found[0]?.status === "ok") found.push(await regionFinding(kms, region?.value, region?.from));
  } catch (error) {
    const { what, remedy } = told(error);
    found.push(check("credentials").failed(what, remedy ?? ""));
  }
  const operatorKms = operator && (await callersOf(await reachOf(operator.value))).kms;
  return [...found, ...(await rootKeysFindings(operatorKms))];
}

/** The file with secrets is its owner's alone. */
async function fileFindings(): Promise<Finding[]> {
  const path = ownPath();
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || process.platform === "win32" || (found.mode & 0o077) === 0) return [];
  return [check("configuration").failed(`others on this machine can read ${path}`, `chmod 600 ${path}, and change the access keys in it.`)];
}
