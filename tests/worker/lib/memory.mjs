// SPDX-License-Identifier: Apache-2.0

/** The memory of another process of ours, searched (Linux). */

import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** Read at once; regions are much larger. */
const CHUNK = 1 << 22;

/** Why a process's memory cannot be read here; undefined if it can. */
export function whyUnreadable(pid) {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r"));
    return undefined;
  } catch (error) {
    return `its memory cannot be read: ${error.code}`;
  }
}

/** Where the process can write, which is where its data are. */
function* writableRegions(pid) {
  for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
    const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (found) yield [Number.parseInt(found[1], 16), Number.parseInt(found[2], 16)];
  }
}

/**
 * How often each of the byte strings is in the memory of a process, all at one moment: it stands still while it is
 * searched, which takes seconds on a busy machine.
 *
 * @param {number} pid
 * @param {Record<string, Buffer>} wanted
 */
export function countInMemory(pid, wanted) {
  const counts = Object.fromEntries(Object.keys(wanted).map((name) => [name, 0]));
  const overlap = Math.max(...Object.values(wanted).map(({ length }) => length)) - 1;
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const buffer = Buffer.alloc(CHUNK + overlap);
  try {
    process.kill(pid, "SIGSTOP");
    for (const [start, end] of writableRegions(pid)) {
      for (let at = start; at < end; at += CHUNK) {
        const read = readAt(memory, buffer, at, Math.min(CHUNK + overlap, end - at));
        for (const [name, bytes] of Object.entries(wanted)) counts[name] += countIn(buffer.subarray(0, read), bytes);
      }
    }
  } finally {
    process.kill(pid, "SIGCONT");
    closeSync(memory);
  }
  return counts;
}

/** Nothing is read of a region that has gone meanwhile. */
function readAt(memory, buffer, at, length) {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch (error) {
    if (error.code === "EIO" || error.code === "EFAULT") return 0;
    throw error;
  }
}

/** Those that begin in the chunk itself, so that none is counted twice. */
function countIn(bytes, wanted) {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0 && at < CHUNK; at = bytes.indexOf(wanted, at + 1)) count += 1;
  return count;
}
