// SPDX-License-Identifier: Apache-2.0
/** Keeps a process to one processor (Linux), so that what is compared has the same of the machine. */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";

/** @param {number} pid of whose threads @param {number | undefined} processor none: any. */
export function pin(pid, processor) {
  const list = processor === undefined ? `0-${availableParallelism() - 1}` : String(processor);
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", list, String(pid)], { stdio: ["ignore", "ignore", "pipe"] });
}

/** Children of this process whose command has `part` in it. @param {string} part @returns {number[]} */
export function childrenWith(part) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isOurs(name, part)).map(Number);
}

function isOurs(pid, part) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state ppid ...": the name may hold anything but the last bracket.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(part);
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
