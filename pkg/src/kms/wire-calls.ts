// SPDX-License-Identifier: Apache-2.0
/**
 * Actions of accounts (RAM, and the operator's on them), of STS and of the trail, which `KmsClient` has no methods for:
 * names and answers are the wire's.
 */

import { aliyunService } from "./aliyun.js";
import type { CallOptions } from "./call-options.js";
import { Caller } from "./caller.js";
import { CredentialSource } from "../credentials/source.js";
import { STS_VERSION } from "../credentials/sts.js";
import type { Field } from "./fields.js";
import type { ReachOptions } from "./kms-client.js";

/** Of resource access management, and of accounts. */
const RAM_VERSION = "2015-05-01";
const TRAIL_VERSION = "2020-07-06";

/** Of actions that are not RAM's. */
const VERSIONS: Readonly<Record<string, string>> = {
  AssumeRole: STS_VERSION,
  GetCallerIdentity: STS_VERSION,
  LookupEvents: TRAIL_VERSION,
};

/** What begins so does no more the second time than the first. */
const REPEATABLE = /^(?:Get|List|Lookup|Assume|Update|Rewrap|Close|Revoke)/;

/** Calls an action with its parameters; what is undefined is left out. */
export type WireCall = <Answer>(action: string, parameters?: object, options?: CallOptions) => Promise<Answer>;

/** Calls of whoever has these credentials. The region is the trail's: accounts have none. */
export function wireCalls(options: ReachOptions & { region?: string }): WireCall {
  const credentials = CredentialSource.of(options.credentials);
  const callers = new Map<string, Caller>();
  const callerOf = (version: string): Caller => {
    const protocol = aliyunService(version);
    const region = version === TRAIL_VERSION ? options.region : undefined;
    const caller = callers.get(version) ?? new Caller(() => protocol, options, region, credentials);
    callers.set(version, caller);
    return caller;
  };
  return async <Answer>(action: string, parameters: object = {}, callOptions?: CallOptions) => {
    const caller = callerOf(VERSIONS[action] ?? RAM_VERSION);
    const fields = Object.entries(parameters).filter(([, value]) => value !== undefined) as Field[];
    return (await caller.call(action, REPEATABLE.test(action), fields, callOptions)) as Answer;
  };
}
