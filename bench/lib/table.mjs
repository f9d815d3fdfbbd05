// SPDX-License-Identifier: Apache-2.0
/** A benchmark's results: one JSON object a line, or a table for people. */

/**
 * @typedef {object} Row
 * @property {string} case what was done
 * @property {string} runtime where
 * @property {number} bytes of plaintext in each call
 * @property {number} value ours
 * @property {string} unit of `value` and `baselineValue`
 * @property {string} baseline what it is compared with
 * @property {number} baselineValue the baseline's, in the same run
 * @property {number} ratio `value / baselineValue`
 */

/** @returns {Row} with the ratio worked out and the numbers rounded. */
export function row({ case: what, runtime, bytes, value, unit, baseline, baselineValue }) {
  const numbers = { value: round(value), baselineValue: round(baselineValue), ratio: round(value / baselineValue) };
  return { case: what, runtime, bytes, value: numbers.value, unit, baseline, ...numbers };
}

/** @param {Row[]} rows @param {boolean} json */
export function print(rows, json) {
  if (json) for (const line of rows) console.log(JSON.stringify(line));
  else console.log(table(rows));
}

function table(rows) {
  const head = ["case", "runtime", "bytes", "edgekms", "", "beside", "", "ratio"];
  const cells = rows.map((r) => [
    r.case,
    r.runtime,
    size(r.bytes),
    number(r.value),
    r.unit,
    number(r.baselineValue),
    r.baseline,
    `${number(r.ratio)}x`,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column].length)));
  const right = new Set([2, 3, 5, 7]);
  const draw = (line) =>
    line
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ");
  return [draw(head), widths.map((width) => "-".repeat(width)).join("  "), ...cells.map(draw)].join("\n");
}

function size(bytes) {
  if (bytes >= 1 << 20) return `${tenths(bytes / (1 << 20))} MiB`;
  if (bytes >= 1 << 10) return `${tenths(bytes / (1 << 10))} KiB`;
  return `${bytes} B`;
}

const tenths = (value) => Math.round(value * 10) / 10;

function number(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Four digits: more would be noise. */
function round(value) {
  return Number(value.toPrecision(4));
}
