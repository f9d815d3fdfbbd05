// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The workers of these tests have one isolate, which has made each change itself and knows of it at
 * once; what is left is the time of a busy machine. How soon other isolates know is measured in
 * tests/worker/revocation.test.mjs.
 */
const WITHIN_MS = 8000;

/**
 * Tries until it does not throw.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
export async function eventually(attempt, withinMs = WITHIN_MS) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/**
 * Waits until it is so.
 *
 * @param {string} what named in the failure
 * @param {() => boolean | Promise<boolean>} holds
 */
export const until = (what, holds, withinMs = WITHIN_MS) =>
  eventually(async () => assert.ok(await holds(), `not within ${withinMs} ms: ${what}`), withinMs);
