// SPDX-License-Identifier: Apache-2.0
/** The security token service (STS, version 2015-04-01): sessions of a role. */

import { aliyunService } from "../kms/aliyun.js";
import type { Caller } from "../kms/caller.js";
import type { EndpointOptions } from "../kms/endpoint.js";
import { checkedText, EdgekmsError, invalidArgument } from "../errors.js";
import type { Credentials, CredentialsProvider } from "./source.js";
import { sharedProvider } from "./source.js";

/** Version of the API that is spoken. */
export const STS_VERSION = "2015-04-01";

/** The KMS's own protocol; only the version says which service is meant. */
export const sts = aliyunService(STS_VERSION);

/** What every session of a role is asked for with. */
export interface SessionOptions extends EndpointOptions {
  /** `acs:ram::<account>:role/<name>`. */
  roleArn: string;
  /** What the audit record calls the session: 2 to 64 of `A-Z a-z 0-9 . @ _ -`. */
  roleSessionName: string;
  /** Of the session: 900 seconds to the role's longest. Default 3,600. */
  durationSeconds?: number;
  /**
   * What the session may do at the most: a policy document, as JSON or as an object, of at most 2,048
   * characters. It may do what this and the role's own policies both allow.
   */
  policy?: string | object;
}

/** The fields of a request that all kinds of session share. */
export function sessionFields(options: SessionOptions): object {
  const { durationSeconds, policy } = options;
  if (durationSeconds !== undefined && !(Number.isInteger(durationSeconds) && durationSeconds > 0)) {
    throw invalidArgument("durationSeconds must be a whole number of seconds");
  }
  return {
    roleArn: checkedText(options.roleArn, "roleArn"),
    roleSessionName: checkedText(options.roleSessionName, "roleSessionName"),
    durationSeconds,
    policy: typeof policy === "object" ? JSON.stringify(policy) : policy,
  };
}

/** What asks for a session whenever one is wanted. */
export function sessions(caller: Caller, action: string, fields: () => Promise<object>): CredentialsProvider {
  return sharedProvider(async () => {
    // Another session does no harm: the one whose answer was lost just ends.
    const answer = (await caller.ask(action, await fields())) as { credentials?: Credentials };
    if (typeof answer.credentials === "object" && answer.credentials !== null) return answer.credentials;
    throw new EdgekmsError("InvalidAnswer", `the answer of ${action} has no credentials; is \`endpoint\` an STS?`);
  });
}
