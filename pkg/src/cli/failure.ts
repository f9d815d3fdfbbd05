// SPDX-License-Identifier: Apache-2.0
/** Any error as one line: what went wrong, what to do about it, and the code that the program ends with. */

import { inspect } from "node:util";

import { CliError, EXITS, type ExitName } from "./exit.js";
import { FILE_TROUBLE, KNOWN } from "./known-errors.js";
import type { Output } from "./output.js";
import { printable } from "./printable.js";

/** What is told of an error. */
export interface Told {
  readonly exit: ExitName;
  readonly what: string;
  readonly remedy?: string | undefined;
  /** The stable code, if it has one. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}

/** What a person is told of any error. */
export function told(error: unknown): Told {
  if (error instanceof CliError) return { exit: error.exit, what: error.message, remedy: error.remedy };
  const { code, message, requestId, cause, status } = (error ?? {}) as Partial<Record<string, unknown>>;
  // What went wrong for the credentials says more than that something did.
  if (code === "CredentialsUnavailable" && cause instanceof Error) {
    const inner = told(cause);
    return { ...inner, what: `no credentials: ${inner.what}` };
  }
  const what = typeof message === "string" && message !== "" ? message : String(error);
  if (typeof code !== "string") return { exit: "unexpected", what, remedy: UNEXPECTED };
  const system = code === "FileFailed" ? (cause as { code?: unknown } | undefined)?.code : code;
  const trouble = typeof system === "string" ? FILE_TROUBLE[system] : undefined;
  if (trouble !== undefined) return { exit: "file", what, remedy: trouble, code };
  const known = KNOWN.find(({ codes }) => codes.test(code));
  const id = typeof requestId === "string" ? requestId : undefined;
  // A code that is not known is a service's, if a service answered.
  const exit = known?.exit ?? (typeof status === "number" ? "refused" : "unexpected");
  return { exit, what, remedy: known?.remedy, code, requestId: id };
}

const UNEXPECTED = "This is a defect of edgekms, or of what it runs on; --verbose shows where.";

/** Tells a person, or a program, of a failure. Gives the code to end with. */
export function report(error: unknown, output: Output, of?: string): number {
  const about = told(error);
  const { code } = EXITS[about.exit];
  if (output.json) output.failure(JSON.stringify({ error: { ...jsonOf(about), exitCode: code } }));
  else output.failure(`${output.err.red(`${of ?? "edgekms"}:`)} ${printable(lineOf(about))}`);
  // Paths and names may be in it, as in any stack; secrets are in no error.
  if (output.verbose) output.failure(output.err.dim(inspect(error, { colors: false })));
  return code;
}

/** What is told, as one line. */
export function lineOf({ what, remedy, code, requestId }: Told): string {
  const ids = [code, requestId && `request ${requestId}`].filter(Boolean).join(", ");
  const whole = ids === "" || what.includes(ids) ? what : `${what} (${ids})`;
  if (remedy === undefined) return whole;
  return /[.!?]$/.test(whole) ? `${whole} ${remedy}` : `${whole}. ${remedy}`;
}

function jsonOf({ exit, what, remedy, code, requestId }: Told): Record<string, string | undefined> {
  return { code: code ?? exit, message: what, remedy, requestId };
}
