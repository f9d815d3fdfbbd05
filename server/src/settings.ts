// SPDX-License-Identifier: Apache-2.0
/** What the worker is told: its secrets, what suits development, and what the caller sets. */

import { closest, distance } from "fastest-levenshtein";

import { ServerError } from "./errors.js";
import { VARIABLES } from "./generated/settings.js";
import type { Secrets } from "./state/secrets.js";

/** Settings by name, as docs/operations.md has them. An empty text takes one away. */
export type Settings = Readonly<Record<string, string | number>>;

/** The region of a server that is told none. */
const REGION = "cn-hangzhou";
/** As many slips are taken for one name meant by another, and in a short one as many as a third of its letters. */
const SLIPS = 3;

/**
 * All of the worker's variables.
 *
 * @internal
 * @throws ServerError `UnknownSetting`, `InvalidSetting`.
 */
export function bindingsOf(secrets: Secrets, settings: Settings): Record<string, string> {
  for (const [name, value] of Object.entries(settings)) check(name, value);
  const given = Object.entries(settings).map(([name, value]) => [name, String(value)]);
  return {
    ACCOUNT_ID: secrets.accountId,
    ACCESS_KEY_ID: secrets.accessKeyId,
    ACCESS_KEY_SECRET: secrets.accessKeySecret,
    OPERATOR_ACCESS_KEY_ID: secrets.operatorAccessKeyId,
    OPERATOR_ACCESS_KEY_SECRET: secrets.operatorAccessKeySecret,
    ROOT_KEYS: secrets.rootKeys,
    BACKUP_KEY: secrets.backupKey,
    REGIONS: REGION,
    ENVIRONMENT: "development",
    // A line for each call through two pipes to a terminal costs more than the call.
    AUDIT_LOG: "off",
    ...Object.fromEntries(given),
  };
}

/**
 * Settings written as `NAME=VALUE`.
 *
 * @internal
 * @throws ServerError `InvalidSetting`.
 */
export function assignments(texts: readonly string[]): Settings {
  const pairs = texts.map((text): [string, string] => {
    const at = text.indexOf("=");
    // The text is not repeated: it may be a secret that lost its name.
    if (at < 1) throw new ServerError("InvalidSetting", "a setting is written NAME=VALUE");
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function check(name: string, value: unknown): void {
  if (VARIABLES.every((known) => known.name !== name)) {
    throw new ServerError("UnknownSetting", `there is no setting ${name}.${suggestion(name)}`);
  }
  if (typeof value !== "string" && typeof value !== "number") {
    throw new ServerError("InvalidSetting", `the setting ${name} must be a text or a number`);
  }
}

function suggestion(name: string): string {
  const near = closest(name.toUpperCase(), VARIABLES.map((known) => known.name));
  return distance(name.toUpperCase(), near) <= Math.min(SLIPS, name.length / 3) ? ` Did you mean ${near}?` : " docs/operations.md lists them all";
}
