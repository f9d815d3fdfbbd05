// SPDX-License-Identifier: Apache-2.0
/** All contenders side by side: one table a runtime, a line a contender, a column a work. */
import { NAMES } from "./rows.mjs";

const TITLES = {
  node: "All contenders in Node 24, MB/s, seal / open:",
  chromium: "All contenders in Chromium, MB/s, seal / open:",
};

/** @param {import("./report.mjs").Line[]} lines */
export function matrices(lines) {
  return Object.entries(TITLES).flatMap(([runtime, title]) => {
    const mine = lines.filter((line) => line.runtime === runtime && line.against !== undefined);
    if (mine.length === 0) return [];
    return [{ title, table: matrix(mine, downloadsOf(lines, runtime)) }];
  });
}

function matrix(lines, downloads) {
  const works = [...new Set(lines.map(workOf))];
  const values = new Map();
  for (const line of lines) {
    note(values, line.contender, line, line.value);
    note(values, line.against, line, line.againstValue);
  }
  const order = Object.values(NAMES).filter((name) => values.has(name));
  const head = ["", ...works, "KiB, brotli"];
  const rows = order.map((name) => [name, ...works.map((work) => pair(values.get(name).get(work))), downloads(name)]);
  return { head, rows, right: head.map((_, column) => column).slice(1) };
}

/** "1 KiB message, seal" is the same work as "1 KiB message, open". */
const workOf = (line) => line.case.slice(0, line.case.lastIndexOf(","));

function note(values, name, line, value) {
  if (value === undefined) return;
  const works = values.get(name) ?? values.set(name, new Map()).get(name);
  const pair = works.get(workOf(line)) ?? works.set(workOf(line), {}).get(workOf(line));
  pair[line.direction] = value;
}

function pair(value) {
  if (value === undefined) return "-";
  const digits = (rate) => (rate === undefined ? "-" : rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2));
  return `${digits(value.seal)} / ${digits(value.open)}`;
}

/** A download belongs to a page; what runs in Node alone has the size of its bundle. */
function downloadsOf(lines, runtime) {
  const sizes = lines.filter((line) => line.row === "page" && (line.runtime === "page" || line.runtime === runtime));
  return (name) => {
    const found = sizes.find(({ id, runtime: where }) => (where === "page" ? NAMES[id] === name : name.startsWith(id)));
    return found === undefined ? "-" : found.value.toFixed(0);
  };
}
