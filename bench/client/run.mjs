// SPDX-License-Identifier: Apache-2.0
/** Runs one runtime's share of the client benchmark: edgekms beside that runtime's contenders. */
import { row } from "../lib/table.mjs";
import { throughput } from "../lib/measure.mjs";
import { makeEnvelope, messageWork, streamWork } from "./edgekms.mjs";
import { PIECE, SIZES, planOf, randomBytes } from "./plan.mjs";

/**
 * @typedef {{ seal: () => unknown, open: () => unknown }} Work
 * @typedef {object} Contender
 * @property {(plaintext: Uint8Array) => Promise<Work>} message
 * @property {(piece: Uint8Array, total: number) => Promise<Work>} stream
 */

/**
 * @param {string} runtime
 * @param {Record<string, Contender>} contenders what edgekms is compared with, by name.
 * @param {{ quick: boolean, say: (text: string) => void }} options
 * @returns {Promise<import("../lib/table.mjs").Row[]>}
 */
export async function runClient(runtime, contenders, { quick, say }) {
  const plan = planOf(quick);
  const envelope = makeEnvelope();
  const rows = [];
  for (const bytes of SIZES) {
    say(`${runtime}: messages of ${bytes} bytes`);
    const plaintext = randomBytes(bytes);
    const works = { edgekms: await messageWork(envelope, plaintext) };
    for (const [name, contender] of Object.entries(contenders)) {
      works[name] = await contender.message(plaintext);
    }
    rows.push(...(await compare(works, { runtime, bytes, suffix: "", turns: plan.small })));
  }
  say(`${runtime}: a stream of ${plan.stream} bytes`);
  const piece = randomBytes(PIECE);
  const works = { edgekms: await streamWork(envelope, piece, plan.stream) };
  for (const [name, contender] of Object.entries(contenders)) {
    works[name] = await contender.stream(piece, plan.stream);
  }
  rows.push(...(await compare(works, { runtime, bytes: plan.stream, suffix: " stream", turns: plan.large })));
  return rows;
}

/** One row for each direction and baseline. */
async function compare(works, { runtime, bytes, suffix, turns }) {
  const rows = [];
  for (const direction of ["seal", "open"]) {
    const turnsOf = Object.fromEntries(Object.entries(works).map(([name, work]) => [name, work[direction]]));
    const { edgekms, ...others } = await throughput(turnsOf, bytes, turns);
    for (const [baseline, baselineValue] of Object.entries(others)) {
      const what = { case: `${direction}${suffix}`, runtime, bytes };
      rows.push(row({ ...what, value: edgekms, unit: "MB/s", baseline, baselineValue }));
    }
  }
  return rows;
}
