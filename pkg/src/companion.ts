// SPDX-License-Identifier: Apache-2.0
/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The package edgekms-server, which runs a KMS on this machine. It is ten times as large as all of this one, so
 * nobody has it who does not ask for it; what is used of it is written down here, and a test holds it to that.
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { EdgekmsError } from "./errors.js";

/** What is used of edgekms-server. */
export interface ServerModule {
  startServer(options: StartOptions): Promise<RunningServer>;
  announcement(server: RunningServer, shell?: ShellName): string;
  environmentOf(server: RunningServer): Record<string, string>;
  deployable(): Deployable;
  readonly SHELLS: readonly ShellName[];
  readonly VARIABLES: readonly { readonly name: string; readonly secret: boolean }[];
}

/** The worker as Cloudflare takes it. */
export interface Deployable {
  readonly folder: string;
  readonly files: readonly string[];
  readonly about: WorkerAbout;
}

/** What Cloudflare must be told of the worker. */
export interface WorkerAbout {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly objects: Readonly<Record<string, string>>;
  readonly namespaces: readonly string[];
  readonly migrations: readonly object[];
  readonly observability: object;
  readonly variables: Readonly<Record<string, string>>;
}

/** A shell whose way to set a variable is known. */
export type ShellName = "sh" | "fish" | "powershell" | "cmd";

/** How a server is to run; absent is the server's default. */
export interface StartOptions {
  state?: string;
  port?: number;
  host?: string;
  https?: boolean;
  settings?: Readonly<Record<string, string | number>>;
  region?: string;
  movableClock?: boolean;
  now?: Date | string | number;
  quiet?: boolean;
}

/** A server that answers. */
export interface RunningServer extends AsyncDisposable {
  readonly address: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly operator: { accessKeyId: string; accessKeySecret: string };
  readonly trust: { authorityFile: string; bundleFile: string } | undefined;
  readonly clock: ServerClock | undefined;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The clock of a KMS: of its requests, its keys' jobs and its sessions. It goes on by itself, and only forward. What a
 * move makes due is done before its promise is kept: all of it at the time moved to, not at the moments in between.
 *
 * Clients sign by a clock of their own, and a signature is taken for 15 minutes (5 by AWS's protocol). Clients of this
 * package learn the time from a refusal, once, and sign anew; so does AWS's SDK for JavaScript.
 */
export interface ServerClock {
  /** The KMS's time. */
  now(): Promise<Date>;
  /** Moves it by milliseconds, at least 0, and gives the new time. Fails with `ServerError` `ClockFailed`. */
  advance(millis: number): Promise<Date>;
  /** Moves it to a time that is to come, and gives it. Fails with `ServerError` `ClockFailed`. */
  set(time: Date | string | number): Promise<Date>;
}

/** Not a literal where it is imported: compilers would look for it. */
const NAME = "edgekms-server";

/**
 * Loads it: from where this package is, else from the project in the current folder, for an `edgekms` that is
 * installed for all projects.
 *
 * @throws EdgekmsError `PartUnavailable` where it is not installed
 */
export async function companion(): Promise<ServerModule> {
  try {
    return await load(NAME);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    const path = inProject();
    if (path !== undefined) return load(pathToFileURL(path).href);
    throw new EdgekmsError("PartUnavailable", "edgekms-server is not installed: npm install --save-dev edgekms-server");
  }
}

async function load(specifier: string): Promise<ServerModule> {
  return (await import(specifier)) as ServerModule;
}

/** Whether it is itself what is missing, and not something that it needs. */
function isMissing(error: unknown): boolean {
  const { code, message = "" } = error as { code?: string; message?: string };
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && message.includes(`'${NAME}'`);
}

function inProject(): string | undefined {
  try {
    return createRequire(join(process.cwd(), "package.json")).resolve(NAME);
  } catch {
    return undefined;
  }
}
