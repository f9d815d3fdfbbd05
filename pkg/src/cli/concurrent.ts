// SPDX-License-Identifier: Apache-2.0
/** Many calls, some at a time: a service counts how many come in a second. */

/** How many are under way at once. */
const AT_ONCE = 8;

/** What the work gives for each item, in their order. The first failure is everybody's. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
