// SPDX-License-Identifier: Apache-2.0
/** The worker's clock, from outside: `worker/clock.js` is what moves it. */

import type { Miniflare } from "miniflare";

import { ServerError } from "./errors.js";
import { NAME } from "./runtime/options.js";

/**
 * The clock of a server: of its requests, its objects and their alarms. It goes on by itself, and only forward.
 * What is due by then is done before a move is over, all of it at the time moved to and not at the moments in
 * between.
 *
 * Clients sign with a clock of their own, and a KMS takes a signature for 15 minutes (5 in AWS's protocol). Clients
 * of the package edgekms learn the server's time from its refusal, and so does AWS's SDK for JavaScript; others are
 * refused after a longer move.
 */
export interface Clock {
  /** The server's time. */
  now(): Promise<Date>;
  /**
   * Moves it forward, and gives the new time.
   *
   * @param millis at least 0
   * @throws ServerError `ClockFailed`
   */
  advance(millis: number): Promise<Date>;
  /**
   * Moves it forward to a time.
   *
   * @throws ServerError `ClockFailed`: also for a time that is past by the server's clock
   */
  set(time: Date | string | number): Promise<Date>;
}

/** What `worker/clock.js` adds to the worker, for those who have a binding to it. */
interface Movable {
  moveClock(to: { by: number } | { at: number }): Promise<{ now: number } | { trouble: string }>;
}

/**
 * The clock of the worker that miniflare runs, if it is one that can be moved.
 *
 * @internal
 */
export function clockOf(miniflare: Miniflare): Clock {
  const move = async (to: { by: number } | { at: number }) => {
    const worker = (await miniflare.getWorker(NAME)) as unknown as Movable;
    const moved = await worker.moveClock(to);
    if ("trouble" in moved) throw new ServerError("ClockFailed", moved.trouble);
    return new Date(moved.now);
  };
  return {
    now: () => move({ by: 0 }),
    async advance(millis) {
      if (!(Number.isFinite(millis) && millis >= 0)) {
        throw new ServerError("ClockFailed", "advance takes milliseconds, at least 0: the clock only goes forward");
      }
      return move({ by: millis });
    },
    async set(time) {
      const at = new Date(time).getTime();
      if (Number.isNaN(at)) throw new ServerError("ClockFailed", "set takes a Date, a text that Date reads, or milliseconds");
      return move({ at });
    },
  };
}
