// SPDX-License-Identifier: Apache-2.0
/** Options that name keys: CMKs of a KMS, a password, a raw AES key. Rows and their meaning, for each role a key can have. */

import type { OptionRow } from "../option-row.js";
import { usage } from "../exit.js";

/** What the keys of a group of options are for; the options of all but the first begin with it. */
export type KeyRole = "own" | "to" | "add";

/** Keys as they were named; nothing is read or asked for yet. */
export interface NamedKeys {
  readonly cmks: readonly string[];
  /** Any CMK that a message names, of these accounts if there are any. For decrypting alone. */
  readonly discovery?: { readonly accountIds: readonly string[] };
  readonly password?: { readonly file?: string };
  readonly aes?: { readonly file: string; readonly namespace: string; readonly name: string };
}

const WORDS: Readonly<Record<KeyRole, { prefix: string; group: string; does: string }>> = {
  own: { prefix: "", group: "Keys", does: "" },
  to: { prefix: "to-", group: "Keys that take the place of all others", does: " from now on" },
  add: { prefix: "add-", group: "Keys that decrypt it too", does: " too" },
};

/** The options of a role. */
export function keyOptions(role: KeyRole): OptionRow[] {
  const { prefix, group, does } = WORDS[role];
  return [
    { flags: `${role === "own" ? "-k, " : ""}--${prefix}key <name>`, about: `a CMK${does}: alias/NAME, id or ARN (repeatable)`, many: true, group },
    { flags: `--${prefix}password`, about: `a password${does}, which is asked for`, group },
    { flags: `--${prefix}password-file <path>`, about: `a password${does}: the file's text, without the line break at its end`, group },
    { flags: `--${prefix}aes-key-file <path>`, about: `a raw AES key${does}: 16, 24 or 32 bytes, or as hexadecimal or base64 text`, group },
    { flags: `--${prefix}aes-key-namespace <text>`, about: "its namespace, which messages name", group },
    { flags: `--${prefix}aes-key-name <text>`, about: "its name, which messages name", group },
  ];
}

/** Options for whoever decrypts without saying which CMK. */
export const DISCOVERY_OPTIONS: readonly OptionRow[] = [
  { flags: "--any-key", about: "whatever CMK the message names: whoever wrote the message chooses it", group: "Keys" },
  { flags: "--account <id>", about: "with --any-key: only CMKs of this account (repeatable)", many: true, group: "Keys" },
];

/** The names that were given, or `undefined` if there are none. */
export function namedKeys(role: KeyRole, options: Readonly<Record<string, unknown>>): NamedKeys | undefined {
  const { prefix } = WORDS[role];
  const of = <T>(name: string): T | undefined => options[camel(`${prefix}${name}`)] as T | undefined;
  const flag = (name: string) => `--${prefix}${name}`;
  const cmks = of<string[]>("key") ?? [];
  const [file, namespace, name] = ["aes-key-file", "aes-key-namespace", "aes-key-name"].map((one) => of<string>(one));
  const aes = file !== undefined && namespace !== undefined && name !== undefined ? { file, namespace, name } : undefined;
  if (aes === undefined && (file ?? namespace ?? name) !== undefined) {
    throw usage(`${flag("aes-key-file")}, ${flag("aes-key-namespace")} and ${flag("aes-key-name")} belong together`, "Give all three: messages name their key by the last two.");
  }
  const passwordFile = of<string>("password-file");
  const asked = of<boolean>("password") === true;
  if (asked && passwordFile !== undefined) throw usage(`${flag("password")} and ${flag("password-file")} are two ways to say one thing`, "Give one of them.");
  const password = asked ? {} : passwordFile === undefined ? undefined : { file: passwordFile };
  const discovery = role === "own" ? discoveryOf(options, cmks) : undefined;
  if (cmks.length === 0 && !aes && !password && !discovery) return undefined;
  return { cmks, ...(discovery && { discovery }), ...(password && { password }), ...(aes && { aes }) };
}

function discoveryOf({ anyKey, account }: Readonly<Record<string, unknown>>, cmks: readonly string[]): NamedKeys["discovery"] {
  const accountIds = (account as string[] | undefined) ?? [];
  if (anyKey !== true) {
    if (accountIds.length > 0) throw usage("--account restricts --any-key, which was not given");
    return undefined;
  }
  if (cmks.length > 0) throw usage("--any-key allows every CMK, so that --key would mean nothing", "Give one of them.");
  return { accountIds };
}

function camel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
