// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { EdgekmsError } from "edgekms";

/**
 * The call throws at once, with an `EdgekmsError` that carries this code.
 *
 * @param {() => unknown} call
 * @param {string} code
 * @param {string} [what] named in the failure
 */
export function throwsWithCode(call, code, what = "") {
  assert.throws(call, (error) => error instanceof EdgekmsError && error.code === code, what);
}
