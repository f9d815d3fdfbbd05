// SPDX-License-Identifier: Apache-2.0
/** What a run gives its command to work with. */

import type { KmsClient } from "../entrypoints/node.js";
import type { Context, Row } from "./command.js";
import type { GlobalOptions } from "./global-options.js";
import { Output } from "./output.js";
import { Prompt } from "./prompt.js";

/** The context of one run. */
export function contextOf(global: GlobalOptions, signal: AbortSignal, commands: readonly Row[]): Context {
  let client: Promise<KmsClient> | undefined;
  return {
    global,
    output: new Output(global),
    prompt: new Prompt({ yes: global.yes, signal }),
    commands,
    signal,
    kms: () => (client ??= import("./client.js").then(({ clientFor }) => clientFor(global))),
  };
}
