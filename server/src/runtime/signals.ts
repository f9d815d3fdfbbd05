// SPDX-License-Identifier: Apache-2.0
/**
 * Miniflare ends the process at SIGINT and its kin, at once. Here it does that only where nobody else listens for
 * them: whoever does, ends what it has begun.
 */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof SIGNALS)[number];

/** Miniflare's listeners, each behind one that lets others go first. */
const behind = new Map<Signal, (signal: Signal) => void>();
let users = 0;

/** Makes a miniflare. Its listeners are ours until `release` was called as often. */
export function lettingOthersEnd<T>(make: () => T): T {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const made = make();
  users += 1;
  for (const [index, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (before[index]?.includes(listener) === true) continue;
      process.off(signal, listener);
      if (behind.has(signal)) continue;
      const last = () => {
        if (process.listeners(signal).every((other) => other === last)) (listener as (signal: Signal) => void)(signal);
      };
      behind.set(signal, last);
      process.on(signal, last);
    }
  }
  return made;
}

/** A miniflare has ended. */
export function release(): void {
  users -= 1;
  if (users > 0) return;
  for (const [signal, listener] of behind) process.off(signal, listener);
  behind.clear();
}
