// SPDX-License-Identifier: Apache-2.0
/** `edgekms dev`: a KMS on this machine, for as long as the program runs. */

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { companion, type RunningServer, type ServerModule, type ShellName } from "../../companion.js";
import { type Context, leaf } from "../command.js";
import { CliError, usage } from "../exit.js";
import { text } from "../output.js";

interface Options {
  readonly state?: string;
  readonly seed?: string;
  readonly set?: readonly (readonly [name: string, value: string])[];
  readonly port?: number;
  readonly host?: string;
  readonly https?: boolean;
  readonly quiet?: boolean;
  readonly shell?: ShellName;
}

const SHELLS: readonly ShellName[] = ["sh", "fish", "powershell", "cmd"];
const DEFAULTS = { state: ".edgekms", port: 8787, host: "127.0.0.1" };
/** In the state folder: services tell the secrets of access keys once. */
const SEED_SECRETS = "seed-credentials.json";

/** `edgekms dev` */
export const dev = leaf<Options>({
  about:
    "The real worker in the real runtime, which the package edgekms-server brings. Everything is kept in a folder, " +
    "the access key too, so that what you encrypt today can be decrypted tomorrow.\n\n" +
    "Standard output has the variables by which clients find it, as lines for a shell; all else goes to standard " +
    "error. Ctrl-C ends it. It may be killed at any moment: what it has answered is on disk.",
  options: [
    { flags: "--state <folder>", about: `where everything is kept (default: ${DEFAULTS.state})` },
    { flags: "--seed <file>", about: "what it begins with: accounts, users, policies, keys (see seed.schema.json of the package)" },
    { flags: "--set <name=value>", about: "a setting of the worker (docs/operations.md); several times for several", many: true, parse: assignment },
    { flags: "--port <number>", about: `0 for one that is free (default: ${DEFAULTS.port})`, parse: port },
    { flags: "--host <address>", about: `the address at which it listens (default: ${DEFAULTS.host})` },
    { flags: "--https", about: "by TLS, with a certificate of its own, and the variables by which programs trust it" },
    { flags: "--shell <name>", about: "whose lines to print (default: sh)", choices: SHELLS },
    { flags: "--quiet", about: "the lines alone: nothing of the worker's own log" },
  ],
  examples: [
    { what: "A KMS in this folder", line: "edgekms dev" },
    { what: "With keys and users from a file", line: "edgekms dev --seed seed.json" },
    { what: "For Alibaba's encryption SDK and oss2, which speak only https", line: "edgekms dev --https" },
    { what: "With other settings", line: "edgekms dev --set MAX_KEYS=1000 --set THROTTLE=on" },
    { what: "For a program that starts it", line: "edgekms dev --port 0 --json" },
  ],
  runsUntilEnded: true,
  async run(context, { options }) {
    const seed = await seedIn(options.seed);
    const state = resolve(options.state ?? DEFAULTS.state);
    const { host = DEFAULTS.host, quiet = false } = options;
    if (!isLoopback(host)) warnOf(host, options.https === true, context);
    const server = await companion();
    const running = await server.startServer({
      state,
      host,
      port: options.port ?? DEFAULTS.port,
      https: options.https ?? false,
      quiet,
      settings: Object.fromEntries(options.set ?? []),
      ...(context.global.region === undefined ? {} : { region: context.global.region }),
    });
    try {
      const seeded = await seed?.(running, join(state, SEED_SECRETS), context);
      await announce(context, server, running, { state, shell: options.shell, seeded });
      await ended(running, context.signal);
    } finally {
      await running.stop();
    }
  },
});

/** What programs are told besides. The secrets of a seed's access keys are in its file. */
interface Seeded {
  made: number;
  there: number;
  accounts: Record<string, string>;
  keys: Record<string, string>;
  credentialsFile: string;
}

async function announce(
  { output }: Context,
  server: ServerModule,
  running: RunningServer,
  { state, shell, seeded }: { state: string; shell: ShellName | undefined; seeded: Seeded | undefined },
): Promise<void> {
  const environment = server.environmentOf(running);
  const { address, region, accountId } = running;
  const data = { address, region, accountId, state, pid: process.pid, environment, seeded };
  // A program that started this one reads a line and goes on.
  if (output.json) await output.line(data, "");
  else await output.result(data, text(server.announcement(running, shell)));
}

/** Until somebody ends it. */
async function ended(running: RunningServer, signal: AbortSignal): Promise<void> {
  const asked = new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
  await Promise.race([asked, running.ended]);
  if (!signal.aborted) throw new CliError("unexpected", "the runtime has ended", "Start it again: what it has answered is on disk.");
}

/** Reads a seed, before anything is started, and gives what applies it. */
async function seedIn(file: string | undefined) {
  if (file === undefined) return undefined;
  const { applySeed, fileVault, readSeed } = await import("../../seed/index.js");
  const seed = readSeed(await readFile(file, "utf8"), file);
  return async (server: RunningServer, credentialsFile: string, { output }: Context): Promise<Seeded> => {
    const { address: endpoint, region, accessKeyId, accessKeySecret, operator, trust } = server;
    const target = { endpoint, region, credentials: { accessKeyId, accessKeySecret }, operator, vault: fileVault(credentialsFile) };
    const fetch = trust === undefined ? undefined : (await import("../../testing/trusting-fetch.js")).fetchTrusting(trust.authorityFile);
    const { made, there, accounts, keys, accessKeys } = await applySeed({ ...target, ...(fetch && { fetch }) }, seed);
    output.note(`${file}: ${made.length} made, ${there.length} there already`);
    if (accessKeys.length > 0) output.note(`access keys of the seed: ${credentialsFile}`);
    return { made: made.length, there: there.length, accounts, keys, credentialsFile };
  };
}

function assignment(given: string): readonly [string, string] {
  const at = given.indexOf("=");
  // It may be a secret that lost its name, and is not repeated.
  if (at < 1) throw usage("--set takes NAME=VALUE", "For example: --set MAX_KEYS=1000.");
  return [given.slice(0, at), given.slice(at + 1)];
}

function port(given: string): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number <= 65_535) return number;
  throw usage("--port must be a whole number from 0 to 65535");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}

function warnOf(host: string, https: boolean, { output }: Context): void {
  const heard = https ? "" : " Without --https, whoever is on the way can read what is sent.";
  output.warn(`others can reach ${host}: whoever has the access key may do everything with these keys.${heard}`);
}
