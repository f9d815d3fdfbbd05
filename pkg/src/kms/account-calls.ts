// SPDX-License-Identifier: Apache-2.0
/** Actions of accounts and of STS, with TypeScript's names. */

import type { CallOptions } from "./call-options.js";
import type { ReachOptions } from "./kms-client.js";
import { answerFields, requestFields } from "./wire.js";
import { wireCalls } from "./wire-calls.js";

/** Calls an action by its name on the wire, and gives its answer with TypeScript's names. */
export type AccountCall = <Answer>(action: string, request?: object, options?: CallOptions) => Promise<Answer>;

/** Calls of whoever has these credentials. */
export function accountCalls(options: ReachOptions): AccountCall {
  const call = wireCalls(options);
  return async <Answer>(action: string, request: object = {}, callOptions?: CallOptions) => {
    const parameters = Object.fromEntries(requestFields(request));
    return answerFields(await call<object>(action, parameters, callOptions)) as Answer;
  };
}
