// SPDX-License-Identifier: Apache-2.0
/** Where in a user's program a call was made, for errors that come after waiting. */

import { EdgekmsError } from "./errors.js";

const V8_FRAMES = "\n    at ";

/** The errors that show one caller's line already: what several wait for fails for each of them. */
const placed = new WeakSet<EdgekmsError>();

/**
 * Notes who called `entry`, or who waits for it. What it gives makes an error show that line: after a timer or a
 * socket nothing else of the caller is left on the stack. It takes Node a microsecond or two and Chromium up to
 * 60, which is nothing beside a request and much beside a message. It is for V8's runtimes; others give the error
 * back as it is.
 */
export function callSite(entry: (...given: never[]) => unknown): (error: unknown) => unknown {
  const here: { stack?: string } = {};
  (Error as { captureStackTrace?(target: object, below: unknown): void }).captureStackTrace?.(here, entry);
  return (error) => {
    if (!(error instanceof EdgekmsError)) return error;
    const frames = here.stack?.indexOf(V8_FRAMES) ?? -1;
    if (frames < 0) return error;
    const own = placed.has(error) ? new EdgekmsError(error.code, error.message, error) : error;
    own.stack = `${own}${here.stack?.slice(frames)}`;
    placed.add(own);
    return own;
  };
}
