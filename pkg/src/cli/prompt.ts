// SPDX-License-Identifier: Apache-2.0
/** Questions to the person at the terminal. Where there is none, an error says which option answers. */

import { openSync } from "node:fs";
import { ReadStream } from "node:tty";

import type { CANCEL_SYMBOL } from "@clack/prompts";

import { CliError, usage } from "./exit.js";
import { printable } from "./printable.js";

/** What every question is given. */
interface Streams {
  readonly input: ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
  readonly withGuide: false;
}

/** How it may ask. */
interface Settings {
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

/** Asks on standard error, and hears the terminal, also while standard input is a file or a pipe. */
export class Prompt {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Asks before something that cannot be taken back.
   *
   * @param question what will be done and what it breaks
   * @throws CliError if the answer is no, or nobody can be asked and `--yes` was not given
   */
  async confirm(question: string): Promise<void> {
    if (this.#settings.yes) return;
    const { confirm } = await import("@clack/prompts");
    const answer = await this.#ask("Give --yes if you are sure.", (streams) =>
      confirm({ ...streams, message: printable(question), initialValue: false }),
    );
    if (answer !== true) throw new CliError("interrupted", "nothing was done");
  }

  /**
   * Asks for a secret, which is not shown.
   *
   * @param instead what to do where nobody can be asked: a sentence
   */
  async secret(question: string, instead: string): Promise<string> {
    const { password } = await import("@clack/prompts");
    return this.#ask(instead, (streams) => password({ ...streams, message: printable(question) }));
  }

  /**
   * Asks for a text.
   *
   * @param held what is taken if nothing is typed
   */
  async text(question: string, held: string | undefined, instead: string): Promise<string> {
    const { text } = await import("@clack/prompts");
    const known = held === undefined ? {} : { placeholder: printable(held), defaultValue: held };
    return this.#ask(instead, (streams) => text({ ...streams, ...known, message: printable(question) }));
  }

  /** Asks for a choice. */
  async choice<T extends string>(question: string, choices: readonly T[], instead: string): Promise<T> {
    const { select } = await import("@clack/prompts");
    const options = choices.map((value) => ({ value, label: printable(value) })) as never;
    return this.#ask(instead, (streams) => select<T>({ ...streams, message: printable(question), options }));
  }

  async #ask<T>(
    instead: string,
    asked: (streams: Streams) => Promise<T | typeof CANCEL_SYMBOL>,
  ): Promise<T> {
    const terminal = process.stderr.isTTY ? openTerminal() : undefined;
    if (terminal === undefined) throw usage("there is no terminal to ask on", instead);
    const { signal } = this.#settings;
    signal.throwIfAborted();
    const { isCancel } = await import("@clack/prompts");
    try {
      const answer = await asked({ input: terminal, output: process.stderr, signal, withGuide: false });
      signal.throwIfAborted();
      if (isCancel(answer)) throw new CliError("interrupted", "interrupted");
      return answer;
    } finally {
      if (terminal !== process.stdin) terminal.destroy();
    }
  }
}

function openTerminal(): ReadStream | undefined {
  if (process.stdin.isTTY) return process.stdin;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return undefined;
  }
}
