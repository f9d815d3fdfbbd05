// SPDX-License-Identifier: Apache-2.0
/** A start, in order: folder and lock, secrets and settings, runtime, TLS, a first answer. */

import { mkdtempSync, rmSync } from "node:fs";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { V4MiniflareOptions } from "miniflare";

import type { Certificate } from "./https/certificate.js";
import { type Terminator, terminateTls } from "./https/terminator.js";
import { miniflareOptions, NAME } from "./runtime/options.js";
import { WorkerLog } from "./runtime/log.js";
import { probe } from "./runtime/probe.js";
import { type Runtime, startRuntime } from "./runtime/workerd.js";
import { bindingsOf, type Settings } from "./settings.js";
import { StateFolder } from "./state/folder.js";
import { secretsOf } from "./state/secrets.js";

/** What is to be started. */
export interface Start {
  state: string | undefined;
  host: string;
  port: number;
  https: boolean;
  settings: Settings;
  movableClock?: boolean;
  /** How far a clock that can be moved is ahead at the start. */
  clockOffsetMillis?: number;
  quiet?: boolean;
  /** Another worker than the package's: its folder, and that of its build. */
  worker?: string;
  build?: string;
  /** Whether its first answer is awaited. */
  probed?: boolean;
  /** May change miniflare's options, for a test that needs a binding to fail. */
  extend?: (options: V4MiniflareOptions) => V4MiniflareOptions;
}

/** What has been started. */
export interface Started {
  readonly address: string;
  readonly bindings: Record<string, string>;
  readonly certificate: Certificate | undefined;
  readonly runtime: Runtime;
  /** Ends it; more than once does no harm. */
  stop(): Promise<void>;
}

/** Starts a server. What was begun is undone if something fails. */
export async function start(what: Start): Promise<Started> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const state = what.state === undefined ? undefined : await StateFolder.open(what.state);
    if (state !== undefined) undo.push(() => state.close());
    const bindings = bindingsOf(secretsOf(state?.path), what.settings);
    const log = new WorkerLog(what.quiet === true);
    const runtime = await startRuntime(optionsOf(what, bindings, state?.path, log));
    undo.push(() => runtime.stop());
    state?.runsOn(runtime.pid);
    const inner = await runtime.miniflare.unsafeGetDirectURL(NAME);
    const tls = what.https ? await listenByTls(what, inner, state?.path, undo) : undefined;
    const address = addressOf(what, tls?.terminator.port ?? Number(inner.port));
    state?.answersAt(address);
    if (what.probed !== false) await probe(inner);
    log.begin();
    let stopping: Promise<void> | undefined;
    return { address, bindings, certificate: tls?.certificate, runtime, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function optionsOf(
  what: Start,
  bindings: Record<string, string>,
  state: string | undefined,
  log: WorkerLog,
): V4MiniflareOptions {
  const { worker, build, movableClock = false, clockOffsetMillis, extend = (all) => all } = what;
  // By TLS, the worker itself listens where nobody else reaches it.
  const { host, port } = what.https ? { host: "127.0.0.1", port: 0 } : what;
  const options = miniflareOptions({ bindings, worker, build, state, host, port, movableClock, clockOffsetMillis });
  return extend({ ...options, handleStructuredLogs: ({ message }) => log.line(message) });
}

async function listenByTls(
  { host, port }: Start,
  inner: URL,
  state: string | undefined,
  undo: (() => unknown)[],
): Promise<{ certificate: Certificate; terminator: Terminator }> {
  let folder = state;
  if (folder === undefined) {
    const temporary = mkdtempSync(join(tmpdir(), "edgekms-https-"));
    undo.push(() => rmSync(temporary, { recursive: true, force: true }));
    folder = temporary;
  }
  // Few servers have one, and what makes it takes long to load.
  const { certificateIn } = await import("./https/certificate.js");
  const certificate = await certificateIn(folder, namesOf(host));
  const terminator = await terminateTls(certificate, { host, port, inner });
  undo.push(() => terminator.stop());
  return { certificate, terminator };
}

/** What a server at `host` may be called. */
function namesOf(host: string): string[] {
  const names = new Set(["localhost", "127.0.0.1", "::1"]);
  if (!isEverywhere(host)) names.add(host);
  else {
    names.add(hostname());
    for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
      // An address with a zone is nobody's name for it.
      if (!address.startsWith("fe80:")) names.add(address);
    }
  }
  return [...names];
}

/** Whether all of the machine's addresses are meant. */
function isEverywhere(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** How it is reached from this machine. */
function addressOf({ host, https }: Start, port: number): string {
  const reached = isEverywhere(host) ? "127.0.0.1" : host;
  return `${https ? "https" : "http"}://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
