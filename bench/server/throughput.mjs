// SPDX-License-Identifier: Apache-2.0
/** Requests a second, p50 and p99 of each call beside a worker that does nothing. */
import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";

const BASELINE = "a Rust worker that does nothing";

/** Our worker and the one that does nothing, turn by turn, with the same requests. */
export async function throughputRows(load, call, [ours, noop], { rounds, say, ...limits }) {
  const targets = [ours, { ...noop, region: ours.region, credentials: ours.credentials }];
  const results = targets.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { address, region, credentials }] of targets.entries()) {
      const which = round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`;
      say(`${call.dialect} ${call.action}: ${index === 0 ? "edgekms" : "no-op"}, ${which}`);
      const result = await load.run({ address, region, credentials, call, ...limits });
      if (round >= 0) results[index].push(result);
    }
  }
  const middle = (list, what) => median(list.map((result) => result[what]));
  const common = { runtime: "workerd", bytes: call.bytes, baseline: BASELINE };
  return [
    ["", "rate", "requests/s"],
    [" p50", "p50", "ms"],
    [" p99", "p99", "ms"],
  ].map(([suffix, what, unit]) => {
    const [value, baselineValue] = results.map((list) => middle(list, what));
    return row({ case: `${call.dialect} ${call.action}${suffix}`, ...common, value, unit, baselineValue });
  });
}
