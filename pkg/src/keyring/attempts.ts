// SPDX-License-Identifier: Apache-2.0
/** What keyrings tried in order to open one message, and the error that tells it. */

import { Refused } from "../core/core.js";
import { EdgekmsError } from "../errors.js";
import type { MessageScope } from "./materials.js";

/** Most reasons that a text names: a message can have 65,535 data keys, each with its own. */
const MAX_LISTED = 4;

const behind = new WeakMap<object, Attempts>();

/** The attempts of one keyring, or of several together. */
export class Attempts {
  /** What went wrong with each candidate, in the order tried. */
  readonly failures: unknown[] = [];
  /** Why other keyrings had none. */
  readonly #passedOver: string[] = [];

  /** Takes a failure, or all that a keyring inside this one tried. Stops at an abort: that is no answer. */
  failed(error: unknown, { signal }: MessageScope): void {
    signal?.throwIfAborted();
    // A raw AES keyring that wrapped none of the data keys: it has no more to say.
    if (error instanceof Refused) return;
    const inner = behind.get(error as object);
    this.failures.push(...(inner === undefined ? [error] : inner.failures));
    if (inner !== undefined) this.#passedOver.push(...inner.#passedOver);
  }

  /** Says why this keyring had no candidate among the message's data keys. */
  passedOver(reason: string): void {
    this.#passedOver.push(reason);
  }

  /**
   * What the message fails with. The one failure of the one candidate is it itself, with its own code (the
   * CMK is disabled, the service is down): nothing else could have opened the message.
   */
  error(): unknown {
    const failures = this.failures;
    if (failures.length === 1) return failures[0];
    const reasons = failures.length === 0 ? this.#passedOver : failures.map(textOf);
    const listed = reasons.slice(0, MAX_LISTED).map((reason) => ` (${reason})`);
    if (reasons.length > MAX_LISTED) listed.push(` (and ${reasons.length - MAX_LISTED} more)`);
    const text =
      "no keyring could unwrap a data key of this message; check the keys and the encryption context";
    const cause = failures.length === 0 ? undefined : new AggregateError(failures, "every attempt failed");
    const error = new EdgekmsError("NoDataKey", text + listed.join(""), { cause });
    behind.set(error, this);
    return error;
  }
}

/** A candidate that did not open, for a reason that has no meaning of its own to whoever opens a message. */
export function notOpened(what: string, cause: unknown): EdgekmsError {
  return new EdgekmsError("NoDataKey", `${what} (${textOf(cause)})`, { cause });
}

/** No answer came: the service is down, or the way to it. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof EdgekmsError && (error.code === "NetworkFault" || error.code === "Timeout");
}

/** A failure after which the same may well work: the service did not answer, or had no time. */
export function isOutage(error: unknown): boolean {
  const inner = behind.get(error as object);
  if (inner !== undefined) return inner.failures.some(isOutage);
  if (isNoAnswer(error)) return true;
  if (!(error instanceof EdgekmsError)) return false;
  const { code, status = 0 } = error;
  return status === 429 || status >= 500 || code.includes("Throttling");
}

function textOf(failure: unknown): string {
  if (failure instanceof EdgekmsError) return `${failure.code}: ${failure.message}`;
  return failure instanceof Error ? failure.message : String(failure);
}
