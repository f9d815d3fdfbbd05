// SPDX-License-Identifier: Apache-2.0
/** What a service has said of its keys. */

/** An alias can be given to another key, so what it named is believed for this long. */
const ALIAS_MILLIS = 60_000;
/** The oldest answer is forgotten beyond so many. */
const CAPACITY = 100;

/** One thing that is asked of each key once. Many callers at once cause one request. */
export class Remembered<T> {
  readonly #ask: (keyId: string) => Promise<T>;
  readonly #answers = new Map<string, { answer: Promise<T>; until: number }>();

  /** `ask` is not bound to one caller's signal: others may be waiting for the same answer. */
  constructor(ask: (keyId: string) => Promise<T>) {
    this.#ask = ask;
  }

  get(keyId: string): Promise<T> {
    const known = this.#answers.get(keyId);
    if (known !== undefined && Date.now() < known.until) return known.answer;
    const answer = this.#ask(keyId);
    const until = keyId.includes("alias/") ? Date.now() + ALIAS_MILLIS : Number.POSITIVE_INFINITY;
    // At the end of the map, whose order is that of insertion.
    this.#answers.delete(keyId);
    this.#answers.set(keyId, { answer, until });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= CAPACITY) break;
      this.#answers.delete(oldest);
    }
    answer.catch(() => this.#answers.delete(keyId));
    return answer;
  }
}
