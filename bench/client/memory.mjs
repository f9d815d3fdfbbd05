// SPDX-License-Identifier: Apache-2.0
/**
 * A process of its own that seals and opens one stream, and tells how much memory it had before
 * and at most. `bench/client.mjs` starts it: in a process that did other work, that would count too.
 */
import { peakMemory } from "../lib/process-memory.mjs";
import { makeEnvelope, sealAndOpen } from "./edgekms.mjs";
import { PIECE, planOf, randomBytes } from "./plan.mjs";

const piece = randomBytes(PIECE);
const envelope = makeEnvelope();
// Everything is loaded and compiled once before the first reading.
await sealAndOpen(envelope, piece, PIECE);
const before = process.memoryUsage.rss();
await sealAndOpen(envelope, piece, planOf(process.argv[2] === "--quick").stream);
process.send({ before, peak: peakMemory("self") ?? process.resourceUsage().maxRSS * 1024 });
