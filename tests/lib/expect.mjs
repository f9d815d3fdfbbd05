// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { EdgekmsError } from "edgekms";

/**
 * The promise fails with an `EdgekmsError` that carries this code.
 *
 * @param {Promise<unknown>} promise
 * @param {string | string[]} codes the code, or the few that are right
 * @param {string} [what] named in the failure
 * @returns {Promise<EdgekmsError>}
 */
export async function rejectsWithCode(promise, codes, what = "") {
  const allowed = [codes].flat();
  let outcome;
  try {
    outcome = { value: await promise };
  } catch (error) {
    outcome = { error };
  }
  assert.ok("error" in outcome, `${what}: expected ${allowed.join(" or ")}, but it succeeded`);
  const { error } = outcome;
  assert.ok(error instanceof EdgekmsError, `${what}: expected an EdgekmsError, not ${error?.stack ?? error}`);
  assert.ok(allowed.includes(error.code), `${what}: expected ${allowed.join(" or ")}, got ${error.code}: ${error.message}`);
  return error;
}
