// SPDX-License-Identifier: Apache-2.0

/** The table of docs/runtimes.md. */

/** One line a runtime, with all the ways in which it is used. */
export function table(rows) {
  const ways = new Map();
  for (const { runtime, how } of rows) ways.set(runtime, [...(ways.get(runtime) ?? []), how]);
  const lines = [...ways].map(([runtime, list]) => `| ${runtime} | ${list.join("; ")} |\n`);
  return `\n| runtime | how it is used |\n|---|---|\n${lines.join("")}\n`;
}
