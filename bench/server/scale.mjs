// SPDX-License-Identifier: Apache-2.0
/**
 * What a call costs as a keyring grows: the same calls, one after another, to keyrings with few and with many
 * keys, each in a worker of its own. They take turns, and the median counts; beside it the processor time of
 * the runtime's process, which a busy machine changes less.
 */
import { startWorker } from "../../demo/lib/worker.mjs";
import { median, rotate } from "../lib/measure.mjs";
import { peakMemory } from "../lib/process-memory.mjs";
import { row } from "../lib/table.mjs";
import { Caller } from "./caller.mjs";
import { fillKeyring } from "./filled-keyring.mjs";
import { processorMillis } from "../lib/processor-time.mjs";

/** The most that a keyring may be set to hold. */
const MOST = 100_000;
const PAGE = 10;

const filters = (...states) => ({ Filters: JSON.stringify([{ Key: "KeyState", Values: states }]) });
/** A full page at `place`, 0 for the first and 1 for the last, of those that pass. */
const page = (place, share = 1, more = {}) => ({ keyIds }) => {
  const pages = Math.floor((keyIds.length * share) / PAGE);
  const parameters = { PageNumber: String(Math.max(1, Math.round(pages * place))), PageSize: String(PAGE), ...more };
  return ["ListKeys", parameters];
};
/** One of the list for each call, from all over it. */
const spread = (list, index, count) => list[Math.floor((index * list.length) / count)];

const describe = (KeyId) => ["DescribeKey", { KeyId }];
const encrypt = (KeyId) => ["Encrypt", { KeyId, Plaintext: "AAAA" }];
const create = () => ["CreateKey", {}];
const enabled = filters("Enabled");
const disabled = filters("Disabled");
const both = filters("Enabled", "Disabled");

/**
 * The calls: for a keyring, the number of this one and how many there will be, what is asked for.
 *
 * @type {{ name: string, ask(keyring: object, index: number, count: number): [string, object], code?: string }[]}
 */
const CASES = [
  { name: "DescribeKey", ask: ({ keyIds }, ...at) => describe(spread(keyIds, ...at)) },
  { name: "DescribeKey by an alias", ask: ({ aliases }, ...at) => describe(spread(aliases, ...at)) },
  { name: "Encrypt by an alias new to the isolate", ask: ({ spareAliases }, index) => encrypt(spareAliases[index]) },
  { name: "ListKeys, first page", ask: page(0) },
  { name: "ListKeys, middle page", ask: page(0.5) },
  { name: "ListKeys, last page", ask: page(1) },
  { name: "ListKeys of a common state, first page", ask: page(0, 0.9, enabled) },
  { name: "ListKeys of a common state, middle page", ask: page(0.5, 0.9, enabled) },
  { name: "ListKeys of a common state, last page", ask: page(1, 0.9, enabled) },
  { name: "ListKeys of a rare state, first page", ask: page(0, 0.05, disabled) },
  { name: "ListKeys of a rare state, last page", ask: page(1, 0.05, disabled) },
  { name: "ListKeys of two states, middle page", ask: page(0.5, 0.95, both) },
  { name: "CreateKey", ask: create },
  // Each keyring is full by now.
  { name: "CreateKey beyond the quota", ask: create, code: "Rejected.LimitExceeded" },
];

/**
 * @param {(stopped: { stop(): Promise<void> }) => any} keep
 * @param {{ say(text: string): void, sizes: number[], rounds: number, calls: number }} limits how many keys, at
 *   least 200; and how many calls in each turn
 */
export async function scaleRows(keep, { say, sizes, rounds, calls }) {
  // The first round warms up.
  const made = (rounds + 1) * calls;
  const filled = [];
  for (const size of sizes) {
    say(`a keyring with ${number(size)} keys`);
    filled.push(await openKeyring(keep, size, made));
  }
  // Not before all are there: the runtime closes a connection that is idle for seconds.
  const keyrings = await Promise.all(filled.map((keyring) => withCaller(keep, keyring)));
  // Compiled code gets faster for hundreds of calls.
  say("warming up");
  await measure(keyrings, CASES[0], rounds, calls);
  const rows = [];
  for (const what of CASES) {
    say(what.name);
    const { took, cpu } = await measure(keyrings, what, rounds, calls);
    rows.push(...beside(keyrings, what.name, took.map(median), "ms"));
    const each = cpu.map((millis) => millis / (rounds * calls));
    rows.push(...beside(keyrings, `${what.name}: processor time`, each, "ms of CPU"));
  }
  const peaks = keyrings.map(({ worker }) => (peakMemory(worker.workerdPid) ?? NaN) / 2 ** 20);
  return [...rows, ...beside(keyrings, "peak memory of the runtime", peaks, "MiB")];
}

/** A worker over a keyring that holds `size` keys, and all that it may when `made` have been made. */
async function openKeyring(keep, size, made) {
  const most = Math.min(size + made, MOST);
  const keyring = keep(await fillKeyring(most - made, made));
  const settings = { AUDIT: "off", MAX_KEYS: String(most), MAX_KEY_VERSIONS: "1000000", MAX_ALIASES: String(MOST) };
  const worker = keep(await startWorker(settings, keyring.state));
  return { ...keyring, size, worker };
}

async function withCaller(keep, keyring) {
  const caller = await Caller.open(keyring.worker);
  keep({ stop: async () => caller.close() });
  return { ...keyring, caller };
}

/** How long each call took, in ms, and how much processor time all calls, for each keyring. */
async function measure(keyrings, what, rounds, calls) {
  const took = keyrings.map(() => []);
  const cpu = keyrings.map(() => 0);
  for (let round = 0; round <= rounds; round += 1) {
    for (const at of rotate([...keyrings.keys()], round)) {
      const keyring = keyrings[at];
      const indices = Array.from({ length: calls }, (_, index) => round * calls + index);
      const asked = indices.map((index) => what.ask(keyring, index, (rounds + 1) * calls));
      const pid = keyring.worker.workerdPid;
      const before = processorMillis(pid);
      const turn = await takeTurn(keyring.caller, asked, what);
      if (round === 0) continue;
      took[at].push(...turn);
      cpu[at] += processorMillis(pid) - before;
    }
  }
  return { took, cpu };
}

/** Makes the calls, one after another, and tells how long each took. */
async function takeTurn(caller, asked, { name, code }) {
  const took = [];
  for (const request of asked.map(([action, parameters]) => caller.sign(action, parameters))) {
    const sent = performance.now();
    const { status, body } = await caller.send(request);
    took.push(performance.now() - sent);
    const isExpected = code ? JSON.parse(body).Code === code : status === 200;
    if (!isExpected) throw new Error(`${name}: status ${status}: ${body.toString().slice(0, 300)}`);
  }
  return took;
}

/** Each keyring's value beside that of the first. */
function beside([{ size: least }, ...larger], name, [baselineValue, ...values], unit) {
  const common = { runtime: "workerd", bytes: 0, unit, baseline: `the same at ${number(least)}`, baselineValue };
  return larger.map(({ size }, index) => row({ case: `${name}, ${number(size)} keys`, ...common, value: values[index] }));
}

const number = (value) => value.toLocaleString("en-US");
