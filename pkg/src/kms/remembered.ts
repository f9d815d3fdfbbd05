// SPDX-License-Identifier: Apache-2.0
/** What a service has said of its keys. */

import type { CallOptions } from "./call-options.js";

/** An alias can be given to another key, so what it named is believed for this long. */
const ALIAS_MILLIS = 60_000;
/** The oldest answer is forgotten beyond so many. */
const CAPACITY = 100;

type Ask<T> = (keyId: string, options: CallOptions) => Promise<T>;

/** One thing that is asked of each key once. Many callers at once cause one request. */
export class Remembered<T> {
  readonly #ask: Ask<T>;
  readonly #maxAgeMillis: number;
  readonly #answers = new Map<string, { answer: Promise<T>; asked: number; until: number }>();

  /**
   * `ask` is not bound to one caller's signal: others may be waiting for the same answer. An answer is
   * believed for `maxAgeMillis`; for ever, if that is left out.
   */
  constructor(ask: Ask<T>, maxAgeMillis = Number.POSITIVE_INFINITY) {
    this.#ask = ask;
    this.#maxAgeMillis = maxAgeMillis;
  }

  /** Asks again the next time, unless it asked within the last `millis`. */
  forget(keyId: string, millis: number): void {
    const known = this.#answers.get(keyId);
    if (known !== undefined && Date.now() - known.asked >= millis) this.#answers.delete(keyId);
  }

  get(keyId: string, options: CallOptions = {}): Promise<T> {
    const known = this.#answers.get(keyId);
    if (known !== undefined && Date.now() < known.until) return known.answer;
    const answer = this.#ask(keyId, options);
    const ageLimit = keyId.includes("alias/") ? ALIAS_MILLIS : Number.POSITIVE_INFINITY;
    const asked = Date.now();
    const until = asked + Math.min(ageLimit, this.#maxAgeMillis);
    // At the end of the map, whose order is that of insertion.
    this.#answers.delete(keyId);
    this.#answers.set(keyId, { answer, asked, until });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= CAPACITY) break;
      this.#answers.delete(oldest);
    }
    answer.catch(() => this.#answers.delete(keyId));
    return answer;
  }
}
