// SPDX-License-Identifier: Apache-2.0
/** How far long work is: a bar with the rate and the time left on a terminal, nothing anywhere else. */

import type { Output } from "../output.js";
import { sizeText, timeText } from "./sizes.js";

/** What is told while work goes on. */
export interface Progress {
  /** So many more bytes were read. */
  add(bytes: number): void;
  /** One file more is done. */
  done(): void;
  stop(): void;
}

/** Work that is over sooner shows nothing. */
const SHOWN_AFTER_MILLIS = 400;
/** Characters of the bar. */
const BAR = 24;
/** Rates are of the last so many seconds. */
const WINDOW_SECONDS = 5;

const NONE: Progress = { add() {}, done() {}, stop() {} };

/**
 * @param total bytes; `undefined` if something does not say how long it is, and so there is no time left
 * @param files how many
 */
export async function progressOf(output: Output, total: number | undefined, files: number): Promise<Progress> {
  if (output.json || process.stderr.isTTY !== true) return NONE;
  const { default: bars } = await import("cli-progress");
  const rate = new Rate();
  let [bytes, count] = [0, 0];
  const line = (bar: string) => {
    const each = rate.perSecond();
    const of = total === undefined ? "" : ` of ${sizeText(total)}`;
    return [
      ...(total === undefined ? [] : [bar, `${total === 0 ? 100 : Math.floor((bytes / total) * 100)}%`]),
      `${sizeText(bytes)}${of}`,
      // All is read; what is left is the disk's, which tells nothing.
      ...(bytes === total ? ["finishing"] : [`${sizeText(each)}/s`]),
      ...(total === undefined || bytes === total ? [] : [`${timeText((total - bytes) / each)} left`]),
      ...(files > 1 ? [`file ${Math.min(count + 1, files)} of ${files}`] : []),
    ].join("  ");
  };
  const bar = new bars.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    // Ctrl-C is the frame's.
    gracefulExit: false,
    fps: 8,
    format: (_, { progress }) => {
      const done = Math.round(Math.min(progress, 1) * BAR);
      return line(output.err.cyan("\u2588".repeat(done) + "\u2591".repeat(BAR - done)));
    },
  });
  let isShown = false;
  const show = () => {
    isShown = true;
    bar.start(total ?? 1, total === undefined ? 0 : bytes);
  };
  const hide = () => bar.stop();
  const timer = setTimeout(show, SHOWN_AFTER_MILLIS);
  // The library tells the terminal to wrap no lines while the bar is there.
  process.once("exit", hide);
  output.around({ hide, show: () => isShown && show() });
  return {
    add(more) {
      bytes += more;
      rate.add(more);
      if (isShown) bar.update(total === undefined ? 0 : bytes);
    },
    done: () => void (count += 1),
    stop() {
      clearTimeout(timer);
      output.around(undefined);
      process.off("exit", hide);
      isShown = false;
      hide();
    },
  };
}

/** Bytes a second over the last few seconds. */
class Rate {
  readonly #seen: { at: number; bytes: number }[] = [{ at: performance.now(), bytes: 0 }];
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
    const at = performance.now();
    this.#seen.push({ at, bytes: this.#bytes });
    while (this.#seen.length > 2 && at - (this.#seen[0]?.at ?? at) > WINDOW_SECONDS * 1000) this.#seen.shift();
  }

  perSecond(): number {
    const [first] = this.#seen;
    if (first === undefined) return 0;
    return (this.#bytes - first.bytes) / Math.max((performance.now() - first.at) / 1000, 0.001);
  }
}
