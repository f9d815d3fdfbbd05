// SPDX-License-Identifier: Apache-2.0
/** What was done, for people and programs. */

import type { Context } from "../command.js";
import { placeName, STANDARD } from "./places.js";
import type { Plan } from "./plan.js";
import { sizeText } from "./sizes.js";

/** One file that was done. */
export interface DoneFile {
  readonly from: string;
  readonly to: string;
  /** Bytes that were read. */
  readonly bytes: number;
}

/** Says what was left out, before anything is done. */
export function tellSkipped({ skipped }: Plan, { output }: Context): void {
  for (const { path, why } of skipped) output.warn(`${path} is left out: it is ${why}`);
}

/** Says what was done; nothing to programs if standard output has the bytes themselves. */
export async function tellDone(verb: string, files: readonly DoneFile[], { skipped }: Plan, { output }: Context): Promise<void> {
  const [only] = files;
  if (only?.to === STANDARD) return output.detail(`${verb} ${placeName(only.from, "from")}, ${sizeText(only.bytes)}`);
  if (output.json) return output.result({ files, skipped });
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  if (only !== undefined && files.length === 1) {
    return output.note(only.from === only.to ? `${verb} ${only.to}` : `${verb} ${placeName(only.from, "from")} to ${only.to}`);
  }
  for (const { from, to } of files) output.detail(`${from} to ${to}`);
  output.note(`${verb} ${files.length} files, ${sizeText(bytes)}`);
}
