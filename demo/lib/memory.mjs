// SPDX-License-Identifier: Apache-2.0
/**
 * Peak memory of this process and of the browser's processes.
 *
 * The browser is a dozen processes that share their code, so adding up resident sizes would count
 * the same page many times. Linux tells each process's proportional share (PSS); elsewhere the
 * browser is not measured and the answer is `undefined`.
 */
import { readFileSync, readdirSync } from "node:fs";

const INTERVAL_MS = 250;

/** The most memory that this process has had resident since it started, in bytes. */
export function ownPeak() {
  return process.resourceUsage().maxRSS * 1024;
}

/**
 * Samples the memory of all processes whose command line holds `marker` (the profile's folder),
 * and of their descendants.
 *
 * @param {string} marker
 * @returns `{ start, peak(), stop() }`, bytes or `undefined`.
 */
export function watchMemory(marker) {
  const start = sample(marker);
  let peak = start;
  const timer = setInterval(() => {
    const now = sample(marker);
    if (now !== undefined && now > (peak ?? 0)) peak = now;
  }, INTERVAL_MS);
  timer.unref();
  return {
    start,
    peak: () => peak,
    stop: async () => clearInterval(timer),
  };
}

function sample(marker) {
  const tree = processTree(marker);
  if (tree.length === 0) return undefined;
  return tree.reduce((sum, pid) => sum + shareOf(pid), 0);
}

/** Process ids of the processes whose command line holds `marker`, and of everything below them. */
export function processTree(marker) {
  const parents = new Map();
  const found = new Set();
  for (const name of list("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const status = read(`/proc/${pid}/stat`);
    // "pid (name with spaces) state ppid ...": the name may hold anything but the last ")".
    parents.set(pid, Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]));
    if (read(`/proc/${pid}/cmdline`).includes(marker)) found.add(pid);
  }
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
    }
  }
  return [...found];
}

function shareOf(pid) {
  const kib = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kib ?? 0) * 1024;
}

/** A process may end while it is being looked at: then it counts as nothing. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
