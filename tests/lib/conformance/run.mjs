// SPDX-License-Identifier: Apache-2.0

/** One client's way through a scenario. */

import { eventually } from "../eventually.mjs";
import { check, parameters } from "./step.mjs";

/**
 * What a client is answered at each step. What it does not have is done by the `other` client, so that later steps
 * find what they need.
 *
 * @param {import("./clients.mjs").Client} client
 * @param {import("./clients.mjs").Client} other one that has everything
 */
export function walk(client, other) {
  const got = {};

  /** By the client `first`, if it can; whoever did it looks at what became of it. */
  async function take(step, first) {
    const has = await first.has(step.action, Object.keys(step.params ?? {}));
    const by = has ? first : other;
    const attempt = async () => {
      const outcome = await by.call(step.action, parameters(step, got));
      check(step, outcome, got);
      if (step.as) got[step.as] = outcome.answer;
    };
    await (step.soon ? eventually(attempt) : attempt());
    for (const seen of step.then ?? []) await take(seen, by);
    return has;
  }

  /**
   * @param {import("./step.mjs").Step} step
   * @returns {Promise<"ok" | "refused" | "absent">}
   */
  return async function cellOf(step) {
    if (!(await take(step, client))) return "absent";
    return step.refused ? "refused" : "ok";
  };
}
