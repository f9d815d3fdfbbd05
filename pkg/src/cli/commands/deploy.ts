// SPDX-License-Identifier: Apache-2.0
/** `edgekms deploy` */

import { dirname, resolve } from "node:path";

import { companion, type ServerModule } from "../../companion.js";
import { type Context, leaf } from "../command.js";
import { configOf, regionsOf, type Wishes } from "../deploy/config.js";
import { Folder, type State } from "../deploy/folder.js";
import { keepSecrets, keptSecrets, newSecrets, refuseKept, type Secrets } from "../deploy/secrets.js";
import { Wrangler } from "../deploy/wrangler.js";
import { CliError, usage } from "../exit.js";
import { nearest } from "../../kms/nearest.js";
import { list, saying } from "../output.js";

const DIR = "edgekms-deploy";
const RECOVERY = "edgekms-recovery.json";

interface Options {
  readonly dir?: string;
  readonly name?: string;
  readonly regions?: readonly string[];
  readonly domain?: string;
  readonly origin?: readonly string[];
  readonly archive?: string;
  readonly set?: readonly (readonly [name: string, value: string])[];
  readonly recoveryFile?: string;
  readonly dryRun?: boolean;
}

/** `edgekms deploy` */
export const deploy = leaf<Options>({
  about:
    "Writes a folder with Wrangler's configuration and the worker, which edgekms-server brings, and calls Wrangler, " +
    "which is installed in your project. Cloudflare makes the KV namespace by itself.\n\n" +
    "The first time it makes the deployment's secrets on this machine: root keys, a backup key, an access key and the " +
    "operator's, a token for its metrics. They go into a recovery file, readable by you alone, and to Cloudflare, which never shows them again. " +
    "Asks whether the file is kept, before anything is deployed: whoever loses it loses every key.\n\n" +
    "The second time it deploys this release with the same secrets and settings; what is given changes.",
  options: [
    { flags: "--dir <folder>", about: `the deployment's folder (default: ${DIR})` },
    { flags: "--name <name>", about: "the worker's name at Cloudflare (default: edgekms)" },
    { flags: "--regions <names>", about: "its regions, parted by commas; each is a keyring of its own, the first is the default (default: cn-hangzhou, or --region)", parse: parted },
    { flags: "--domain <host>", about: "a host in a zone of yours, such as kms.example.com; with several regions kms.REGION.example.com too" },
    { flags: "--origin <origin>", about: "a web page's that may call, such as https://app.example.com; may be repeated", many: true },
    { flags: "--archive <bucket>", about: "an R2 bucket for events that are older than the objects keep them" },
    { flags: "--set <name=value>", about: "a setting of docs/operations.md; may be repeated", many: true, parse: assignment },
    { flags: "--recovery-file <path>", about: `where the secrets are kept (default: ${RECOVERY} beside the folder)` },
    { flags: "--dry-run", about: "do all that is done on this machine, and upload nothing" },
  ],
  examples: [
    { what: "See what it would do", line: "edgekms deploy --dry-run" },
    { what: "With a host of its own", line: "edgekms deploy --domain kms.example.com --regions cn-hangzhou,cn-beijing" },
    { what: "This release, in place of an earlier one", line: "npm install edgekms edgekms-server && edgekms deploy" },
  ],
  async run(context, { options }) {
    const { output, signal } = context;
    const server = await companion();
    const settings = settingsOf(options.set ?? [], server);
    const folder = new Folder(resolve(options.dir ?? DIR));
    const wrangler = Wrangler.find([process.cwd(), folder.path, server.deployable().folder], signal);
    const before = await folder.held();
    const { region } = context.global;
    const regions = options.regions ?? (region === undefined ? undefined : [region]);
    const wishes: Wishes = { ...options, regions, origins: options.origin, settings };
    const worker = server.deployable();
    const config = configOf(worker.about, folder.mainOf(worker), before, wishes);
    const held = await folder.state();
    const recoveryFile = resolve(options.recoveryFile ?? held?.recoveryFile ?? resolve(dirname(folder.path), RECOVERY));
    if (held === undefined) await refuseKept(recoveryFile);
    if (held?.secretsSent !== undefined && before !== undefined && config.name !== before.name) {
      // A worker of another name would have no secrets.
      throw new CliError("conflict", `${folder.path} is the deployment of ${before.name}`, "Another one has a folder of its own: --dir.");
    }
    await folder.write(config, worker);
    const { secrets, state } = await secretsOf(folder, held, recoveryFile);
    const dryRun = options.dryRun === true;
    const isFirst = state.secretsSent === undefined;
    if (isFirst) await askKept(context, state.recoveryFile);
    const sends = isFirst && (dryRun || (await mustSend(wrangler, folder, config.name, state)));
    const { targets } = await wrangler.deploy(folder.config, { dryRun, secretsFile: sends ? state.recoveryFile : undefined });
    if (isFirst && !dryRun) await folder.setState({ ...state, secretsSent: new Date().toISOString() });
    const hosts = (config.routes ?? []).filter(({ custom_domain }) => custom_domain).map(({ pattern }) => `https://${pattern}`);
    const endpoint = hosts[0] ?? targets.find((target) => target.startsWith("https://"));
    const about = {
      Name: config.name,
      Folder: folder.path,
      Regions: regionsOf(config.vars),
      Endpoint: endpoint ?? null,
      Endpoints: hosts.length > 0 ? hosts : targets,
      RecoveryFile: state.recoveryFile,
      AccountId: secrets?.["ACCOUNT_ID"] ?? null,
      AccessKeyId: secrets?.["ACCESS_KEY_ID"] ?? null,
      Deployed: options.dryRun !== true,
    };
    await output.result(
      about,
      list([
        ["worker", about.Name],
        ["folder", about.Folder],
        ["regions", about.Regions.join(", ")],
        ["answers at", about.Endpoints.join(", ") || "what Wrangler says, above"],
        ["account", about.AccountId],
        ["access key id", about.AccessKeyId],
        ["secrets", about.RecoveryFile],
      ].filter(([, value]) => value !== null) as [string, string][]),
      saying(options.dryRun ? "Nothing was uploaded. The same line without --dry-run deploys it." : nextStep(endpoint, about.AccessKeyId)),
    );
  },
});

