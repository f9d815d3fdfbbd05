// SPDX-License-Identifier: Apache-2.0

/**
 * Unwrapped key material, looked for in the worker's memory: it is there while its key is used and 10 s
 * longer, and is then wiped although nobody calls any more.
 *
 * A prepared cipher holds its key as a key schedule and, byte for byte, as XAES's K1: that is looked for,
 * and the key itself.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";
import { subkeyMask, unwrapMaterial } from "./lib/hierarchy.mjs";
import { countInMemory, whyUnreadable } from "./lib/memory.mjs";

/** How long material stays after its last use. */
const LIVES_MS = 10_000;
/** A test's own slowness, and the worker's. */
const SLACK_MS = 1_500;

const sleepUntil = (moment) => sleep(Math.max(0, moment - Date.now()));

test("material is in memory for 10 s after its last use, and then nowhere, without a call", (t) =>
  withGatedWorker(async (worker) => {
    const { workerdPid, region } = worker.about;
    const reason = whyUnreadable(workerdPid);
    if (reason !== undefined) return t.skip(reason);

    const { KeyId, PrimaryKeyVersion } = (await worker.call("CreateKey")).KeyMetadata;
    const version = `version/${PrimaryKeyVersion}`;
    await until("its version is published", () => worker.published(version));
    const { body } = JSON.parse(await worker.views.get(worker.nameOf(version)));
    const material = unwrapMaterial(worker.credentials, region, JSON.parse(body));
    const wanted = { prepared: subkeyMask(material), asItStands: material };
    const inMemory = () => countInMemory(workerdPid, wanted);
    const gone = { prepared: 0, asItStands: 0 };
    const assertReady = (why) => {
      const { prepared, asItStands } = inMemory();
      assert.ok(prepared > 0 && asItStands === 0, `${why}: ${prepared}, ${asItStands}`);
    };
    assert.deepEqual(inMemory(), gone, "what made the key has wiped it");

    // Used again and again: one watch over it must reach past the last use.
    const lastUse = { begun: 0, answered: 0 };
    for (const pauseMs of [0, 6_000, 7_000]) {
      await sleep(pauseMs);
      lastUse.begun = Date.now();
      await worker.call("GenerateDataKey", { KeyId });
      lastUse.answered = Date.now();
      assertReady("in use");
    }
    await sleepUntil(lastUse.begun + LIVES_MS - SLACK_MS);
    assertReady("kept for the next use");
    // A look that took longer than what was left of its time has kept the worker from wiping it.
    await sleepUntil(Math.max(lastUse.answered + LIVES_MS, Date.now()) + SLACK_MS);
    assert.deepEqual(inMemory(), gone, "wiped");
    await worker.call("GenerateDataKey", { KeyId });
    assertReady("unwrapped again when it is needed");
  }));
