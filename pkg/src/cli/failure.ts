// SPDX-License-Identifier: Apache-2.0
/** Any error as one line: what went wrong, what to do about it, and the code that the program ends with. */

import { inspect } from "node:util";

import { CliError, EXITS, type ExitName } from "./exit.js";
import { FILE_TROUBLE, KNOWN, REASONS } from "./known-errors.js";
import type { Output } from "./output.js";
import { printable, printableLines } from "./printable.js";

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
  if (error instanceof CliError) {
    const { exit, message: what, remedy, cause } = error;
    return { exit, what, remedy, code: textOf(cause, "code"), requestId: textOf(cause, "requestId") };
  }
  const what = textOf(error, "message") ?? String(error);
  const code = textOf(error, "code");
  if (code === undefined) return { exit: "unexpected", what, remedy: UNEXPECTED };
  const { cause, status } = error as { cause?: unknown; status?: unknown };
  // What went wrong for the credentials says more than that something did.
  if (code === "CredentialsUnavailable" && cause instanceof Error) {
    const inner = told(cause);
    return { ...inner, what: `no credentials: ${inner.what}` };
  }
  const system = code === "FileFailed" ? textOf(cause, "code") : code;
  const trouble = FILE_TROUBLE[system ?? ""];
  if (trouble !== undefined) return { exit: system === "EEXIST" ? "conflict" : "file", what, remedy: trouble, code: system };
  const reason = code === "NoDataKey" && textOf(cause, "code") !== undefined ? told(cause) : undefined;
  if (reason !== undefined && REASONS.includes(reason.exit)) return { ...reason, what, code };
  const known = KNOWN.find(({ codes }) => codes.test(code));
  // A code that is not known is a service's, if a service answered.
  const exit = known?.exit ?? (typeof status === "number" ? "refused" : "unexpected");
  return { exit, what, remedy: known?.remedy, code, requestId: textOf(error, "requestId") };
}

/** A text that an error carries. */
function textOf(error: unknown, name: string): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? (error as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

const UNEXPECTED = "This is a defect of edgekms, or of what it runs on; --verbose shows where.";

/** Tells a person, or a program, of a failure. Gives the code to end with. */
export function report(error: unknown, output: Output, of?: string): number {
  const about = told(error);
  const { code } = EXITS[about.exit];
  if (output.json) output.failure(printable(JSON.stringify({ error: { ...jsonOf(about), exitCode: code } })));
  else output.failure(`${output.err.red(`${of ?? "edgekms"}:`)} ${printable(lineOf(about))}`);
  // Paths and names may be in it, as in any stack; secrets are in no error.
  if (output.verbose) output.failure(output.err.dim(printableLines(inspect(error, { colors: false }))));
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