function nextStep(endpoint: string | undefined, accessKeyId: string | null): string {
  if (accessKeyId === null) return "It has the secrets that it had.";
  const url = endpoint ?? "https://…";
  return `Next: edgekms configure --endpoint ${url} --access-key-id ${accessKeyId}, with ACCESS_KEY_SECRET of the recovery file; then edgekms doctor.`;
}

/** The secrets of a deployment that has none at Cloudflare yet; one that has needs none from here. */
async function secretsOf(folder: Folder, held: State | undefined, recoveryFile: string): Promise<{ secrets: Secrets | undefined; state: State }> {
  if (held?.secretsSent !== undefined) return { secrets: undefined, state: held };
  const state = { ...held, recoveryFile };
  // First where they will be, so that a run that is ended in between finds what it has made.
  await folder.setState(state);
  const kept = held === undefined ? undefined : await keptSecrets(recoveryFile);
  if (kept !== undefined) return { secrets: kept, state };
  const secrets = newSecrets();
  await keepSecrets(recoveryFile, secrets);
  return { secrets, state };
}

async function askKept({ prompt, output }: Context, path: string): Promise<void> {
  output.note(`${path} has the root keys, the backup key and the access keys of this deployment.`);
  output.note("Cloudflare does not show them again. Without the root keys every key is lost, and with them whoever has them has every key.");
  await prompt.confirm(`Is a copy of ${path} where it outlives this machine, such as in a password manager?`);
}

/**
 * Whether Cloudflare is still to get the secrets. A worker of that name that has root keys of another deployment would
 * get others, and could open nothing any more; one that has ours, of a run that failed after that, has been given them.
 */
async function mustSend(wrangler: Wrangler, folder: Folder, name: string, state: State): Promise<boolean> {
  const hasKeys = (await wrangler.secretsOf(folder.config)).includes("ROOT_KEYS");
  if (hasKeys && state.sending === undefined) {
    throw new CliError(
      "conflict",
      `the worker ${name} is deployed, and has root keys, which new ones would lock out`,
      "Give another --name; or use the folder that it was deployed from.",
    );
  }
  if (!hasKeys) await folder.setState({ ...state, sending: state.sending ?? new Date().toISOString() });
  return !hasKeys;
}

function parted(names: string): string[] {
  return names.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function assignment(given: string): readonly [string, string] {
  const at = given.indexOf("=");
  if (at < 1) throw usage("--set is NAME=VALUE");
  return [given.slice(0, at), given.slice(at + 1)];
}

/** Settings by name. A secret has no place in a configuration, which others read. */
function settingsOf(given: readonly (readonly [string, string])[], { VARIABLES }: ServerModule): Record<string, string> {
  for (const [name] of given) {
    const known = VARIABLES.find((variable) => variable.name === name);
    if (known === undefined) {
      const likely = nearest(name, VARIABLES.map((variable) => variable.name));
      throw usage(`there is no setting ${name}`, likely === undefined ? "docs/operations.md has them." : `Did you mean ${likely}?`);
    }
    if (known.secret || SECRET_TOO.includes(name)) {
      throw usage(`${name} is a secret, and --set writes into a file that others read`, `\`wrangler secret put ${name}\` sets it.`);
    }
  }
  return Object.fromEntries(given);
}

/** Of the recovery file, though they may be shown. */
const SECRET_TOO: readonly string[] = ["ACCOUNT_ID", "ACCESS_KEY_ID", "OPERATOR_ACCESS_KEY_ID"];
