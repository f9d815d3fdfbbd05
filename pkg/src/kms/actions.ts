// SPDX-License-Identifier: Apache-2.0
/** Any action of the table: loaded when one is called that no keyring needs. */

import type { CallOptions } from "./call-options.js";
import type { Caller } from "./caller.js";
import type { KeyProvider } from "../keyring/arn.js";
import { checksOf } from "./checks.js";
import { capitalized, OF_MESSAGES, own } from "./fields.js";
import { ACTIONS } from "../generated/table.js";
import { answerFields, requestFields } from "./wire.js";

/** Calls the action with what a user gave its method: a request, options, or both. */
export async function act(
  caller: Caller,
  provider: KeyProvider,
  name: string,
  first: object,
  second: CallOptions | undefined,
  validate: boolean | undefined,
): Promise<unknown> {
  const row = own(ACTIONS, name) ?? {};
  const request = row.bare ? {} : first;
  const options = row.bare && "signal" in first ? (first as CallOptions) : undefined;
  const action = (provider === "aws-kms" && row.aws) || capitalized(name);
  const fields = requestFields(request);
  const checks = validate && !OF_MESSAGES.includes(name) ? await checksOf(provider, action) : undefined;
  checks?.request(fields);
  const answer = await caller.call(action, row.once !== true, fields, second ?? options);
  checks?.answer(answer);
  return answerFields(answer);
}
