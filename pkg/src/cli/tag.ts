// SPDX-License-Identifier: Apache-2.0
/** Tags on the command line. */

import { usage } from "./exit.js";

/** `name=value`; a value may have `=` in it, and may be empty. */
export function tagOf(text: string): { tagKey: string; tagValue: string } {
  const at = text.indexOf("=");
  if (at < 1) throw usage(`a tag is name=value, not '${text}'`);
  return { tagKey: text.slice(0, at), tagValue: text.slice(at + 1) };
}
