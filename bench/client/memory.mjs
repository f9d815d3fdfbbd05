// SPDX-License-Identifier: Apache-2.0
/** What a stream adds to a process, or to a browser, that has done nothing else. */
import { fileURLToPath } from "node:url";

import { watchMemory } from "../../demo/lib/memory.mjs";
import { answerOf } from "./node-farm.mjs";
import { GIB, MIB, sizeOf } from "./plan.mjs";
import { MEMORY_AIM, MEMORY_LARGE, MEMORY_SIZES } from "./rows.mjs";

const TURN = fileURLToPath(new URL("./memory-turn.mjs", import.meta.url));

/** When the collector runs is chance: the middle of several runs counts. */
const RUNS = 3;

const page = (work) => `
  import { makeEnvelope, sealAndOpen } from "./contenders/edgekms.mjs";
  import { stream as rawStream } from "./contenders/webcrypto-loop.mjs";
  import { PIECE, randomBytes } from "./plan.mjs";
  import { Sink, Source } from "./streams.mjs";
  const piece = randomBytes(PIECE);
  const works = {
    both: (source, sink) => sealAndOpen(makeEnvelope(), source, sink),
    raw: async (source, sink) => (await rawStream()).seal(source, sink),
  };
  globalThis.bench = { memory: (bytes) => works.${work}(Source.repeat(piece, bytes), new Sink()) };
`;

/** What `memory-turn.mjs` can do: streams that are open at once, and whose they are. */
const WORKS = {
  seal: { streams: 1, words: "stream, sealed" },
  both: { streams: 2, words: "stream, sealed and opened at once: two streams" },
  file: { streams: 1, words: "file, sealed by sealFile" },
  // What the collector leaves lying about, whoever asks Node for the memory.
  raw: { streams: 1, words: "through the runtime's own AES, with no stream around it", isOurs: false },
};

/** @returns {Promise<import("./report.mjs").Line[]>} */
export async function memoryLines(visit, { quick, large, say }) {
  const sizes = quick ? [8 * MIB] : [...MEMORY_SIZES, ...(large ? [MEMORY_LARGE] : [])];
  const runs = quick ? 1 : RUNS;
  const lines = [];
  for (const bytes of sizes) {
    for (const what of Object.keys(WORKS)) {
      say(`memory: ${sizeOf(bytes)} ${WORKS[what].words}`);
      const readings = await repeat(runs, () => answerOf(TURN, [what, String(bytes)]));
      lines.push(memoryLine("node", what, bytes, readings));
    }
  }
  const bytes = quick ? 8 * MIB : GIB;
  for (const what of ["both", "raw"]) {
    say(`memory: Chromium, ${sizeOf(bytes)} ${WORKS[what].words}`);
    const readings = await repeat(runs, () => inChromium(visit, what, bytes));
    if (readings.every(({ peak }) => peak !== undefined)) lines.push(memoryLine("chromium", what, bytes, readings));
  }
  return lines;
}

const RAW = { node: "node-crypto-loop", chromium: "webcrypto-loop" };

async function repeat(runs, action) {
  const results = [];
  for (let run = 0; run < runs; run += 1) results.push(await action());
  return results;
}

function inChromium(visit, what, bytes) {
  return visit(`memory-${what}`, page(what), async ({ page, profile }) => {
    await page.waitForFunction(() => globalThis.bench !== undefined);
    await page.evaluate((bytes) => globalThis.bench.memory(bytes), MIB);
    const memory = watchMemory(profile);
    await page.evaluate((bytes) => globalThis.bench.memory(bytes), bytes);
    await memory.stop();
    return { before: memory.start, peak: memory.peak() };
  });
}

function memoryLine(runtime, what, bytes, readings) {
  const sorted = readings.map(({ before, peak }) => ({ before, added: peak - before })).sort((a, b) => a.added - b.added);
  const { before, added } = sorted[sorted.length >> 1];
  const { streams, words, isOurs = true } = WORKS[what];
  return {
    row: "memory",
    case: `${sizeOf(bytes)} ${words}`,
    runtime,
    bytes,
    contender: isOurs ? "edgekms" : RAW[runtime],
    unit: "MiB above start",
    value: added / MIB,
    low: sorted[0].added / MIB,
    high: sorted.at(-1).added / MIB,
    start: before / MIB,
    must: isOurs ? MEMORY_AIM.must * streams : undefined,
    smaller: true,
    aimed: true,
  };
}
