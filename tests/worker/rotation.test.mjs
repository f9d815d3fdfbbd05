// SPDX-License-Identifier: Apache-2.0

/** Rotation in the running worker: a year of it in seconds, by the alarm and by its own clock. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../lib/eventually.mjs";
import { storedEvents, withKeyringFile } from "../lib/keyring-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { EVERY_VIEW, startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
const PLAINTEXT = base64("hello");

const rotating = async (worker, RotationInterval) => {
  const made = await worker.call("CreateKey", { EnableAutomaticRotation: "true", RotationInterval });
  return made.KeyMetadata.KeyId;
};
const versions = async (worker, KeyId) => (await worker.call("ListKeyVersions", { KeyId })).TotalCount;
const seal = async (worker, KeyId) => (await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT })).CiphertextBlob;

test("a year passes: a version a month, and what any of them encrypted opens in every isolate", async () => {
  const state = await temporaryState();
  const worker = await startGatedWorker({ state, isolates: 2 });
  try {
    const KeyId = await rotating(worker, "30d");
    const blobs = [await seal(worker, KeyId)];
    for (let month = 1; month <= 12; month += 1) {
      await worker.moveClock(month * 30 * DAY_MS + 60_000 * month);
      await until(`version ${month + 1}`, async () => (await versions(worker, KeyId)) === month + 1);
      blobs.push(await seal(worker.edges[month % 2], KeyId));
    }
    for (const edge of worker.edges) {
      for (const CiphertextBlob of blobs) assert.equal((await edge.call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
    }
    const opened = await Promise.all(blobs.map((CiphertextBlob) => worker.call("Decrypt", { CiphertextBlob })));
    assert.ok(new Set(opened.map(({ KeyVersionId }) => KeyVersionId)).size >= 12, "blobs of (nearly) every version");
    await worker.stop();
    await withKeyringFile(state, (keyring) => {
      const turns = storedEvents(keyring).filter(({ eventName }) => eventName === "RotateKey");
      assert.ok(turns.length >= 3, "the last 90 days of them are kept");
      assert.ok(turns.every((event) => event.keyId === KeyId && event.userIdentity.type === "system"));
    });
  } finally {
    await worker.stop();
    await removeState(state);
  }
});

test("comes although nobody calls, and although KV refuses", () =>
  withGatedWorker(async (worker) => {
    const KeyId = await rotating(worker, "7d");
    const CiphertextBlob = await seal(worker, KeyId);
    await worker.faults({ refuse: EVERY_VIEW });
    await worker.killObject();
    await worker.moveClock(7 * DAY_MS + 60_000);
    await until("a second version", async () => (await versions(worker, KeyId)) === 2);
    assert.equal((await worker.call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
    await worker.faults({});
    const again = await seal(worker, KeyId);
    assert.equal((await worker.call("Decrypt", { CiphertextBlob: again })).Plaintext, PLAINTEXT);
  }));

test("a key that was disabled when its time came turns when it is enabled", () =>
  withGatedWorker(async (worker) => {
    const KeyId = await rotating(worker, "7d");
    await worker.call("DisableKey", { KeyId });
    await worker.moveClock(8 * DAY_MS);
    assert.equal((await worker.call("DescribeKey", { KeyId })).KeyMetadata.AutomaticRotation, "Suspended");
    assert.equal(await versions(worker, KeyId), 1);
    await worker.call("EnableKey", { KeyId });
    await until("a second version", async () => (await versions(worker, KeyId)) === 2);
  }));
