// SPDX-License-Identifier: Apache-2.0
/** Several pieces of work in flight, their results delivered in the order they were given. */

import type { MaybePromise } from "../engine/engine.js";

/**
 * A bounded pipeline. After a failure nothing more is delivered.
 *
 * Synchronous work with nothing in flight before it is delivered at once, without a promise.
 */
export class InOrder<T> {
  readonly #limit: number;
  readonly #deliver: (value: T) => MaybePromise<void>;
  #pending: Promise<void>[] = [];
  #tail: Promise<void> = Promise.resolve();
  #inFlight = 0;

  constructor(limit: number, deliver: (value: T) => MaybePromise<void>) {
    this.#limit = limit;
    this.#deliver = deliver;
  }

  /** Takes work in; wait for the result, if there is one, before giving more. */
  add(work: MaybePromise<T>): MaybePromise<void> {
    if (!(work instanceof Promise) && this.#inFlight === 0) return this.#deliver(work);
    this.#inFlight += 1;
    // Whoever waits for it below sees the failure; this only says that it is not forgotten.
    if (work instanceof Promise) work.catch(() => {});
    const delivered = this.#tail.then(async () => {
      await this.#deliver(await work);
      this.#inFlight -= 1;
    });
    delivered.catch(() => {});
    this.#tail = delivered;
    this.#pending.push(delivered);
    if (this.#pending.length < this.#limit) return undefined;
    return this.#pending.shift();
  }

  /** Waits until everything is delivered. */
  async drain(): Promise<void> {
    this.#pending = [];
    await this.#tail;
  }

  /** Settles when what was added so far is delivered or has failed. */
  get settled(): Promise<void> {
    return this.#tail;
  }
}
