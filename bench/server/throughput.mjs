// SPDX-License-Identifier: Apache-2.0
/** Requests a second, p50 and p99 of each call beside a worker that does nothing. */
import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";

const BASELINE = "a Rust worker that does nothing";

/** Our worker and another that does less, turn by turn, with the same requests. */
export async function throughputRows(load, call, [ours, other], { rounds, say, baseline = BASELINE, ...limits }) {
  const targets = [ours, { ...other, region: ours.region, credentials: ours.credentials }];
  const results = targets.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { address, region, credentials }] of targets.entries()) {
      const which = round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`;
      say(`${nameOf(call)}: ${index === 0 ? "edgekms" : baseline}, ${which}`);
      const result = await load.run({ address, region, credentials, call, ...limits });
      if (round >= 0) results[index].push(result);
    }
  }
  const middle = (list, what) => median(list.map((result) => result[what]));
  const common = { runtime: "workerd", bytes: call.bytes, baseline };
  return [
    ["", "rate", "requests/s"],
    [" p50", "p50", "ms"],
    [" p99", "p99", "ms"],
  ].map(([suffix, what, unit]) => {
    const [value, baselineValue] = results.map((list) => middle(list, what));
    return row({ case: `${nameOf(call)}${suffix}`, ...common, value, unit, baselineValue });
  });
}

/** A call's name in the table: with the kind of its key, where that matters. */
export function nameOf({ dialect, action, kind }) {
  return [dialect, action, kind].filter(Boolean).join(" ");
}
