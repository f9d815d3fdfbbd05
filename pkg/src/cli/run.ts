// SPDX-License-Identifier: Apache-2.0
/** One run of the program, from its arguments to the code that it ends with. */

import { CommanderError } from "commander";

import { COMMANDS } from "./commands.js";
import { contextOf } from "./context.js";
import { report } from "./failure.js";
import { Output } from "./output.js";
import { type Called, programOf, refusal } from "./program.js";

/** Runs what the line names. Gives the code to end with. */
export async function run(line: readonly string[], signal: AbortSignal): Promise<number> {
  let call: Called | undefined;
  try {
    await programOf(COMMANDS, (called) => (call = called)).parseAsync(line, { from: "user" });
  } catch (error) {
    const why = error instanceof CommanderError ? refusal(error) : error;
    return why === undefined ? 0 : report(why, outputBefore(line));
  }
  if (call === undefined) return 0;
  const context = contextOf(call.global, signal);
  try {
    await call.leaf.run(context, call.given);
    if (call.leaf.runsUntilEnded !== true) signal.throwIfAborted();
    return 0;
  } catch (error) {
    // Whatever failed because of the interruption, the interruption is what happened.
    return report(signal.aborted ? signal.reason : error, context.output, call.name);
  }
}

/** How to speak before the line was understood: as far as it can be told from its words. */
function outputBefore(line: readonly string[]): Output {
  const has = (word: string) => line.includes(word);
  return new Output({ json: has("--json"), color: !has("--no-color"), verbose: has("--verbose") });
}
