// SPDX-License-Identifier: Apache-2.0

import { setTimeout as sleep } from "node:timers/promises";

/** A view of a key may be this old in the isolate that answers (docs/operations.md), and a little more. */
const WITHIN_MS = 8000;

/**
 * Tries until it does not throw, for as long as a change may take to be seen everywhere.
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
