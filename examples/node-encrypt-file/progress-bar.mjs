// SPDX-License-Identifier: Apache-2.0
/** A progress bar on the terminal's error output; where that is no terminal, only the last line. */

const WIDTH = 30;
const REDRAW_MS = 100;

/** @param {string} doing such as "Sealing"; @param {number} total bytes. */
export function progressBar(doing, total) {
  const began = performance.now();
  let drawn = 0;

  const rate = (bytes) => `${(bytes / 1e6 / ((performance.now() - began) / 1000)).toFixed(0)} MB/s`;
  const draw = (bytes) => {
    const share = total === 0 ? 1 : Math.min(1, bytes / total);
    const full = Math.round(share * WIDTH);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
    process.stderr.write(`\r${doing} ${bar} ${percent} %  ${(bytes / 1e6).toFixed(1)} MB  ${rate(bytes)}  `);
  };

  return {
    /** What the streams call with their progress. */
    update({ bytesProcessed }) {
      if (!process.stderr.isTTY || performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      draw(bytesProcessed);
    },
    /** Draws the full bar and says where the result is. */
    finish(output) {
      draw(total);
      process.stderr.write(`\n`);
      console.log(output);
    },
  };
}
