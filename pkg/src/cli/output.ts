// SPDX-License-Identifier: Apache-2.0
/**
 * All that the program says. Standard output has results alone, so that it can be piped; everything else, and every
 * question, goes to standard error.
 */

import { type Colors, colorsFor } from "./colors.js";
import { printable, printableLines } from "./printable.js";
import type { Cell, View } from "./view.js";

/** Rows under a head; `empty` is said where there are none. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], empty: string): View {
  return { kind: "table", head, rows, empty };
}

/** Names and values, one pair a line. */
export function list(pairs: readonly (readonly [name: string, value: Cell])[]): View {
  return { kind: "list", pairs };
}

/** A text of our own, line breaks included: nobody else's may be in it without {@link printable}. */
export function text(value: string): View {
  return { kind: "text", text: value };
}

/** A text with words of others in it, made printable line by line. */
export function saying(value: string): View {
  return text(value.split("\n").map(printable).join("\n"));
}

/** Where the program speaks. */
export class Output {
  readonly json: boolean;
  readonly verbose: boolean;
  /** Colours of standard output. */
  readonly out: Colors;
  /** Colours of standard error. */
  readonly err: Colors;
  /** What is on the terminal and must not be written into: a progress bar. */
  #bar: { hide(): void; show(): void } | undefined;

  constructor(options: { json: boolean; color: boolean; verbose: boolean }) {
    this.json = options.json;
    this.verbose = options.verbose;
    this.out = colorsFor(process.stdout, options.color);
    this.err = colorsFor(process.stderr, options.color);
  }

  /**
   * Prints a result: `data` as JSON for programs, `views` for people.
   *
   * @param data what JSON can say; bytes as the caller writes them
   */
  async result(data: unknown, ...views: readonly View[]): Promise<void> {
    if (this.json) return this.#write(`${printableLines(JSON.stringify(data, undefined, 2))}\n`);
    for (const view of views) await this.#write(await this.#shown(view));
  }

  /** Prints one line of JSON of many, or a line for people: what comes while the program runs. */
  async line(data: unknown, line: string): Promise<void> {
    await this.#write(`${printable(this.json ? JSON.stringify(data) : line)}\n`);
  }

  /** Says what was done, to a person; programs see the result. */
  note(message: string): void {
    if (!this.json) this.#say(printable(message));
  }

  /** Says what a person who debugs wants to know. */
  detail(message: string): void {
    if (this.verbose) this.#say(this.err.dim(printable(message)));
  }

  /** Says what is not wrong yet. */
  warn(message: string): void {
    this.#say(`${this.err.yellow("warning:")} ${printable(message)}`);
  }

  /** Says that something failed: one line, which the caller has made printable. */
  failure(line: string): void {
    this.#say(line);
  }

  /** Lets lines pass a bar on the terminal. */
  around(bar: { hide(): void; show(): void } | undefined): void {
    this.#bar = bar;
  }

  async #shown(view: View): Promise<string> {
    if (view.kind === "text") return view.text.endsWith("\n") ? view.text : `${view.text}\n`;
    if (view.kind === "table" && view.rows.length === 0) {
      this.note(view.empty);
      return "";
    }
    const { drawn } = await import("./table.js");
    return drawn(view, this.out);
  }

  #say(line: string): void {
    this.#bar?.hide();
    process.stderr.write(`${line}\n`);
    this.#bar?.show();
  }

  #write(chunk: string): Promise<void> {
    this.#bar?.hide();
    return new Promise((resolve, reject) => {
      process.stdout.write(chunk, (error) => {
        this.#bar?.show();
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
