// SPDX-License-Identifier: Apache-2.0
/** Ctrl-C and its kin: work ends where it can, leaves nothing half-written, and the program ends as a shell expects. */

import { CliError, EXITS, type ExitName } from "./exit.js";

const SIGNALS: readonly (readonly [NodeJS.Signals, ExitName, string])[] = [
  ["SIGINT", "interrupted", "interrupted"],
  ["SIGTERM", "terminated", "asked to end"],
  ["SIGHUP", "hungUp", "the terminal went away"],
];

/** Whoever does not heed the signal within this is ended. */
const GRACE_MILLIS = 3_000;

/** Listens from now on. The signal's reason is the error that the program ends with. */
export function listen(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exit, what] of SIGNALS) {
    process.on(name, () => {
      const end = () => process.exit(EXITS[exit].code);
      // A second Ctrl-C means now. What is half-written is removed as the process exits.
      if (controller.signal.aborted) return end();
      setTimeout(end, GRACE_MILLIS).unref();
      controller.abort(new CliError(exit, what));
    });
  }
  return controller.signal;
}

/** Whoever reads the output may go away at any time: `edgekms … | head`. Nothing is said, as by any other program. */
export function endWithPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXITS.brokenPipe.code);
      // Anything else is the error of the write, which somebody awaits; of standard error, nobody can be told.
    });
  }
}
