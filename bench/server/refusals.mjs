// SPDX-License-Identifier: Apache-2.0
/**
 * What requests cost that nobody has signed, in processor time of the runtime's process, beside a signed
 * GenerateDataKey of the same dialect; and the longest answer to any of them.
 */
import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";
import { unsignedRequests } from "./unsigned.mjs";

const BASELINE = "a signed GenerateDataKey";

export async function refusalRows(load, worker, calls, { rounds, say, ...limits }) {
  const { address, region, credentials, workerdPid: pid } = worker;
  const host = new URL(address).host;
  const signed = calls.filter(({ action }) => action === "GenerateDataKey");
  const contenders = [
    ...signed.map((call) => ({ dialect: call.dialect, name: BASELINE, task: { region, credentials, call } })),
    ...unsignedRequests({ host, region, credentials }).map(({ dialect, name, request }) => ({
      dialect,
      name,
      bytes: request.length,
      task: { request: request.toString("base64") },
    })),
  ].map((contender) => ({ ...contender, costs: [], longest: 0 }));
  for (let round = -1; round < rounds; round += 1) {
    say(`requests that nobody has signed: ${round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`}`);
    for (const contender of contenders) {
      const { cpu, longest } = await load.run({ address, pid, ...contender.task, ...limits });
      contender.longest = Math.max(contender.longest, longest);
      if (round >= 0) contender.costs.push(cpu);
    }
  }
  const costs = Object.fromEntries(contenders.slice(0, signed.length).map(({ dialect, costs }) => [dialect, median(costs)]));
  const unsigned = contenders.slice(signed.length);
  const common = { runtime: "workerd", baseline: BASELINE };
  const longest = (list) => Math.max(...list.map((contender) => contender.longest));
  return [
    ...unsigned.map(({ dialect, name, bytes, costs: own }) =>
      row({ case: `${dialect}: ${name}`, bytes, ...common, value: median(own), unit: "ms of CPU", baselineValue: costs[dialect] }),
    ),
    row({
      case: "longest answer to any of them",
      bytes: Math.max(...unsigned.map(({ bytes }) => bytes)),
      ...common,
      value: longest(unsigned),
      unit: "bytes",
      baselineValue: longest(contenders.slice(0, signed.length)),
    }),
  ];
}
