// SPDX-License-Identifier: Apache-2.0
/// <reference lib="esnext.disposable" preserve="true" />
/** A KMS of a test's own: the real worker in the real runtime, in memory, with a clock that can be moved. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { companion, type RunningServer, type ServerClock } from "../companion.js";
import type { Credentials } from "../credentials/source.js";
import { KmsClient, type KmsClientOptions } from "../entrypoints/node.js";
import { invalidArgument } from "../errors.js";
import type { Dialect } from "../kms/dialect.js";
import type { ReachOptions } from "../kms/kms-client.js";
import type { Fetch } from "../kms/transport.js";
import type { Seed, SeedReport } from "../seed/index.js";
import { fetchTrusting } from "./trusting-fetch.js";

/** What a KMS of a test begins with. */
export interface StartKmsOptions {
  /** What it begins with: a seed (`edgekms/seed`), or the name of a file that has one. */
  seed?: Seed | string | URL;
  /** The worker's settings by name, as docs/operations.md has them, over those that suit development. */
  settings?: Readonly<Record<string, string | number>>;
  /** The region that it serves. Default `cn-hangzhou`. */
  region?: string;
  /** By TLS, as Alibaba's encryption SDK and `oss2` want it; see `trust`. Default false. */
  https?: boolean;
  /** What its clock shows at the start. Default: the time. */
  now?: Date | string | number;
  /** Whether the worker's own log, faults above all, goes to standard error. Default true. */
  log?: boolean;
}

/** Options of a client, of which the KMS knows where it is and whose access key to use. */
export type ClientOptions<D extends Dialect = "aliyun"> = Partial<ReachOptions> & {
  /** Whose protocol it speaks. Default `aliyun`. */
  dialect?: D;
  /** Default: the KMS's first. */
  region?: string;
};

/** A KMS that runs for a test. */
export interface Kms extends AsyncDisposable {
  /** Where it is, such as `http://127.0.0.1:34567`. */
  readonly endpoint: string;
  /** The region that it serves; the first one, if the settings name several. */
  readonly region: string;
  /** The account that the access key is of. */
  readonly accountId: string;
  /** The access key of the account's root, which may do everything with its keys. */
  readonly credentials: Credentials;
  /** The access key of the operator, who makes accounts and sets quotas. */
  readonly operator: Credentials;
  /** What the seed made: ids of keys, access keys of users. */
  readonly seeded: SeedReport | undefined;
  /** Its clock. It goes on by itself, and only forward. */
  readonly clock: ServerClock;
  /** Variables by which another process finds it: of a client made by `KmsClient.fromEnv()`, say. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of one by https: PEM files with its authority alone, and with all others that Node trusts. */
  readonly trust: { readonly authorityFile: string; readonly bundleFile: string } | undefined;
  /** Of one by https: a `fetch` that trusts it, for what is made without `client`. */
  readonly fetch: Fetch | undefined;
  /**
   * A client of it: of its root, unless the options name other credentials.
   *
   * @throws EdgekmsError `InvalidArgument`, which names the option
   */
  client<D extends Dialect = "aliyun">(options?: ClientOptions<D>): KmsClient<D>;
  /** Ends it, and with it all that it held. More than once does no harm. */
  stop(): Promise<void>;
}

/**
 * Starts a KMS and waits for its first answer, a second or two: isolated from all others, in memory, and ended by
 * `await using` or `stop`. Any number of them may run at once; each is a process of some 100 MB.
 *
 * Its clock is moved by `kms.clock.advance(millis)` and `kms.clock.set(time)`: keys are deleted and rotated,
 * temporary credentials end. All that is due by then is done when the promise is kept.
 *
 * @example
 * ```js
 * await using kms = await startKms({ seed: { keys: { "alias/photos": {} } } });
 * const client = kms.client();
 * const { keyMetadata } = await client.describeKey({ keyId: "alias/photos" });
 * await client.scheduleKeyDeletion({ keyId: keyMetadata.keyId, pendingWindowInDays: 7 });
 * await kms.clock.advance(7 * 24 * 60 * 60 * 1000);
 * ```
 *
 * @throws EdgekmsError `PartUnavailable` where edgekms-server is not installed, `InvalidArgument` for a seed or an
 * option that is wrong, and what a seed's calls fail with; edgekms-server's `ServerError` if it does not start.
 */
export async function startKms(options: StartKmsOptions = {}): Promise<Kms> {
  const { seed, settings, region, https, now, log = true } = checked(options);
  // A seed that cannot be read starts nothing.
  const plan = seed === undefined ? undefined : await seedOf(seed);
  const { startServer, environmentOf } = await companion();
  const server = await startServer({
    movableClock: true,
    quiet: !log,
    ...(settings && { settings }),
    ...(region !== undefined && { region }),
    ...(https !== undefined && { https }),
    ...(now !== undefined && { now }),
  });
  try {
    const fetch = server.trust && fetchTrusting(server.trust.authorityFile);
    return kmsOf(server, fetch, environmentOf(server), await plan?.(server, fetch));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function kmsOf(
  server: RunningServer,
  fetch: Fetch | undefined,
  environment: Record<string, string>,
  seeded: SeedReport | undefined,
): Kms {
  const { address: endpoint, region, accountId, accessKeyId, accessKeySecret, operator, trust } = server;
  const credentials = { accessKeyId, accessKeySecret };
  const stop = () => server.stop();
  return {
    endpoint,
    region,
    accountId,
    credentials,
    operator,
    seeded,
    clock: server.clock as ServerClock,
    environment,
    trust,
    fetch,
    client<D extends Dialect = "aliyun">(options: ClientOptions<D> = {}) {
      const known = { endpoint, region, credentials, ...(fetch && { fetch }) };
      return new KmsClient<D>({ ...known, ...options } as KmsClientOptions<D>);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** What applies a seed that has been read. */
async function seedOf(seed: Seed | string | URL) {
  const { applySeed, readSeed } = await import("../seed/index.js");
  const isFile = typeof seed === "string" || seed instanceof URL;
  const path = seed instanceof URL ? fileURLToPath(seed) : String(seed);
  const read = isFile ? readSeed(await readFile(path, "utf8"), path) : seed;
  return ({ address: endpoint, region, accessKeyId, accessKeySecret, operator }: RunningServer, fetch: Fetch | undefined) =>
    applySeed({ endpoint, region, credentials: { accessKeyId, accessKeySecret }, operator, ...(fetch && { fetch }) }, read);
}

/** What may be given, so that a slip is not passed over. */
const OPTIONS = ["seed", "settings", "region", "https", "now", "log"];

function checked(options: StartKmsOptions): StartKmsOptions {
  if (typeof options !== "object" || options === null) throw invalidArgument("startKms takes an object of options");
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw invalidArgument(`startKms has no option ${unknown}; it has ${OPTIONS.join(", ")}`);
  return options;
}
