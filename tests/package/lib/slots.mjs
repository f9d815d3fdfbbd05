// SPDX-License-Identifier: Apache-2.0

/** What the core holds of messages, counted at its border: every call that makes a number, and every one that frees it. */

import { core } from "../../../pkg/dist/core/core.js";

const MAKERS = ["seal_begin", "header_read", "aes_new"];

/**
 * Counts from now on. `held()` is how many messages the core has; numbers that are freed twice, or never were
 * made, are kept in `wrong`.
 */
export async function countSlots() {
  const it = await core();
  const { flat } = it;
  const held = new Set();
  const wrong = [];
  let made = 0;
  const counted = { ...flat };
  for (const name of MAKERS) {
    counted[name] = (...given) => {
      const slot = flat[name](...given);
      if (slot > 0) {
        if (held.has(slot)) wrong.push(slot);
        held.add(slot);
        made += 1;
      }
      return slot;
    };
  }
  counted.free = (slot) => {
    if (!held.delete(slot)) wrong.push(slot);
    return flat.free(slot);
  };
  it.flat = counted;
  return {
    wrong,
    held: () => held.size,
    made: () => made,
    stop: () => {
      it.flat = flat;
    },
  };
}
