// SPDX-License-Identifier: Apache-2.0
/**
 * A process of its own that does one work, and tells how much memory it had before and at most:
 * `node memory-turn.mjs seal|both|file|raw BYTES`. In a process that did other work, that would count too.
 */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealFile } from "edgekms";

import { peakMemory } from "../lib/process-memory.mjs";
import { makeEnvelope, sealAndOpen, sealOnly } from "./contenders/edgekms.mjs";
import { stream as rawStream } from "./contenders/node-crypto-loop.mjs";
import { makePlainFile } from "./files.mjs";
import { PIECE, randomBytes } from "./plan.mjs";
import { Sink, Source } from "./streams.mjs";

const [what, bytes] = process.argv.slice(2);
const piece = randomBytes(PIECE);
const envelope = makeEnvelope();
const through = (work) => async () => (length) => work(Source.repeat(piece, length), new Sink());

/** Each gets ready, and gives what is then done with so many bytes. */
const WORKS = {
  seal: through((source, sink) => sealOnly(envelope, source, sink)),
  both: through((source, sink) => sealAndOpen(envelope, source, sink)),
  raw: async () => through((await rawStream()).seal)(),
  async file() {
    const folder = await mkdtemp(join(tmpdir(), "edgekms-memory-"));
    process.once("beforeExit", () => rm(folder, { recursive: true, force: true }));
    await makePlainFile(folder, Number(bytes));
    const plain = join(folder, "plain");
    return () => sealFile(envelope, plain, `${plain}.sealed`, { flush: false });
  },
};

const work = await WORKS[what]();
// Everything is loaded and compiled once before the first reading.
await work(PIECE);
try {
  // Linux's peak begins anew here: compiling at the start has one of its own.
  writeFileSync("/proc/self/clear_refs", "5");
} catch {
  // Then the peak is that of the whole process.
}
const before = process.memoryUsage.rss();
await work(Number(bytes));
process.send({ before, peak: peakMemory("self") ?? process.resourceUsage().maxRSS * 1024 });
process.disconnect();
