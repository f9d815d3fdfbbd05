// SPDX-License-Identifier: Apache-2.0
/** The second module as the rest of the package sees it: loaded at its first use, and guarded. */

import type { MaybePromise } from "../engine/engine.js";
import { after } from "../maybe.js";
import { runtime } from "../runtime.js";
import type { Extra } from "./bindings.js";
import { Guard } from "./guard.js";

let guarded: Extra | undefined;

/** The second module; no promise where it is there already. */
export function extra(): MaybePromise<Extra> {
  return guarded ?? after(runtime().extra(), (found) => (guarded ??= new Guard(found).module));
}
