// SPDX-License-Identifier: Apache-2.0
/** What is to be done for the keys of a seed, and for their aliases: pure. */

import { textOf } from "./entities.js";
import { type Ids, resolved } from "./ids.js";
import type { Path } from "./path.js";
import type { SeedContent, SeedKey } from "./seed.js";
import { type Plan, stands } from "./steps.js";
import { type KeyThere, SEED_TAG, type There } from "./there.js";
import { conflictAt } from "./trouble.js";

const SECONDS_A_DAY = 86_400;

/** @throws EdgekmsError `SeedConflict` */
export function planKeys(plan: Plan, content: SeedContent, there: There, ids: Ids, at: Path): void {
  for (const [alias, key] of Object.entries(content.keys ?? {})) {
    const path = [...at, "keys", alias];
    const what = `key ${alias}`;
    const [found, ...more] = there.keys.get(alias) ?? [];
    if (more.length > 0) throw conflictAt(path, severalOf(more.length + 1));
    if (found === undefined) {
      plan.steps.push({ path, what, does: "key", alias, request: (known) => requestOf(alias, key, known) });
    } else standsKey(plan, path, what, key, found, ids);
    if (!found?.isNamed) plan.steps.push({ path, what: `alias of ${what}`, does: "alias", alias, key: alias });
    const waits = found === undefined || found.metadata.keyState === "PendingImport";
    if (key.material !== undefined && waits) {
      const { material } = key;
      plan.steps.push({ path: [...path, "material"], what: `material of ${what}`, does: "material", alias, material });
    }
  }
  for (const [alias, key] of Object.entries(content.aliases ?? {})) {
    const path = [...at, "aliases", alias];
    const held = there.aliases.get(alias);
    if (held === undefined) plan.steps.push({ path, what: alias, does: "alias", alias, key });
    else if (held === there.keys.get(key)?.[0]?.metadata.keyId) plan.there.push({ path, what: alias });
    else throw conflictAt(path, "is the alias of another key; let the seed name another, or move it (UpdateAlias)");
  }
}

const severalOf = (count: number) =>
  `may be any of ${count} keys, whose tag ${SEED_TAG} has its alias; give one of them the alias (CreateAlias), or take the tag off the others (UntagResource)`;

function requestOf(alias: string, key: SeedKey, ids: Ids): object {
  const tags = Object.entries({ ...key.tags, [SEED_TAG]: alias });
  return {
    keySpec: key.spec,
    keyUsage: key.usage,
    origin: originOf(key),
    description: key.description,
    enableAutomaticRotation: key.rotation === undefined ? undefined : true,
    rotationInterval: key.rotation,
    policy: key.policy && textOf(key.policy, ids),
    tags: tags.map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
  };
}

const originOf = ({ origin, material }: SeedKey) => origin ?? (material === undefined ? "Aliyun_KMS" : "EXTERNAL");

function standsKey(plan: Plan, path: Path, what: string, key: SeedKey, found: KeyThere, ids: Ids): void {
  const { metadata, tags } = found;
  if (metadata.keyState === "PendingDeletion") {
    throw conflictAt(
      path,
      "waits for its deletion; keep it (CancelKeyDeletion), or take the alias off it (DeleteAlias), so that another is made",
    );
  }
  const rotates = metadata.automaticRotation === "Enabled" ? metadata.rotationInterval : "none";
  // What a key is made with and keeps.
  const kept = {
    spec: [key.spec ?? "Aliyun_AES_256", metadata.keySpec],
    usage: [key.usage, metadata.keyUsage],
    origin: [originOf(key), metadata.origin],
  } as const;
  const changeable = {
    description: [key.description, metadata.description],
    rotation: [key.rotation && `${Number.parseInt(key.rotation, 10) * SECONDS_A_DAY}s`, rotates],
    policy: [key.policy && resolved(key.policy, ids), found.policy],
  } as const;
  stands({ steps: [], there: [] }, path, what, kept, "give the new key another alias");
  stands(plan, path, what, changeable, "change the key (UpdateKeyDescription, UpdateRotationPolicy, SetKeyPolicy)");
  const wanted = Object.entries(key.tags ?? {});
  for (const [tag, value] of wanted) {
    if (!Object.hasOwn(tags, tag) || tags[tag] === value) continue;
    const says = `differs from the tag of the ${what} that exists; let the seed say what is there, or change it (TagResource)`;
    throw conflictAt([...path, "tags", tag], says);
  }
  const missing = wanted.filter(([tag]) => !Object.hasOwn(tags, tag));
  if (missing.length === 0) return;
  const alias = String(path.at(-1));
  plan.steps.push({ path: [...path, "tags"], what: `tags of ${what}`, does: "tags", alias, tags: Object.fromEntries(missing) });
}
