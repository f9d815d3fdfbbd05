// SPDX-License-Identifier: Apache-2.0
/** "Did you mean": which of some names somebody may have meant by another. */

/** Longer names are compared by their beginnings alone: the work is the product of two lengths. */
const COMPARED = 64;

/**
 * The name that is the fewest slips away, if they are few: letters left out, put in, changed, or swapped
 * with their neighbours. Capitals do not count.
 */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().slice(0, COMPARED);
  let fewest = Math.max(2, Math.floor(wanted.replace("alias/", "").length / 3)) + 1;
  let found: string | undefined;
  for (const name of names) {
    const slips = distance(plain(wanted), plain(name));
    if (slips >= fewest || name === wanted) continue;
    fewest = slips;
    found = name;
  }
  return found;
}

/** Optimal string alignment: the least of the edits above, none of which touches a letter twice. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const at = (line: number[], index: number) => line[index] ?? Infinity;
      let least = Math.min(at(above, column) + 1, at(now, column - 1) + 1, at(above, column - 1) + (isSame ? 0 : 1));
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, at(before, column - 2) + 1);
      now.push(least);
    }
    before = above;
    above = now;
  }
  return above[other.length] ?? Infinity;
}
