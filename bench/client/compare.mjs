// SPDX-License-Identifier: Apache-2.0
/**
 * Contenders take turns, each turn in a fresh process, so that nobody inherits another's heap or compiled code and
 * what slows the machine for a second slows all of them. A ratio is the middle one of the ratios of the rounds.
 *
 * @typedef {{ calls: number, seconds: number, cpuSeconds?: number }} Turn
 * @typedef {Record<"seal" | "open", Turn>} Turns
 * @typedef {import("./work.mjs").Job & { directions: string[] }} Order
 * @typedef {(contender: string, order: Order) => Promise<Turns | { missing: true }>} Runner
 */
import { median, rotate } from "../lib/measure.mjs";
import { sizeOf } from "./plan.mjs";
import { NAMES } from "./rows.mjs";

const OURS = "edgekms";

/**
 * @param {import("./rows.mjs").Row} row
 * @param {Runner} run
 * @param {{ rounds: number, besideRounds: number, timing: { warmMs: number, sliceMs: number }, say: Function }} options
 * @returns {Promise<import("./report.mjs").Line[]>}
 */
export async function compare(row, run, { rounds, besideRounds, timing, say }) {
  const aims = row.aims.map((aim) => ({ ours: OURS, ...aim }));
  const judged = [...new Set(aims.flatMap(({ ours, against }) => [ours, against]))];
  const beside = row.beside ?? [];
  const directions = ["seal", "open"].filter((direction) => row.aims.some((aim) => aim[direction]));
  const job = { ...row.job, ...timing, directions };
  const turns = new Map();
  for (let round = 0; round < rounds; round += 1) {
    say(`${row.id}: round ${round + 1} of ${rounds}`);
    for (const name of rotate([...judged, ...(round < besideRounds ? beside : [])], round)) {
      if (turns.get(name)?.missing) continue;
      const answer = await run(name, job);
      if (answer.missing) turns.set(name, answer);
      else turns.set(name, [...(turns.get(name) ?? []), { round, ...answer }]);
    }
  }
  return directions.flatMap((direction) => [
    ...aims.filter((aim) => aim[direction]).map((aim) => lineOf(row, direction, { ...aim, aim: aim[direction], turns })),
    ...beside.map((against) => lineOf(row, direction, { ours: judged[0], against, turns })),
  ]);
}

function lineOf(row, direction, { ours, against, aim, turns }) {
  const { bytes } = row.job;
  const what = { row: row.id, case: `${sizeOf(bytes)} ${row.title}, ${direction}`, runtime: row.where, bytes, direction };
  const names = { contender: NAMES[ours], against: NAMES[against] };
  const [mine, theirs] = [turns.get(ours), turns.get(against)];
  const common = { ...what, ...names, unit: "MB/s", ...aim, ...(aim === undefined ? {} : { aimed: true }) };
  const rateOf = (turn) => (turn[direction].calls * bytes) / 1e6 / turn[direction].seconds;
  const cpuOf = (turn) => turn[direction].cpuSeconds / turn[direction].calls;
  const rates = (list) => median(list.map(rateOf));
  if (theirs.missing) throw new Error(`${row.id} names ${against}, which has no ${row.job.kind}`);
  if (mine.missing) return { ...common, againstValue: rates(theirs), missing: true };
  const pairs = theirs.map((their) => [mine.find(({ round }) => round === their.round), their]);
  const ratios = pairs.map(([my, their]) => rateOf(my) / rateOf(their));
  const cpuRatios = pairs.map(([my, their]) => cpuOf(their) / cpuOf(my));
  return {
    ...common,
    value: rates(mine),
    againstValue: rates(theirs),
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    cpuRatio: median(cpuRatios),
    rounds: pairs.length,
  };
}
