// SPDX-License-Identifier: Apache-2.0
/**
 * Results as JSON, as a table for a terminal, or as one for README.
 *
 * @typedef {object} Line
 * @property {string} row as `--only` takes it
 * @property {string} case what was done
 * @property {string} runtime where
 * @property {number} [bytes] of plaintext in each call
 * @property {string} contender whose value it is
 * @property {number} [value] not there if `missing`
 * @property {string} unit of `value` and `againstValue`
 * @property {string} [against] what it is compared with
 * @property {number} [againstValue] the other's, in the same run
 * @property {number} [ratio] the middle ratio of the rounds, from `low` to `high`
 * @property {number} [cpuRatio] the same, of bytes a second of processor time
 * @property {number} [must] the ratio (of sizes and memory: the value) that is aimed at
 * @property {number} [good]
 * @property {string} [today] what it was before the client was made anew
 * @property {boolean} [smaller] less is better
 * @property {boolean} [aimed] one of the goals' lines, not a comparison beside them
 * @property {boolean} [missing] the package has no such thing yet
 */
import { matrices } from "./peers.mjs";

/** One JSON object a line, four digits a number: more would be noise. */
export function asJson(lines) {
  const rounded = (_key, value) => (typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);
  return lines.map((line) => JSON.stringify({ ...line, verdict: verdictOf(line) }, rounded)).join("\n");
}

/** @param {{ date: string, machine: string, runtimes: string, rounds: string }} made */
export function asText(lines, made) {
  return sections(lines, made, plainTable);
}

/** Without the columns that tell how much to trust the others. */
export function asMarkdown(lines, made) {
  return sections(lines, made, (table) => markdownTable(without(table, [RANGE, CPU])));
}

function without({ head, rows, right }, titles) {
  const kept = [...head.keys()].filter((column) => !titles.includes(head[column]));
  const pick = (cells) => kept.map((column) => cells[column]);
  return { head: pick(head), rows: rows.map(pick), right: kept.flatMap((from, to) => (right.includes(from) ? [to] : [])) };
}

function sections(lines, { date, machine, runtimes, rounds }, draw) {
  const parts = [`Measured on ${date}: ${machine}; ${runtimes}. ${rounds}.`];
  const speed = lines.filter((line) => line.aimed && !line.smaller);
  if (speed.length > 0) parts.push(draw(speedTable(speed)));
  const small = lines.filter((line) => line.aimed && line.smaller);
  if (small.length > 0) parts.push(draw(smallTable(small)));
  for (const { title, table } of matrices(lines)) parts.push(title, draw(table));
  return parts.join("\n\n");
}

const RANGE = "rounds' range";
const CPU = "by processor time";
const WHERE = { node: "Node 24", node20: "Node 20", chromium: "Chromium", page: "page" };

function speedTable(lines) {
  const head = ["where", "work", "edgekms MB/s", "beside", "its MB/s", "ratio", RANGE, CPU, "must", "good", "before", "goal"];
  const rows = lines.map((line) => [
    WHERE[line.runtime],
    // "edgekms, streams in a pipeline" is another of our ways.
    line.case + line.contender.slice("edgekms".length),
    number(line.value),
    line.against,
    number(line.againstValue),
    number(line.ratio),
    line.missing ? "" : `${number(line.low)}-${number(line.high)}`,
    number(line.cpuRatio),
    number(line.must),
    number(line.good),
    line.today ?? "",
    verdictOf(line) ?? "",
  ]);
  return { head, rows, right: [2, 4, 5, 6, 7, 8, 9, 10] };
}

function smallTable(lines) {
  const head = ["where", "what", "value", "unit", "must", "good", "before", "goal"];
  const rows = lines.map((line) => [
    WHERE[line.runtime],
    line.case,
    number(line.value),
    line.unit,
    number(line.must),
    number(line.good),
    line.today ?? "",
    verdictOf(line) ?? "",
  ]);
  return { head, rows, right: [2, 4, 5, 6] };
}

/** How a line stands to its aims; nothing where nothing is aimed at. */
function verdictOf({ aimed, must, good, smaller, missing, value, ratio }) {
  if (missing) return "not in the package yet";
  if (!aimed || (must === undefined && good === undefined)) return undefined;
  const [got, sign] = smaller ? [value, -1] : [ratio, 1];
  if (good !== undefined && sign * got >= sign * good) return "good";
  return sign * got >= sign * must ? "met" : "MISSED";
}

export function number(value) {
  if (value === undefined) return "";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function plainTable({ head, rows, right }) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((cells) => cells[column].length)));
  const cell = (text, column) => (right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const line = (cells) => cells.map(cell).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

function markdownTable({ head, rows, right }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (right.includes(column) ? "---:" : "---"))), ...rows.map(line)].join("\n");
}
