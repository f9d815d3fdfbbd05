// SPDX-License-Identifier: Apache-2.0
/// <reference lib="esnext.disposable" preserve="true" />
/** The package's one function: options of people's, checked, and what they get for them. */

import { isIP } from "node:net";

import { type Clock, clockOf } from "./clock.js";
import { ServerError } from "./errors.js";
import type { Settings } from "./settings.js";
import { start, type Start, type Started } from "./start.js";

/** How a server is to run. */
export interface ServerOptions {
  /**
   * The folder in which everything is kept: keys, accounts, the server's secrets. Made if it is not there; one
   * server has it at a time. Without it everything is in memory, and gone with `stop`.
   */
  state?: string;
  /** 0, the default, for one that is free. */
  port?: number;
  /**
   * The address at which it listens. Default `127.0.0.1`: whoever reaches it and has its access key may do
   * everything with its keys.
   */
  host?: string;
  /** By TLS, with a certificate of its own; see `trust` of the server. Default false. */
  https?: boolean;
  /** The worker's settings by name, over those that suit development. */
  settings?: Settings;
  /** The region that it serves, as `REGIONS` of the settings does. Default `cn-hangzhou`. */
  region?: string;
  /** Whether its clock can be moved, which only tests want. Default false. */
  movableClock?: boolean;
  /** What a clock that can be moved shows at the start. Default: the time. */
  now?: Date | string | number;
  /** Whether the worker's own log, faults above all, goes nowhere. Default false. */
  quiet?: boolean;
}

/** An access key. */
export interface AccessKey {
  accessKeyId: string;
  accessKeySecret: string;
}

/** PEM files for whoever is to trust the server's certificate. */
export interface Trust {
  /** The server's authority, for what trusts it besides others, such as `NODE_EXTRA_CA_CERTS`. */
  authorityFile: string;
  /** The same and all that Node trusts, for what trusts one file alone, such as `SSL_CERT_FILE`. */
  bundleFile: string;
}

/** A server that answers. */
export interface Server extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8787`. */
  readonly address: string;
  /** The first one that it serves. */
  readonly region: string;
  /** The account that the settings name. */
  readonly accountId: string;
  /** The access key of that account's root. */
  readonly accessKeyId: string;
  /** Its secret. */
  readonly accessKeySecret: string;
  /** The access key of the operator, who makes accounts and sets quotas. */
  readonly operator: AccessKey;
  /** Of a server by https. */
  readonly trust: Trust | undefined;
  /** Of a server with `movableClock`. */
  readonly clock: Clock | undefined;
  /** Once the runtime has ended, by `stop` or otherwise. */
  readonly ended: Promise<void>;
  /** Ends it. More than once does no harm. */
  stop(): Promise<void>;
}

/** The first of the Nodes that have all that is used. */
const NODE = [22, 13] as const;

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return;
  throw new ServerError("NodeTooOld", `edgekms-server needs Node ${NODE.join(".")} or newer; this is ${process.versions.node}`);
}

/** What may be given, so that a slip is not passed over. */
const OPTIONS = ["state", "port", "host", "https", "settings", "region", "movableClock", "now", "quiet"];

/**
 * Starts a server and waits for its first answer: a second or two.
 *
 * It ends with this process at the latest. Everything that it has acknowledged is on disk in `state` by then, so
 * both may be killed at any moment.
 *
 * @example
 * ```js
 * await using server = await startServer({ settings: { MAX_KEYS: 1_000 } });
 * console.log(server.address);
 * ```
 *
 * @throws ServerError `NodeTooOld`, `InvalidOption`, `UnknownSetting`, `InvalidSetting`, `StateInUse`, `StateUnusable`,
 *   `PortInUse`, `WorkerMissing`, `RuntimeFailed`.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  checkNode();
  const what = checked(options);
  return serverOf(await start(what), what.movableClock);
}

/**
 * What callers see of a server.
 *
 * @internal
 */
export function serverOf({ address, bindings, certificate, runtime, stop }: Started, movableClock: boolean): Server {
  const { REGIONS = "", ACCOUNT_ID = "", ACCESS_KEY_ID = "", ACCESS_KEY_SECRET = "" } = bindings;
  const { OPERATOR_ACCESS_KEY_ID = "", OPERATOR_ACCESS_KEY_SECRET = "" } = bindings;
  return {
    address,
    region: REGIONS.split(",")[0]?.trim() ?? "",
    accountId: ACCOUNT_ID,
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: ACCESS_KEY_SECRET,
    operator: { accessKeyId: OPERATOR_ACCESS_KEY_ID, accessKeySecret: OPERATOR_ACCESS_KEY_SECRET },
    trust: certificate && { authorityFile: certificate.authorityFile, bundleFile: certificate.bundleFile },
    clock: movableClock ? clockOf(runtime.miniflare) : undefined,
    ended: runtime.ended,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function checked(options: ServerOptions): Start & { movableClock: boolean } {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw wrong(`there is no option ${unknown}; there are ${OPTIONS.join(", ")}`);
  const { state, port = 0, host = "127.0.0.1", https = false, settings = {}, region } = options;
  const { movableClock = false, now, quiet = false } = options;
  if (state !== undefined && (typeof state !== "string" || state === "")) throw wrong("state must be the name of a folder");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw wrong("port must be a whole number from 0 to 65535");
  if (host !== "localhost" && isIP(host) === 0) throw wrong("host must be an IP address of this machine, or localhost");
  for (const [name, value] of Object.entries({ https, movableClock, quiet })) {
    if (typeof value !== "boolean") throw wrong(`${name} must be true or false`);
  }
  const at = now === undefined ? undefined : new Date(now).getTime();
  if (at !== undefined && (Number.isNaN(at) || !movableClock)) {
    throw wrong("now must be a Date, a text that Date reads, or milliseconds, and goes with movableClock: true");
  }
  if (typeof settings !== "object" || settings === null) throw wrong("settings must be an object of names and values");
  if (region !== undefined && "REGIONS" in settings) throw wrong("region and the setting REGIONS say the same: leave one out");
  const all = region === undefined ? settings : { ...settings, REGIONS: region };
  const clockOffsetMillis = at === undefined ? 0 : at - Date.now();
  return { state, port, host, https, settings: all, movableClock, clockOffsetMillis, quiet };
}

function wrong(message: string): ServerError {
  return new ServerError("InvalidOption", message);
}
