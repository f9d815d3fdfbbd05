// SPDX-License-Identifier: Apache-2.0
/**
 * Measuring side by side. Runs in Node and in the browser.
 *
 * The contenders take turns in every round, so that what slows the machine for a second slows all
 * of them; the median over the rounds is the result.
 */

/**
 * @param {Record<string, () => unknown>} contenders each call handles the same number of bytes.
 * @param {number} bytes of each call.
 * @param {{ rounds: number, sliceMs: number }} plan at least `sliceMs` for each turn.
 * @returns {Promise<Record<string, number>>} MB/s, by contender.
 */
export async function throughput(contenders, bytes, { rounds, sliceMs }) {
  const names = Object.keys(contenders);
  const rates = Object.fromEntries(names.map((name) => [name, []]));
  // The first turn compiles and warms; it does not count.
  for (const name of names) await turn(contenders[name], Math.min(sliceMs, 50));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of rotate(names, round)) {
      const { calls, seconds } = await turn(contenders[name], sliceMs);
      rates[name].push((calls * bytes) / 1e6 / seconds);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(rates[name])]));
}

async function turn(work, sliceMs) {
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
