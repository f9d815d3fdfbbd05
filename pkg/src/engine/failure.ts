// SPDX-License-Identifier: Apache-2.0
import { type Refused, refused } from "../core/core.js";
import { FRAME_NOT_AUTHENTIC } from "../generated/refusals.js";

/** The one answer to a tag that does not fit, with no detail for an attacker. */
export function frameNotAuthentic(): Refused {
  return refused(FRAME_NOT_AUTHENTIC);
}
