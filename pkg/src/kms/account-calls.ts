// SPDX-License-Identifier: Apache-2.0
/** Actions of accounts (RAM, and the operator's on them) and of STS, which `KmsClient` has no methods for. */

import { aliyunService } from "./aliyun.js";
import type { CallOptions } from "./call-options.js";
import { Caller } from "./caller.js";
import { CredentialSource } from "../credentials/source.js";
import { sts } from "../credentials/sts.js";
import type { Protocol } from "./dialect.js";
import type { ReachOptions } from "./kms-client.js";
import { answerFields, requestFields } from "./wire.js";

/** Resource access management, and accounts. */
const ram = aliyunService("2015-05-01");

/** What begins so may be sent twice: it changes nothing. */
const LOOKS = /^(?:Get|List)/;

/** Calls an action by its name on the wire, and gives its answer with TypeScript's names. */
export type AccountCall = <Answer>(action: string, request?: object, options?: CallOptions) => Promise<Answer>;

/** Calls of whoever has these credentials. */
export function accountCalls(options: ReachOptions): AccountCall {
  const credentials = CredentialSource.of(options.credentials);
  const of = (protocol: Protocol) => new Caller(() => protocol, options, undefined, credentials);
  const [toRam, toSts] = [of(ram), of(sts)];
  return async <Answer>(action: string, request: object = {}, callOptions?: CallOptions) => {
    const caller = action === "GetCallerIdentity" ? toSts : toRam;
    const answer = await caller.call(action, LOOKS.test(action), requestFields(request), callOptions);
    return answerFields(answer) as Answer;
  };
}
