// SPDX-License-Identifier: Apache-2.0
/** The steps of a plan, and what stands already. */

import { isDeepStrictEqual } from "node:util";
import type { Ids } from "./ids.js";
import type { Path } from "./path.js";
import { conflictAt } from "./trouble.js";

/** Something that a seed has, and where. */
export interface Done {
  path: Path;
  what: string;
}

/** A call that changes something. Ids that are not known before are asked for when it is made. */
export type Step = Done & (
  | { does: "ram"; action: string; request: (ids: Ids) => object }
  | { does: "accessKey"; user: string }
  | { does: "key"; alias: string; request: (ids: Ids) => object }
  | { does: "material"; alias: string; material: string }
  | { does: "alias"; alias: string; key: string }
  | { does: "tags"; alias: string; tags: Record<string, string> }
);

/** What to do, in this order, and what is there. */
export interface Plan {
  steps: Step[];
  there: Done[];
}

/** What the seed says of each field, and what exists. */
export type Compared = Record<string, readonly [wanted: unknown, there: unknown]>;

/** It exists: all that the seed says of it must be so. */
export function stands(plan: Plan, path: Path, what: string, compared: Compared, remedy: string): void {
  for (const [field, [wanted, there]] of Object.entries(compared)) {
    if (wanted === undefined || isDeepStrictEqual(wanted, there)) continue;
    throw conflictAt([...path, field], `differs from the ${what} that exists; let the seed say what is there, or ${remedy}`);
  }
  plan.there.push({ path, what });
}
