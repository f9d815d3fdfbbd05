// SPDX-License-Identifier: Apache-2.0
import { EdgekmsError } from "../errors.js";

/** The one answer to a tag that does not fit, with no detail for an attacker. */
export function frameNotAuthentic(): EdgekmsError {
  return new EdgekmsError("FrameNotAuthentic", "a frame is not authentic; nothing of it is given out");
}
