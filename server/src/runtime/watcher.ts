// SPDX-License-Identifier: Apache-2.0
/**
 * workerd outlives a parent that is killed. So this process has a watcher, which ends what it was told of once
 * this one is gone, however it went: the watcher's input then ends.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { parse } from "node:path";
import type { Socket } from "node:net";

/** Lines of `+<pid>` and `-<pid>`; at their end, what is left is killed. */
const PROGRAM = `
const pids = new Set();
let rest = "";
process.stdin.setEncoding("utf8").on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) pids[line[0] === "+" ? "add" : "delete"](Number(line.slice(1)));
}).on("close", () => {
  for (const pid of pids) try { process.kill(pid, "SIGKILL"); } catch {}
});`;

let watcher: ChildProcess | undefined;
const watched = new Set<number>();

/** Has the process ended with this one, until `unwatch` is called of it. */
export function watch(pid: number): void {
  watcher ??= startWatcher();
  watched.add(pid);
  tell(`+${pid}\n`);
}

/** Its end is known, or somebody else's matter. */
export function unwatch(pid: number): void {
  if (!watched.delete(pid)) return;
  tell(`-${pid}\n`);
  if (watched.size > 0) return;
  watcher?.stdin?.end();
  watcher = undefined;
}

function tell(line: string): void {
  watcher?.stdin?.write(line);
}

function startWatcher(): ChildProcess {
  const child = spawn(process.execPath, ["-e", PROGRAM], {
    stdio: ["pipe", "ignore", "ignore"],
    // Its own process group: Ctrl-C in a terminal, or a kill of our group, is not to reach it.
    detached: true,
    windowsHide: true,
    // It holds no folder that somebody may want to remove, and loads nothing that this process was told to load.
    cwd: parse(process.execPath).root,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const forget = () => {
    if (watcher === child) watcher = undefined;
  };
  child.once("error", forget).once("exit", forget);
  child.stdin.on("error", forget);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
