// SPDX-License-Identifier: Apache-2.0
/** Why somebody may or may not use a key: by the policies as they are now. */

import { aliyunService } from "./aliyun.js";
import { Caller } from "./caller.js";
import type { EncryptionContext } from "../context.js";
import { CredentialSource } from "../credentials/source.js";
import { checkedText, invalidArgument } from "../errors.js";
import { type Explanation, explanationOf } from "./explanation.js";
import { requestFields, wireTime } from "./wire.js";
import { KmsClient, type ReachOptions } from "./kms-client.js";

/** Who would do what with which key. */
export interface ExplainOptions extends ReachOptions {
  /** Of the key. The server's default if absent. */
  region?: string;
  /** The user who would; give this or `roleName`. */
  userName?: string;
  /** The role, a session of which would. */
  roleName?: string;
  /** As policies call it, without wildcards: `kms:Decrypt`. */
  permission: string;
  /** The key: its id, an alias or its ARN. */
  keyId: string;
  /** What the session may do at the most, if it has a policy of its own: JSON, or an object. */
  sessionPolicy?: string | object;
  /** The call's encryption context. */
  encryptionContext?: EncryptionContext;
  /** Where the call would come from: an address of IPv4 or IPv6. */
  sourceIp?: string;
  /** When it would come. Default now. */
  currentTime?: Date;
}

/** Resource access management. */
const ram = aliyunService("2015-05-01");

/**
 * Says whether a user or a role of the account may use a key, and which statement of which policy decides it.
 *
 * Whoever asks needs `kms:DescribeKey`, `kms:GetKeyPolicy` and `kms:ListResourceTags` for the key, and
 * `ram:ExplainPermission` for the user or role. Nothing is done with the key. What is not said of the call is
 * absent in it, so that a condition that asks for it does not hold; it is taken to come by TLS.
 *
 * @example
 * ```js
 * const { decision, deciding } = await explainPermission({
 *   endpoint: "https://kms.example.com",
 *   credentials: { accessKeyId, accessKeySecret },
 *   userName: "alice",
 *   permission: "kms:Decrypt",
 *   keyId: "alias/photos",
 *   encryptionContext: { album: "42" },
 * });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument`, or the server's: `EntityNotExist.User`, `Forbidden.KeyNotFound`,
 * `NoPermission` and so on.
 */
export async function explainPermission(options: ExplainOptions): Promise<Explanation> {
  const { userName, roleName, permission, keyId, sessionPolicy, encryptionContext, sourceIp } = options;
  if ((userName === undefined) === (roleName === undefined)) {
    throw invalidArgument("give userName or roleName");
  }
  checkedText(permission, "permission");
  const kms = new KmsClient(options);
  const { keyMetadata } = await kms.describeKey({ keyId: checkedText(keyId, "keyId") });
  const key = { keyId: keyMetadata.keyId };
  const [{ policy }, { tags }] = await Promise.all([kms.getKeyPolicy(key), kms.listResourceTags(key)]);
  const caller = new Caller(() => ram, options, options.region, CredentialSource.of(options.credentials));
  const fields = requestFields({
    userName,
    roleName,
    permission,
    resource: keyMetadata.arn,
    sessionPolicy: typeof sessionPolicy === "object" ? JSON.stringify(sessionPolicy) : sessionPolicy,
    resourcePolicy: policy,
    tags: tags.map(({ tagKey, tagValue }) => ({ tagKey, tagValue })),
    encryptionContext,
    sourceIp,
    currentTime: options.currentTime && wireTime(options.currentTime),
  });
  const answer = await caller.call("ExplainPermission", true, fields);
  return explanationOf(answer);
}
