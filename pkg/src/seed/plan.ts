// SPDX-License-Identifier: Apache-2.0
/** What is to be done for a seed: pure, from what it says and what exists. */

import { ENTITIES, type Entity } from "./entities.js";
import type { Ids } from "./ids.js";
import type { Path } from "./path.js";
import { planKeys } from "./plan-keys.js";
import type { SeedContent } from "./seed.js";
import { type Plan, stands } from "./steps.js";
import type { There } from "./there.js";
import { meant, wrongAt } from "./trouble.js";

/**
 * Keys come first, since policies may have their ids.
 *
 * @throws EdgekmsError `SeedConflict` where something exists and is not what the seed says.
 */
export function planOf(content: SeedContent, there: There, ids: Ids, at: Path): Plan {
  const plan: Plan = { steps: [], there: [] };
  planKeys(plan, content, there, ids, at);
  for (const entity of ENTITIES) {
    for (const [name, entry] of Object.entries(content[entity.room] ?? {})) {
      const path = [...at, entity.room, name];
      const what = `${entity.word} ${name}`;
      const found = there[entity.room].get(name);
      if (found === undefined) {
        const request = (known: Ids) => entity.request(name, entry, known);
        plan.steps.push({ path, what, does: "ram", action: entity.action, request });
      } else stands(plan, path, what, entity.compared(entry, found, ids), entity.remedy);
      planJoins(plan, entity, name, path, content, there);
    }
  }
  return plan;
}

/** What else belongs to somebody: what is missing is added, and what is there besides stays. */
function planJoins(plan: Plan, entity: Entity, name: string, path: Path, content: SeedContent, there: There): void {
  const { joins, word } = entity;
  if (joins === undefined) return;
  const what = `${word} ${name}`;
  const named = { [`${word}Name`]: name };
  const { groups, policies, accessKey } = joins.wanted(content, name);
  const found = joins.found(there, name);
  const add = (at: Path, whatJoins: string, action: string, request: object) =>
    plan.steps.push({ path: at, what: whatJoins, does: "ram", action, request: () => request });
  for (const [index, groupName] of groups.entries()) {
    if (found.groups.includes(groupName)) continue;
    add([...path, "groups", index], `${what} in group ${groupName}`, "AddUserToGroup", { ...named, groupName });
  }
  const own = Object.keys(content.policies ?? {});
  for (const [index, policyName] of policies.entries()) {
    const at = [...path, "policies", index];
    const known = [...own, ...there.systemPolicies];
    if (!known.includes(policyName)) {
      const hint = meant(policyName, known) || `; there are ${known.join(", ")}`;
      throw wrongAt(at, `names a policy that neither "policies" nor the service has${hint}`);
    }
    if (found.policies.includes(policyName)) continue;
    const policyType = own.includes(policyName) ? "Custom" : "System";
    add(at, `policy ${policyName} of ${what}`, joins.attach, { policyType, policyName, ...named });
  }
  if (accessKey && found.accessKeyIds.length === 0) {
    plan.steps.push({ path: [...path, "accessKey"], what: `access key of ${what}`, does: "accessKey", user: name });
  }
}
