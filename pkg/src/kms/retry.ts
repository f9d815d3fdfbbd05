// SPDX-License-Identifier: Apache-2.0
/** When a failed attempt is made again, and after how long. */

import { EdgekmsError } from "../errors.js";

/** Upper bound of the first wait; it doubles with each attempt. */
const BASE_MILLIS = 100;
/** The same after a call that came too fast: what is let through grows within seconds, not at once. */
const THROTTLED_BASE_MILLIS = 500;
/** Upper bound of any wait that the server did not ask for. */
const CAP_MILLIS = 5_000;
/** A server that asks for more patience than this gets its error reported instead. */
const LONGEST_ASKED_MILLIS = 30_000;

/** What to do after a failure: wait so long, or give up. */
export function retryDelay(
  error: unknown,
  attempt: number,
  repeatable: boolean,
  askedMillis: number | undefined,
): number | undefined {
  if (!(error instanceof EdgekmsError)) return undefined;
  if (!refusedUnprocessed(error) && !(repeatable && outcomeUnknown(error))) return undefined;
  if (askedMillis !== undefined) {
    return askedMillis <= LONGEST_ASKED_MILLIS ? askedMillis : undefined;
  }
  // Full jitter: clients that failed together do not come back together.
  const base = isThrottled(error) ? THROTTLED_BASE_MILLIS : BASE_MILLIS;
  return Math.random() * Math.min(CAP_MILLIS, base * 2 ** (attempt - 1));
}

/** The server says that calls come too fast. */
function isThrottled({ code }: EdgekmsError): boolean {
  return /^(Rejected\.)?Throttling(\.|Exception$|$)/.test(code);
}

/** The server says that it did nothing: any action may be sent again. */
function refusedUnprocessed(error: EdgekmsError): boolean {
  if (isThrottled(error)) return true;
  // A gateway's own 429 is no such word: what is behind it may have done its work.
  return error.code !== "InvalidAnswer" && error.status === 429;
}

/**
 * It may or may not have happened: only an action without harm when doubled is sent again. So it is
 * with 503 too: a keyring that does not answer in time may have done what it was asked.
 */
function outcomeUnknown({ code, status }: EdgekmsError): boolean {
  if (code === "NetworkFault" || code === "Timeout") return true;
  return status !== undefined && (status >= 500 || status === 429);
}

/** The wait that `x-acs-retry-after` asks for (whole seconds), if it does. */
export function askedDelay(headers: Headers): number | undefined {
  const text = headers.get("x-acs-retry-after");
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) * 1000 : undefined;
}

/** Waits, or fails with the signal's reason as soon as it is aborted. */
export async function pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await orAborted(new Promise((resolve) => (timer = setTimeout(resolve, millis))), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** What the work comes to, or a failure with the signal's reason as soon as it is aborted. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort!: () => void;
  const aborted = new Promise<never>((_, reject) => (onAbort = () => reject(signal.reason)));
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
