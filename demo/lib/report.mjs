// SPDX-License-Identifier: Apache-2.0
/** What the demo prints: one line a step, with its time, and throughput where bytes moved. */

const COLOURS = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (COLOURS ? `\x1b[${code}m${text}\x1b[0m` : text);

const WIDTH = 46;

/** Bold, for headings. */
export const strong = (text) => paint(1, text);
/** Dim, for what is beside the point. */
export const faint = (text) => paint(2, text);

/** `67108864` -> "64.0 MiB" */
export function mebibytes(bytes) {
  if (bytes < 1 << 20) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1 << 30) return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function time(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Counts and times the steps. */
export class Steps {
  #number = 0;

  /**
   * Does one step and prints a line for it.
   *
   * @template T
   * @param {string} title
   * @param {() => Promise<T>} action
   * @param {{ bytes?: number, note?: (result: T) => string }} [details] `bytes` moved, for MB/s.
   * @returns {Promise<T>}
   */
  async run(title, action, { bytes, note } = {}) {
    this.#number += 1;
    const head = `${String(this.#number).padStart(2)}  ${title.padEnd(WIDTH)}`;
    if (process.stdout.isTTY) process.stdout.write(`${head} …`);
    const began = performance.now();
    try {
      const result = await action();
      const took = performance.now() - began;
      const speed = bytes ? `${(bytes / 1e6 / (took / 1000)).toFixed(0)} MB/s` : "";
      this.#line(`${head} ${time(took).padStart(8)} ${speed.padStart(10)}  ${faint(note?.(result) ?? "")}`);
      return result;
    } catch (error) {
      this.#line(`${head} ${paint(31, "failed")}`);
      throw error;
    }
  }

  #line(text) {
    process.stdout.write(`${process.stdout.isTTY ? "\r\x1b[K" : ""}${text.trimEnd()}\n`);
  }
}
