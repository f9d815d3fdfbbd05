// SPDX-License-Identifier: Apache-2.0

/**
 * Callers who hang up: of 1,000 CreateKey calls that are cut off after 0 to 25 ms, each has made a whole
 * key with its one audit event, or nothing. Who hangs up loses the answer, never the event.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventsOfKeys, storedKeyIds, withKeyringFile } from "../lib/keyring-file.mjs";
import { acs3Request, send } from "../lib/signed-request.mjs";
import { removeState, startWorker, temporaryState } from "../lib/worker.mjs";

const AT_ONCE = 40;
/** How long 1,000 callers wait, each from 0 to 25 ms; and 100 between them, who wait for their answer. */
const PATIENCE_MS = Array.from({ length: 1_100 }, (_, index) => (index % 11 === 10 ? undefined : index % 26));
/** Without a new key for so long, every call that goes on has come to its end. */
const QUIET_MS = 500;

const signed = (worker, action, params) => acs3Request(worker.credentials, worker.host, action, params);

/** Sends CreateKey and hangs up after `patienceMs`, if ever; gives the key's id if the answer came. */
async function createOrHangUp(worker, patienceMs) {
  const signal = patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs);
  try {
    const { status, json, text } = await send(worker.address, signed(worker, "CreateKey", []), { signal });
    assert.equal(status, 200, text);
    return json.KeyMetadata.KeyId;
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

async function countKeys(worker) {
  const { status, json, text } = await send(worker.address, signed(worker, "ListKeys", []));
  assert.equal(status, 200, text);
  return json.TotalCount;
}

async function countWhenQuiet(worker) {
  for (let count = await countKeys(worker); ; ) {
    await sleep(QUIET_MS);
    const again = await countKeys(worker);
    if (again === count) return count;
    count = again;
  }
}

test("of 1,000 CreateKey calls that hang up, no key is without its event", { timeout: 120_000 }, async (t) => {
  const state = await temporaryState();
  const worker = await startWorker({ state, settings: { MAX_KEYS: "5000" } });
  try {
    const acknowledged = [];
    const callers = PATIENCE_MS.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const patienceMs of callers) {
          const keyId = await createOrHangUp(worker, patienceMs);
          assert.ok(patienceMs !== undefined || keyId !== undefined, "who waits is answered");
          if (keyId !== undefined) acknowledged.push(keyId);
        }
      }),
    );
    const count = await countWhenQuiet(worker);
    t.diagnostic(`of ${PATIENCE_MS.length} calls ${acknowledged.length} were answered in time and ${count} keys were made`);
    assert.ok(count > acknowledged.length, "some hung up on a key that was made");
    assert.ok(count < PATIENCE_MS.length, "some hung up before anything was made");
    await worker.stop();

    await withKeyringFile(state, (keyring) => {
      const keyIds = storedKeyIds(keyring);
      assert.equal(keyIds.length, count);
      const stored = new Set(keyIds);
      assert.deepEqual(acknowledged.filter((keyId) => !stored.has(keyId)), [], "acknowledged and lost");
      assert.deepEqual(eventsOfKeys(keyring, "CreateKey"), new Map(keyIds.map((keyId) => [keyId, 1])));
    });
  } finally {
    await worker.kill();
    await removeState(state);
  }
});
