// SPDX-License-Identifier: Apache-2.0
/** workerd, started by miniflare and ended with this process. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { Miniflare, V4MiniflareOptions } from "miniflare";

import { portInUse, ServerError } from "../errors.js";
import { lettingOthersEnd, release } from "./signals.js";
import { unwatch, watch } from "./watcher.js";

/** A runtime that runs. */
export interface Runtime {
  readonly miniflare: Miniflare;
  readonly pid: number;
  /** Once workerd has ended, be it by `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Which start a process belongs to: several may go on at once, and miniflare does not name its process. */
const starts = new AsyncLocalStorage<(child: ChildProcess) => void>();
let isSubscribed = false;

/** Calls back for each process that is started in the course of a start. */
function hearOfProcesses(): void {
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe("child_process", (message) => starts.getStore()?.((message as { process: ChildProcess }).process));
}

/**
 * Starts it. Until `stop`, what it serves is served; it does not outlive this process.
 *
 * @throws ServerError `PortInUse`, `RuntimeFailed`.
 */
export async function startRuntime(options: V4MiniflareOptions): Promise<Runtime> {
  const { Miniflare, convertV4MiniflareOptions } = await import("miniflare");
  hearOfProcesses();
  const workerd = Promise.withResolvers<ChildProcess>();
  const onProcess = (child: ChildProcess) => {
    child.once("spawn", () => {
      if (!child.spawnargs.includes("serve") || child.pid === undefined) return;
      const { pid } = child;
      watch(pid);
      child.once("exit", () => unwatch(pid));
      workerd.resolve(child);
    });
  };
  const make = () => new Miniflare(convertV4MiniflareOptions(options));
  const miniflare = lettingOthersEnd(() => starts.run(onProcess, make));
  try {
    await miniflare.ready;
  } catch (cause) {
    await miniflare.dispose().catch(() => {});
    release();
    throw failure(cause as Error & { code?: string }, options);
  }
  const child = await workerd.promise;
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= miniflare.dispose().then(() => ended).finally(release));
  return { miniflare, pid: child.pid as number, ended, stop };
}

function failure(cause: Error & { code?: string }, { workers }: V4MiniflareOptions & { workers?: unknown }): ServerError {
  if (cause.code === "ERR_ADDRESS_IN_USE") return portInUse(portOf(workers), cause);
  return new ServerError("RuntimeFailed", `workerd did not start: ${cause.message}`, cause);
}

function portOf(workers: unknown): number | undefined {
  const [first] = workers as { unsafeDirectSockets?: { port?: number }[] }[];
  return first?.unsafeDirectSockets?.[0]?.port;
}
