// SPDX-License-Identifier: Apache-2.0
/** Sessions of a role, for whoever has an access key that may take the role on. */

import { Caller } from "../kms/caller.js";
import { checkedText } from "../errors.js";
import { type Credentials, CredentialSource, type CredentialsProvider } from "./source.js";
import { type SessionOptions, sessionFields, sessions, sts } from "./sts.js";

/** How to take on a role. */
export interface AssumeRoleOptions extends SessionOptions {
  /** Of the user who takes the role on, or what gives them: another role's, for example. */
  credentials: Credentials | CredentialsProvider;
  /** Sent along, so that a `KmsClient`'s options can be spread here; a session is good in all regions. */
  region?: string;
  /** What the role's trust policy may ask for: 2 to 1,224 characters. */
  externalId?: string;
}

/**
 * Temporary credentials by AssumeRole: a function for the option `credentials` of a `KmsClient`, or to call.
 *
 * Nothing is sent before the first call that needs a session. One session serves all who have the function:
 * it is asked for once, and renewed in the last fifth of its life, at most 5 minutes before its end.
 *
 * @example
 * ```js
 * const reach = { endpoint: "https://kms.example.com", region: "cn-hangzhou" };
 * const credentials = assumeRole({
 *   ...reach,
 *   credentials: { accessKeyId, accessKeySecret },
 *   roleArn: "acs:ram::1234567890123456:role/reports",
 *   roleSessionName: "nightly",
 *   durationSeconds: 900,
 * });
 * const kms = new KmsClient({ ...reach, credentials });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument`, at once. The function fails with `CredentialsUnavailable`, whose
 * `cause` has the server's code: `NoPermission`, `EntityNotExist.Role`, `InvalidParameter` and so on.
 */
export function assumeRole(options: AssumeRoleOptions): CredentialsProvider {
  const { region, externalId } = options;
  if (region !== undefined) checkedText(region, "region");
  const caller = new Caller(() => sts, options, region, CredentialSource.of(options.credentials));
  const fields = { ...sessionFields(options), externalId };
  return sessions(caller, "AssumeRole", async () => fields);
}
