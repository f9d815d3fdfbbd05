// SPDX-License-Identifier: Apache-2.0
/** Requests a second, p50 and p99 of each call beside workers that do less. */
import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";

/** What a worker that does nothing is called in the table. */
export const NOOP = "a Rust worker that does nothing";

/**
 * Our worker and others, turn by turn, with the same requests.
 *
 * @param {object} load
 * @param {object} call
 * @param {object} ours
 * @param {{ name: string, address: string }[]} others each is compared with
 * @param {object} limits
 */
export async function throughputRows(load, call, ours, others, { rounds, say, ...limits }) {
  const { region, credentials } = ours;
  const contenders = [{ name: "edgekms", address: ours.address }, ...others].map((one) => ({ ...one, results: [] }));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, address, results } of contenders) {
      say(`${nameOf(call)}: ${name}, ${round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`}`);
      const result = await load.run({ address, region, credentials, call, ...limits });
      if (round >= 0) results.push(result);
    }
  }
  const [own, ...compared] = contenders;
  return compared.flatMap((other) => rowsBeside(call, own, other));
}

function rowsBeside(call, own, other) {
  const middle = ({ results }, what) => median(results.map((result) => result[what]));
  const common = { runtime: "workerd", bytes: call.bytes, baseline: other.name };
  return [
    ["", "rate", "requests/s"],
    [" p50", "p50", "ms"],
    [" p99", "p99", "ms"],
  ].map(([suffix, what, unit]) => {
    const [value, baselineValue] = [middle(own, what), middle(other, what)];
    return row({ case: `${nameOf(call)}${suffix}`, ...common, value, unit, baselineValue });
  });
}

/** A call's name in the table: with the kind of its key, where that matters. */
export function nameOf({ dialect, action, kind }) {
  return [dialect, action, kind].filter(Boolean).join(" ");
}
