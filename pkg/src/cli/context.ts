// SPDX-License-Identifier: Apache-2.0
/** What a command is given to work with. */

import type { KmsClient } from "../entrypoints/node.js";
import type { GlobalOptions } from "./global-options.js";
import { Output } from "./output.js";
import { Prompt } from "./prompt.js";

/** What a command is given to work with. */
export interface Context {
  readonly global: GlobalOptions;
  readonly output: Output;
  readonly prompt: Prompt;
  /** Aborted by Ctrl-C; its reason is what to throw then. */
  readonly signal: AbortSignal;
  /** The KMS of the options, the configuration and the environment: made at the first use, which may fail. */
  kms(): Promise<KmsClient>;
}

/** The context of one run. */
export function contextOf(global: GlobalOptions, signal: AbortSignal): Context {
  let client: Promise<KmsClient> | undefined;
  return {
    global,
    output: new Output(global),
    prompt: new Prompt({ yes: global.yes, signal }),
    signal,
    kms: () => (client ??= import("./client.js").then(({ clientFor }) => clientFor(global))),
  };
}
