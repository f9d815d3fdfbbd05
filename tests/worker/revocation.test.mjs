// SPDX-License-Identifier: Apache-2.0

/**
 * How long a key goes on being used after DisableKey was answered, measured by the clock on the wall: in
 * isolates that use it all the time while KV is late, lost, silent or emptied, and in idle ones.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { EVERY_VIEW, withGatedWorker } from "./lib/gated-worker.mjs";

/** Between two calls of one isolate. */
const PAUSE_MS = 250;
/** A key that has been refused for so long will not be used again. */
const QUIET_MS = 2_000;

const DISABLED = [409, "Rejected.Disabled"];

/**
 * One isolate each, beside the first, in which the keys are disabled. An idle one has used its key just
 * before, and calls again so many milliseconds after the bound.
 */
const ISOLATES = [
  { kind: "in use, KV minutes late" },
  { kind: "in use, KV lost", faults: { loseReads: EVERY_VIEW } },
  { kind: "in use, KV silent", faults: { hangReads: EVERY_VIEW } },
  { kind: "in use, KV emptied", emptied: true },
  { kind: "idle until shortly before the bound", callsAgainMs: -QUIET_MS },
  { kind: "idle until the bound", callsAgainMs: 50 },
];

/** A new key, published, and what becomes of it in one isolate. */
async function keyFor(isolate, edge, worker) {
  const { KeyId: id, PrimaryKeyVersion } = (await worker.call("CreateKey")).KeyMetadata;
  await until("the key is published", () => worker.published(`key/${id}`));
  await until("its version is published", () => worker.published(`version/${PrimaryKeyVersion}`));
  return { ...isolate, edge, id, disabled: Infinity, lastUsed: 0, firstRefused: Infinity };
}

async function useOnce(key) {
  const { status, json, text } = await key.edge.send("GenerateDataKey", { KeyId: key.id });
  if (status === 200) {
    key.lastUsed = Date.now();
  } else {
    assert.deepEqual([status, json?.Code], DISABLED, text);
    key.firstRefused = Math.min(key.firstRefused, Date.now());
  }
}

/** Uses a key all the time, until the moment that `end` gives. */
async function use(key, end) {
  for (; Date.now() < end(); await sleep(PAUSE_MS)) await useOnce(key);
}

const useAllTheTime = (key, boundMs) => use(key, () => Math.min(key.disabled + boundMs, key.firstRefused) + QUIET_MS);

/** Uses a key that is disabled not before the isolate's time has come. */
async function useAfterIdling(key, boundMs) {
  const over = key.disabled + boundMs;
  await sleep(over + key.callsAgainMs - Date.now());
  await use(key, () => over + QUIET_MS);
}

/** Disables a key for each isolate, and gives how long each went on using its own. */
async function measure(worker, boundMs) {
  const [first, ...edges] = worker.edges;
  await first.faults({});
  const keys = await Promise.all(ISOLATES.map((isolate, index) => keyFor(isolate, edges[index], worker)));
  const isBusy = ({ callsAgainMs }) => callsAgainMs === undefined;
  const [busy, idle] = [keys.filter(isBusy), keys.filter((key) => !isBusy(key))];
  const used = Promise.all(busy.map((key) => useAllTheTime(key, boundMs)));
  await until("keys are in use", () => busy.every(({ lastUsed }) => lastUsed > 0));
  await Promise.all(idle.map(useOnce));
  // From here on KV takes no change: what it has, it has for good.
  await first.faults({ refuse: EVERY_VIEW });
  for (const key of keys) {
    if (key.emptied) await worker.views.delete(worker.nameOf(`key/${key.id}`));
    await first.call("DisableKey", { KeyId: key.id });
    key.disabled = Date.now();
    assert.deepEqual(await first.refused("GenerateDataKey", { KeyId: key.id }), DISABLED, "here at once");
  }
  await Promise.all([used, ...idle.map((key) => useAfterIdling(key, boundMs))]);
  for (const { kind, id, emptied, lastUsed, firstRefused } of keys) {
    assert.ok(lastUsed > 0 && firstRefused < Infinity, `${kind}: used at first, and refused in the end`);
    assert.equal(await worker.publishedState(id), emptied ? undefined : "Enabled", "KV has not heard of it");
  }
  return keys.map(({ disabled, lastUsed }) => lastUsed - disabled);
}

/** The worst of some rounds, for each isolate. */
async function worstOf(rounds, worker, boundMs) {
  const worst = ISOLATES.map(() => -Infinity);
  await Promise.all(ISOLATES.map(({ faults = {} }, index) => worker.edges[1 + index].faults(faults)));
  for (let round = 0; round < rounds; round += 1) {
    const measured = await measure(worker, boundMs);
    measured.forEach((millis, index) => (worst[index] = Math.max(worst[index], millis)));
  }
  return worst;
}

// Both at once: many short rounds, and a long one.
describe("after DisableKey", { concurrency: 2 }, () => {
  for (const { consistency, boundMs, rounds } of [
    { consistency: "strict", boundMs: 5_000, rounds: 7 },
    { consistency: "eventual", boundMs: 60_000, rounds: 1 },
  ]) {
    test(`no isolate uses the key for longer than ${boundMs / 1000} s, ${consistency}`, (t) =>
      withGatedWorker(
        async (worker) => {
          const worst = await worstOf(rounds, worker, boundMs);
          for (const [index, { kind }] of ISOLATES.entries()) {
            t.diagnostic(`worst revocation ${consistency}, ${kind}: ${worst[index]} ms`);
          }
          assert.ok(worst.every((millis) => millis <= boundMs), worst.join(", "));
        },
        { isolates: 1 + ISOLATES.length, set: [`STATE_CONSISTENCY=${consistency}`] },
      ));
  }
});
