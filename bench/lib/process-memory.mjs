// SPDX-License-Identifier: Apache-2.0
/** The memory of a process, as Linux tells it. */
import { readFileSync } from "node:fs";

/**
 * The most memory that the program of a process has had resident, in bytes; `undefined` where there is no
 * `/proc`. `resourceUsage().maxRSS` is that of the process, and Linux carries it over from the parent that it
 * was forked from; `VmHWM` begins with the program.
 *
 * @param {number | "self"} pid
 */
export function peakMemory(pid) {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib && Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
