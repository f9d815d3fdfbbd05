// SPDX-License-Identifier: Apache-2.0
/** The progress bar: percentage, bytes, MB/s and the time that is left. */
import { duration, size } from "./words.mjs";

/** Often enough to look smooth, seldom enough to cost nothing. */
const REDRAW_MS = 100;

/** @param {{ box: HTMLElement, bar: HTMLProgressElement, text: HTMLElement, speed: HTMLElement }} parts */
export function progressMeter({ box, bar, text, speed }) {
  let total = 0;
  let done = 0;
  let doing = "";
  let began = 0;
  let ended = 0;
  let drawn = 0;

  const seconds = () => ((ended || performance.now()) - began) / 1000;
  const draw = () => {
    const share = total === 0 ? 1 : done / total;
    const rate = done / Math.max(seconds(), 0.001);
    bar.value = share * 100;
    text.textContent = `${doing}: ${Math.floor(share * 100)} %, ${size(done)} of ${size(total)}`;
    const left = share < 1 && seconds() > 1 ? `, ${duration((total - done) / rate)} left` : "";
    speed.textContent = `${(rate / 1e6).toFixed(rate < 1e7 ? 1 : 0)} MB/s${left}`;
  };

  return {
    start(bytes, what) {
      [total, done, doing, began, ended, drawn] = [bytes, 0, what, performance.now(), 0, 0];
      box.hidden = false;
      draw();
    },
    update(bytes) {
      done = bytes;
      if (performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      draw();
    },
    finish() {
      done = total;
      ended = performance.now();
      draw();
    },
    hide: () => {
      box.hidden = true;
    },
    /** "in 0.8 s at 512 MB/s" */
    summary() {
      const rate = total / Math.max(seconds(), 0.001) / 1e6;
      return `in ${duration(seconds())} at ${rate.toFixed(rate < 10 ? 1 : 0)} MB/s`;
    },
  };
}
