// SPDX-License-Identifier: Apache-2.0
/** Stops what a script started, in reverse order, however the script ends. */

/**
 * Runs `body(keep)`. Whatever `body` starts it hands to `keep`, and every kept `stop()` runs when
 * `body` ends, fails, or the process is told to stop (Ctrl-C, SIGTERM, SIGHUP).
 *
 * @param {(keep: <T extends { stop(): Promise<void> }>(started: T) => T) => Promise<T>} body
 * @template T
 * @returns {Promise<T>} what `body` returned.
 */
export async function withCleanup(body) {
  const started = [];
  let stopping;
  const stopAll = () => {
    stopping ??= (async () => {
      while (started.length > 0) await started.pop().stop().catch(report);
    })();
    return stopping;
  };
  const onSignal = (signal) => {
    process.stderr.write(`\n${signal}: stopping what was started\n`);
    stopAll().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await body((thing) => {
      // Too late to be of use: a signal came while it was starting.
      if (stopping) thing.stop().catch(report);
      else started.push(thing);
      return thing;
    });
  } finally {
    await stopAll();
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}

function report(error) {
  process.stderr.write(`while stopping: ${error?.message ?? error}\n`);
}
