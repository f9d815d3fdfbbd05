// SPDX-License-Identifier: Apache-2.0
/**
 * A bound on the calls that are under way at one endpoint, so that thousands at once do not run out of
 * sockets, nor out of their time limits in somebody else's queue.
 */

/** In a queue that is a linked list: 100,000 calls may wait, and each joins and leaves in constant time. */
interface Waiter {
  /** Absent once it was given up. */
  go?: () => void;
  next?: Waiter;
}

/** Lets so many in at once, first come, first served. */
class Gate {
  #free: number;
  #first: Waiter | undefined;
  #last: Waiter | undefined;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Whoever was let in calls `leave`. Fails with the signal's reason, and then has left the queue. */
  enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {};
      const giveUp = () => {
        delete waiter.go;
        reject(signal?.reason);
      };
      waiter.go = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      if (this.#last === undefined) this.#first = waiter;
      else this.#last.next = waiter;
      this.#last = waiter;
    });
  }

  /** The place goes to the first who still waits: nobody who comes later can take it before. */
  leave(): void {
    while (this.#first !== undefined) {
      const { go, next } = this.#first;
      this.#first = next;
      if (next === undefined) this.#last = undefined;
      if (go !== undefined) return go();
    }
    this.#free += 1;
  }

  /** Nobody is in, and so nobody waits. */
  isIdle(limit: number): boolean {
    return this.#free === limit;
  }
}

/** By endpoint and bound: clients that agree on both share one. */
const gates = new Map<string, Gate>();

/**
 * Does the work with at most `limit` others at this endpoint. The wait is before the work begins, so that
 * its time limit, date and nonce are those of its sending.
 *
 * Fails as the work does, or with the signal's reason while it waits.
 */
export async function throughGate<T>(
  endpoint: string,
  limit: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  if (limit === Infinity) return work();
  const name = `${limit} ${endpoint}`;
  const gate = gates.get(name) ?? new Gate(limit);
  gates.set(name, gate);
  await gate.enter(signal);
  try {
    return await work();
  } finally {
    gate.leave();
    if (gate.isIdle(limit)) gates.delete(name);
  }
}
