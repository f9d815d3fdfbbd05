// SPDX-License-Identifier: Apache-2.0
/** Options that say what a message is, besides its keys. */

import type { CommitmentPolicy } from "../../entrypoints/node.js";
import type { OptionRow } from "../option-row.js";
import { usage } from "../exit.js";

/** `--context`. */
export function contextOption(about: string): OptionRow {
  return { flags: "-c, --context <name=value>", about, many: true, parse: pair };
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw usage("--context must be NAME=VALUE", "For example --context album=42.");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The pairs as an object. */
export function contextOf(pairs: readonly (readonly [string, string])[] = []): Record<string, string> {
  const context: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) {
    if (name in context) throw usage(`--context ${name} was given twice`, "A context has one value for each name.");
    context[name] = value;
  }
  return { ...context };
}

/** A whole number of bytes. */
export function bytesOption(flag: string, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= 1 && value <= most) return value;
    throw usage(`${flag} must be a whole number from 1 to ${most}`);
  };
}

const POLICIES: readonly CommitmentPolicy[] = [
  "require-encrypt-require-decrypt",
  "require-encrypt-allow-decrypt",
  "forbid-encrypt-allow-decrypt",
];

/** What is opened at all: for messages of others. */
export const OPENING_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--commitment-policy <policy>",
    about: `what may lack a key commitment: messages without one need ${POLICIES[1]}`,
    choices: POLICIES,
  },
  { flags: "--max-data-keys <number>", about: "refuse messages with more data keys", parse: bytesOption("--max-data-keys", 65_535) },
];

/** Those, as the package takes them. */
export function openingOf(options: { commitmentPolicy?: CommitmentPolicy; maxDataKeys?: number }) {
  const { commitmentPolicy, maxDataKeys: maxEncryptedDataKeys } = options;
  return { ...(commitmentPolicy && { commitmentPolicy }), ...(maxEncryptedDataKeys && { maxEncryptedDataKeys }) };
}
