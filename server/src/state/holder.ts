// SPDX-License-Identifier: Apache-2.0
/** Who has the state folder: written by the holder of its lock, for people and for its successor. */

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ServerError } from "../errors.js";
import { writeWhole } from "./files.js";

const FILE = "server.json";
const GONE_WITHIN_MS = 5_000;

/** A server, and the runtime that it started. */
export interface Holder {
  pid: number;
  address?: string;
  workerd?: { pid: number; mark: string | undefined };
}

export function readHolder(folder: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

export function writeHolder(folder: string, holder: Holder): void {
  writeWhole(join(folder, FILE), JSON.stringify(holder));
}

export function removeHolder(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/**
 * Ends the runtime of a predecessor that was killed, unless it has ended. Its watcher does that too, but later
 * than a new start may come, and a watcher can be killed as well.
 *
 * @throws ServerError `StateInUse` if it goes on.
 */
export async function endLeftover(folder: string): Promise<void> {
  const left = readHolder(folder)?.workerd;
  if (left === undefined) return;
  const isIt = () => isAlive(left.pid) && markOf(left.pid) === left.mark;
  // Where no mark can be had, the process may be somebody else's by now, and is not touched.
  if (left.mark !== undefined && isIt()) process.kill(left.pid, "SIGKILL");
  for (const deadline = Date.now() + GONE_WITHIN_MS; isIt(); await sleep(5)) {
    if (Date.now() < deadline) continue;
    const remedy = `End process ${left.pid}; if it is not a workerd, remove ${join(folder, FILE)}`;
    throw new ServerError("StateInUse", `the runtime of a killed server may still use the state folder ${folder}. ${remedy}`);
  }
}

/** Whether a process runs. One that has ended, and of which its parent has not heard, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return linuxStat(pid)?.[0] !== "Z";
}

/** When a process began, as its system says it: with its id, what no other process has. */
export function markOf(pid: number): string | undefined {
  if (process.platform === "linux") return linuxStat(pid)?.[19];
  if (process.platform === "win32") return undefined;
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** The fields of `/proc/<pid>/stat` from the state on: before it is a name that may have spaces. */
function linuxStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
