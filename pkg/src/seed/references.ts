// SPDX-License-Identifier: Apache-2.0
/** What a schema cannot say of a seed: that what it names is there, and how long its policies are. */

import { isIP } from "node:net";
import type { EdgekmsError } from "../errors.js";
import { type Ids, isPlaceholderKnown, PLACEHOLDERS, placeholders, resolved } from "./ids.js";
import type { Path } from "./path.js";
import type { Seed, SeedContent } from "./seed.js";
import { meant } from "./trouble.js";

/** Longest documents, in bytes: the service's limits. */
const MAX_BYTES = { identity: 6_144, trust: 6_144, key: 32_768 } as const;

type Refuse = (path: Path, says: string) => EdgekmsError;

/** @throws what `refuse` makes of the first place that names what is not there. */
export function checkReferences(seed: Seed, refuse: Refuse): void {
  const accounts = Object.entries(seed.accounts ?? {});
  const names = accounts.map(([name]) => name);
  checkContent(seed, [], names, refuse);
  for (const [name, content] of accounts) checkContent(content, ["accounts", name], names, refuse);
}

function checkContent(content: SeedContent, at: Path, accounts: string[], refuse: Refuse): void {
  const groups = Object.keys(content.groups ?? {});
  for (const [user, { groups: joined }] of Object.entries(content.users ?? {})) {
    for (const [index, group] of (joined ?? []).entries()) {
      if (groups.includes(group)) continue;
      const hint = meant(group, groups) || "; give it an entry there, which may be {}";
      throw refuse([...at, "users", user, "groups", index], `names a group that "groups" does not have${hint}`);
    }
  }
  const keys = Object.keys(content.keys ?? {});
  for (const [alias, key] of Object.entries(content.aliases ?? {})) {
    const path = [...at, "aliases", alias];
    if (keys.includes(alias)) throw refuse(path, 'is the alias of a key in "keys" already');
    if (!keys.includes(key)) throw refuse(path, `names a key that "keys" does not have${meant(key, keys)}`);
  }
  for (const { path, document, kind } of documents(content, at)) {
    checkDocument(document, path, kind === "identity" ? keys : [], accounts, refuse);
    const bytes = Buffer.byteLength(JSON.stringify(resolved(document, EXAMPLES)));
    if (bytes > MAX_BYTES[kind]) {
      throw refuse(path, `must have at most ${MAX_BYTES[kind]} bytes as JSON without spaces, and has ${bytes}`);
    }
  }
}

/** Ids that are as long as those to come. */
const EXAMPLES: Ids = { account: () => "0".repeat(16), key: () => "0".repeat(36) };

interface PlacedDocument {
  path: Path;
  document: object;
  kind: keyof typeof MAX_BYTES;
}

/** Every policy of an account. */
function documents({ policies, roles, keys }: SeedContent, at: Path): PlacedDocument[] {
  const of = <T>(map: Record<string, T> | undefined, room: string, field: string, kind: keyof typeof MAX_BYTES) =>
    Object.entries(map ?? {}).flatMap(([name, entry]) => {
      const document = (entry as Record<string, object | undefined>)[field];
      return document === undefined ? [] : [{ path: [...at, room, name, field], document, kind }];
    });
  return [
    ...of(policies, "policies", "document", "identity"),
    ...of(roles, "roles", "trust", "trust"),
    ...of(keys, "keys", "policy", "key"),
  ];
}

function checkDocument(value: unknown, path: Path, keys: string[], accounts: string[], refuse: Refuse): void {
  if (typeof value === "string") {
    const found = placeholders(value);
    if (value.split("${").length - 1 > found.length) {
      throw refuse(path, `has \${ without a name and }; there are ${PLACEHOLDERS}`);
    }
    for (const [whole, kind, name] of found) {
      if (isPlaceholderKnown(kind, name, keys, accounts)) continue;
      const known = kind === "key" ? keys : accounts;
      const hint = (name !== undefined && meant(name, known)) || `; there are ${PLACEHOLDERS}`;
      throw refuse(path, `has ${whole}, which stands for nothing here${hint}`);
    }
    if (path.some((step) => step === "IpAddress" || step === "NotIpAddress")) checkAddress(value, path, refuse);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    checkDocument(inner, [...path, isList ? Number(name) : name], keys, accounts, refuse);
  }
}

/** The schema sees that it may be an address; whether it is one takes more than a pattern. */
function checkAddress(text: string, path: Path, refuse: Refuse): void {
  const [address = "", bits] = text.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (most >= 0 && Number(bits ?? 0) <= most) return;
  throw refuse(path, "must be an address or a range such as 192.0.2.0/24 or 2001:db8::/32");
}
