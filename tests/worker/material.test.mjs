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
import { isDeepStrictEqual } from "node:util";
import { until } from "../lib/eventually.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";
import { subkeyMask, unwrapMaterial } from "./lib/hierarchy.mjs";
import { countInMemory, whyUnreadable } from "./lib/memory.mjs";

/** How long material stays after its last use. */
const LIVES_MS = 10_000;
/** The last look begins this long before the material's time is over: searching a process takes seconds on a busy machine. */
const LOOK_MS = 3_000;

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
    /** A look that ended after the material's time says nothing of it: then it is used and looked for again. */
    const useUntilSeenInTime = async () => {
      for (let looks = 0; looks < 5; looks += 1) {
        const usedAt = Date.now();
        await worker.call("GenerateDataKey", { KeyId });
        await sleep(usedAt + LIVES_MS - LOOK_MS - Date.now());
        const { prepared, asItStands } = inMemory();
        if (Date.now() > usedAt + LIVES_MS) continue;
        return assert.ok(prepared > 0 && asItStands === 0, `kept for the next use: ${prepared}, ${asItStands}`);
      }
      assert.fail("this machine is too slow to look before the material's time is over");
    };
    assert.deepEqual(inMemory(), gone, "what made the key has wiped it");

    // Used again and again: one watch over it must reach past the last use.
    for (const pauseMs of [0, 6_000, 6_000]) {
      await sleep(pauseMs);
      await worker.call("GenerateDataKey", { KeyId });
      assertReady("in use");
    }
    await useUntilSeenInTime();
    await until("wiped", () => isDeepStrictEqual(inMemory(), gone), LIVES_MS);
    await worker.call("GenerateDataKey", { KeyId });
    assertReady("unwrapped again when it is needed");
  }));
