// SPDX-License-Identifier: Apache-2.0
/** Ids that nobody knows before a seed is applied, and what stands for them in the texts of policies. */

/** What stands for what. */
export interface Ids {
  /** The id of an account of the seed; of the one that the policy is in, without a name. */
  account(name: string | undefined): string;
  /** The id of a key of the same account. */
  key(alias: string): string;
}

const PLACEHOLDER = /\$\{([^${}:]*)(?::([^${}]*))?\}/g;

/** What there is, for messages. */
export const PLACEHOLDERS = "${account}, ${account:NAME} of an account in \"accounts\", and in policies of users, groups "
  + "and roles ${key:ALIAS} of a key in \"keys\"";

/** Each placeholder of a text: the whole of it, its kind, its name. */
export function placeholders(text: string): [whole: string, kind: string, name: string | undefined][] {
  return [...text.matchAll(PLACEHOLDER)].map(([whole, kind = "", name]) => [whole, kind, name]);
}

/** Whether one of a document stands for something. */
export function isPlaceholderKnown(
  kind: string,
  name: string | undefined,
  keys: readonly string[],
  accounts: readonly string[],
): boolean {
  if (kind === "account") return name === undefined || accounts.includes(name);
  return kind === "key" && name !== undefined && keys.includes(name);
}

/** A document with ids for its placeholders. */
export function resolved<T>(document: T, ids: Ids): T {
  if (typeof document === "string") {
    const text = document.replace(PLACEHOLDER, (_, kind: string, name: string | undefined) =>
      kind === "key" ? ids.key(name ?? "") : ids.account(name),
    );
    return text as T;
  }
  if (typeof document !== "object" || document === null) return document;
  if (Array.isArray(document)) return document.map((entry: unknown) => resolved(entry, ids)) as T;
  const fields = Object.entries(document).map(([name, inner]) => [name, resolved(inner as unknown, ids)]);
  return Object.fromEntries(fields) as T;
}
