// SPDX-License-Identifier: Apache-2.0
/** Credentials that another program or a server on this machine tells, as they do it for `aliyun`. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { CredentialsProvider } from "../../entrypoints/node.js";
import { CliError, usage } from "../exit.js";
import type { Environment } from "./files.js";
import type { Profile } from "./profile.js";

const WITHIN_MILLIS = 60_000;
/** Of what is read: credentials have some 2 KB. */
const MOST_BYTES = 64 * 1024;

/** `aliyun`'s switch for both; whoever sets it for the one means the other too. */
const DISABLED = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/** What a program prints: JSON, as of a profile. It is run without a shell. */
export async function fromProcess(command: string, of: string, env: Environment): Promise<Partial<Profile>> {
  checkAllowed(env, of);
  const [program, ...args] = wordsOf(command);
  if (program === undefined) throw usage(`the process_command of ${of} is empty`);
  const run = promisify(execFile)(program, args, {
    timeout: WITHIN_MILLIS,
    maxBuffer: MOST_BYTES,
    windowsHide: true,
  });
  const { stdout } = await run.catch((cause: { code?: unknown }) => {
    // What it printed may be credentials.
    throw failed(`the process_command of ${of} failed (${String(cause.code ?? "too slow")})`, "Run it by hand to see why.");
  });
  const told = objectOf(stdout);
  if (told === undefined) throw failed(`the process_command of ${of} printed no JSON`, "Run it by hand to see what it prints.");
  return told as Partial<Profile>;
}

/** What a server tells at each time that credentials are wanted. */
export function fromUri(uri: string, of: string, env: Environment): CredentialsProvider {
  checkAllowed(env, of);
  if (!/^https?:/.test(uri) || !URL.canParse(uri)) throw usage(`the credentials_uri of ${of} is no URL of http`);
  return async () => {
    const signal = AbortSignal.timeout(WITHIN_MILLIS);
    const answer = await fetch(uri, { signal, redirect: "error" }).catch(() => undefined);
    if (answer === undefined) throw failed(`the credentials_uri of ${of} does not answer`, "Is its server running?");
    const told = answer.ok ? objectOf((await answer.text()).slice(0, MOST_BYTES)) : undefined;
    const { Code, AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = told ?? {};
    if (Code !== "Success" || typeof AccessKeyId !== "string" || typeof AccessKeySecret !== "string") {
      throw failed(`the credentials_uri of ${of} tells no credentials (HTTP ${answer.status})`, "Look at its server's log.");
    }
    return {
      accessKeyId: AccessKeyId,
      accessKeySecret: AccessKeySecret,
      ...(typeof SecurityToken === "string" && { securityToken: SecurityToken }),
      ...(typeof Expiration === "string" && { expiration: Expiration }),
    };
  };
}

function checkAllowed(env: Environment, of: string): void {
  if (!/^(1|true)$/i.test(env[DISABLED] ?? "")) return;
  throw usage(`${of} has its credentials from elsewhere, and ${DISABLED} is set`, "Use another profile, or unset it.");
}

function failed(what: string, remedy: string): CliError {
  return new CliError("notPermitted", what, remedy);
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A word: what white space parts, with quotes and backslashes as a POSIX shell has them; Windows' are parts of paths. */
const WORD = /(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/gs;
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs;

function wordsOf(command: string): string[] {
  const escaped = process.platform === "win32" ? command.replaceAll("\\", "\\\\") : command;
  const words = escaped.match(WORD) ?? [];
  return words.map((word) =>
    word.replace(PIECE, (_, single?: string, double?: string, other?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? other ?? ""),
  );
}
