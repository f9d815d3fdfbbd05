// SPDX-License-Identifier: Apache-2.0
/** Measuring side by side. Runs in Node and in the browser. */

/**
 * Calls `work` again and again, at least once, until `sliceMs` have passed.
 *
 * @param {() => unknown} work
 * @param {number} sliceMs
 * @returns {Promise<{ calls: number, seconds: number }>}
 */
export async function turn(work, sliceMs) {
  const began = performance.now();
  let calls = 0;
  let now = began;
  do {
    const result = work();
    // Waiting for what is no promise would charge a synchronous contender for a tick.
    if (typeof result?.then === "function") await result;
    calls += 1;
    now = performance.now();
  } while (now - began < sliceMs);
  return { calls, seconds: (now - began) / 1000 };
}

/** The middle value; of an even number, the mean of the two. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The list, begun at another place. */
export function rotate(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
