// SPDX-License-Identifier: Apache-2.0
/**
 * A process of its own that seals and opens one stream, and tells how much memory it had before
 * and at most. `bench/client.mjs` starts it: in a process that did other work, that would count too.
 */
import { readFile } from "node:fs/promises";

import { makeEnvelope, sealAndOpen } from "./edgekms.mjs";
import { PIECE, planOf, randomBytes } from "./plan.mjs";

const piece = randomBytes(PIECE);
const envelope = makeEnvelope();
// Everything is loaded and compiled once before the first reading.
await sealAndOpen(envelope, piece, PIECE);
const before = process.memoryUsage.rss();
await sealAndOpen(envelope, piece, planOf(process.argv[2] === "--quick").stream);
process.send({ before, peak: await peak() });

/**
 * The most memory this program ever had. `resourceUsage().maxRSS` is that of the process, and Linux
 * carries it over from the parent that it was forked from; `VmHWM` begins with the program.
 */
async function peak() {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kib) * 1024;
}
