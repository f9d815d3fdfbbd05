// SPDX-License-Identifier: Apache-2.0
/** How the program ends: the codes that scripts branch on. They are documented in docs/command-line.md and do not change. */

/** One way to end. */
export interface Exit {
  readonly code: number;
  readonly meaning: string;
}

/** All of them, by what the code calls them. 128 and more are those of a shell for a signal. */
export const EXITS = {
  ok: { code: 0, meaning: "All of it was done." },
  unexpected: { code: 1, meaning: "Something that has no code of its own: --verbose says more." },
  usage: { code: 2, meaning: "The command line, a setting or a value in it is wrong. Nothing was done." },
  notFound: { code: 3, meaning: "What was named is not there: a key, an alias, a user, a profile." },
  notPermitted: { code: 4, meaning: "The service does not know who calls, or does not let them." },
  unreachable: { code: 5, meaning: "The service gave no answer, or none now. Trying again may help." },
  notAuthentic: { code: 6, meaning: "It is no message, was changed or cut, or none of the given keys opens it." },
  conflict: { code: 7, meaning: "It is there already, or its state does not allow it." },
  file: { code: 8, meaning: "A file could not be read or written." },
  partly: { code: 9, meaning: "Some of several files failed (--keep-going): a line for each says why." },
  refused: { code: 10, meaning: "The service refused it for another reason, which it says." },
  hungUp: { code: 129, meaning: "The terminal went away (SIGHUP)." },
  interrupted: { code: 130, meaning: "Interrupted (Ctrl-C), or a question was answered with no." },
  brokenPipe: { code: 141, meaning: "Whoever read the output went away (SIGPIPE). Nothing is said." },
  terminated: { code: 143, meaning: "The program was asked to end (SIGTERM)." },
} as const satisfies Record<string, Exit>;

/** A way to end, by its name. */
export type ExitName = keyof typeof EXITS;

/** A failure of this program, whose text is for people. */
export class CliError extends Error {
  readonly exit: ExitName;
  /** What to do about it: a sentence. */
  readonly remedy: string | undefined;

  /**
   * @param what went wrong: neither capital nor full stop, and nothing secret
   * @param remedy what to do about it: a sentence
   */
  constructor(exit: ExitName, what: string, remedy?: string, options?: ErrorOptions) {
    super(what, options);
    this.name = "CliError";
    this.exit = exit;
    this.remedy = remedy;
  }
}

/** The command line is wrong. */
export function usage(what: string, remedy?: string): CliError {
  return new CliError("usage", what, remedy);
}
