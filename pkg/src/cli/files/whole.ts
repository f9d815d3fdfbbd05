// SPDX-License-Identifier: Apache-2.0
/** Which messages the package's file helper takes, at its full speed; the others go through its streams. */

import { isText } from "./armor.js";
import { STANDARD } from "./places.js";
import { isSpecial, readStart } from "./small.js";

/** Bytes that tell a message from a text. */
export const START = 32;

/** Whether it is a message in a file that goes into a file: no pipe on either side, and no text. */
export async function isWholeFile(from: string, to: string): Promise<boolean> {
  if (from === STANDARD || to === STANDARD || (await isSpecial(from))) return false;
  return !isText(await readStart(from, START));
}
