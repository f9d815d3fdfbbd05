// SPDX-License-Identifier: Apache-2.0
/** The third module as the rest of the package sees it: loaded at its first use, and guarded. */

import { runtime } from "../runtime.js";
import type { Api } from "./bindings.js";
import { Guard } from "./guard.js";

let guarded: Api | undefined;

/** The third module. */
export async function api(): Promise<Api> {
  const found = await runtime().api();
  return (guarded ??= new Guard(found).module);
}
