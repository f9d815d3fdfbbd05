// SPDX-License-Identifier: Apache-2.0
/** The worker's own log, on standard error: standard output is its starter's. */

/** Lines of a worker. */
export class WorkerLog {
  /** Until the worker has answered: what a start fails for is told once, by its error. */
  #kept: string[] | undefined = [];
  readonly #quiet: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  line(message: string): void {
    if (this.#quiet) return;
    if (this.#kept === undefined) process.stderr.write(`${message}\n`);
    else this.#kept.push(message);
  }

  /** From now on each line is written. */
  begin(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const message of kept) this.line(message);
  }
}
