// SPDX-License-Identifier: Apache-2.0
/** How long a process has kept a processor busy (Linux). */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

let ticksASecond;

/** @param {number} pid @returns {number} milliseconds of all its threads, in user mode and in the kernel. */
export function processorMillis(pid) {
  ticksASecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may hold spaces; after it `utime` and `stime` are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksASecond;
}
