// SPDX-License-Identifier: Apache-2.0
/**
 * A process of its own that sends one stream through, and tells how much memory it had before and at most:
 * `node memory-turn.mjs seal|both BYTES`. In a process that did other work, that would count too.
 */
import { writeFileSync } from "node:fs";

import { peakMemory } from "../lib/process-memory.mjs";
import { makeEnvelope, sealAndOpen, sealOnly } from "./contenders/edgekms.mjs";
import { PIECE, randomBytes } from "./plan.mjs";
import { Sink, Source } from "./streams.mjs";

const [what, bytes] = process.argv.slice(2);
const work = what === "seal" ? sealOnly : sealAndOpen;
const piece = randomBytes(PIECE);
const envelope = makeEnvelope();
// Everything is loaded and compiled once before the first reading.
await work(envelope, Source.repeat(piece, PIECE), new Sink());
try {
  // Linux's peak begins anew here: compiling at the start has one of its own.
  writeFileSync("/proc/self/clear_refs", "5");
} catch {
  // Then the peak is that of the whole process.
}
const before = process.memoryUsage.rss();
await work(envelope, Source.repeat(piece, Number(bytes)), new Sink());
process.send({ before, peak: peakMemory("self") ?? process.resourceUsage().maxRSS * 1024 });
process.disconnect();
