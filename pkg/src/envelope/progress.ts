// SPDX-License-Identifier: Apache-2.0
import { invalidArgument, kindOf } from "../errors.js";
import type { OnProgress } from "./seal.js";

/** A function that is told of progress, if there is one: found out in the middle of the work, it would end that. */
export function checkedProgress(onProgress: unknown): OnProgress | undefined {
  if (onProgress === undefined || typeof onProgress === "function") return onProgress as OnProgress | undefined;
  throw invalidArgument(`onProgress must be a function, not ${kindOf(onProgress)}`);
}
