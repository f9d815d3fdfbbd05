// SPDX-License-Identifier: Apache-2.0
/** Numbers and times on the command line. */

import { usage } from "./exit.js";

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw usage(`${name} must be a whole number from ${least} to ${most}, not '${text}'`);
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A moment: a date, or how long ago it was, such as `2h` or `7d`. */
export function moment(name: string): (text: string) => Date {
  return (text) => {
    const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    const date = count === undefined ? new Date(text) : new Date(Date.now() - Number(count) * (UNITS[unit] ?? 0) * 1_000);
    if (!Number.isNaN(date.getTime())) return date;
    throw usage(`${name} must be a time such as 2026-11-29T08:00:00Z, or how long ago, such as 2h or 7d, not '${text}'`);
  };
}

/** So many of something, in words: `1 part`, `2 parts`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** As Alibaba writes times: whole seconds, in UTC. */
export function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
