// SPDX-License-Identifier: Apache-2.0
/** What policies say of a request, with no server to ask. */

import { type EncryptionContext, toPairs } from "../context.js";
import { api } from "../core/api.js";
import { checkedOptions, checkedWhole, invalidArgument, kindOf } from "../errors.js";
import type { Dialect } from "./dialect.js";
import { type Explanation, explanationOf, type PolicyKind } from "./explanation.js";
import { wireTime } from "./wire.js";

/** A policy that has a say. */
export interface GivenPolicy {
  /** Whose it is. Default `identity`: of the user, a group of theirs, or the role. */
  policyKind?: PolicyKind;
  /** What the explanation calls it. Default its place: `policies[0]`. */
  policyName?: string;
  /** The document: JSON, or an object. */
  document: string | object;
  /** In whose words it is. What AWS's words mean here is told in Alibaba's. Default `aliyun`. */
  dialect?: Dialect;
}

/** Who would do what with what. */
export interface PolicyRequest {
  /**
   * Who: an ARN of a user, a role, a session of a role, an account (`:root`) or an identity provider, as
   * `acs:ram::1234567890123456:user/alice`; or a service, such as `ecs.aliyuncs.com`. AWS's ARNs are taken, too.
   */
  principal: string;
  /** What, as policies call it, without wildcards: `kms:Decrypt`. */
  permission: string;
  /** To what: the ARN of a key, or of a role if the permission is `sts:AssumeRole`. */
  resource: string;
  /** Whether the key is a default or service key, which is nobody's but its account's. */
  staysHome?: boolean;
  /** Of the key, for `kms:tag/<key>`. */
  tags?: readonly { tagKey: string; tagValue: string }[];
  /** For `kms:EncryptionContext:<key>`. */
  encryptionContext?: EncryptionContext;
  /** For `kms:EncryptionAlgorithm`, such as `SYMMETRIC_DEFAULT`. */
  encryptionAlgorithm?: string;
  /** For `acs:SourceIp`: an address of IPv4 or IPv6. */
  sourceIp?: string;
  /** For `acs:SecureTransport`. Default true. */
  secureTransport?: boolean;
  /** For `acs:MFAPresent`. Default false. */
  mfaPresent?: boolean;
  /** For `acs:CurrentTime`. Default now. */
  currentTime?: Date;
  /** For `sts:ExternalId`. */
  externalId?: string;
  /** What an identity provider's token says, for `oidc:iss`, `oidc:aud` and `oidc:sub`. */
  oidc?: { issuer: string; audience: readonly string[]; subject: string };
}

/** A question to policies. */
export interface ExplainPolicyOptions {
  /** Every policy that has a say; where one is left out, so is what it would allow or deny. */
  policies: readonly GivenPolicy[];
  /** What would be done. What is not said of it is absent, so that a condition that asks for it does not hold. */
  request: PolicyRequest;
}

/**
 * Says whether policies allow something, and which statement of which of them decides it: by the rules of the
 * worker's own evaluator, in this program. Nothing is sent. The third WebAssembly module is loaded for it.
 *
 * What an account has attached to whom, it does not know: that is `explainPermission`'s to say.
 *
 * @example
 * ```js
 * const statement = { Effect: "Allow", Action: ["kms:Encrypt", "kms:GenerateDataKey"], Resource: "*" };
 * const { decision, missing } = await explainPolicy({
 *   policies: [{ document: { Version: "1", Statement: [statement] } }],
 *   request: {
 *     principal: "acs:ram::1234567890123456:user/alice",
 *     permission: "kms:Decrypt",
 *     resource: "acs:kms:cn-hangzhou:1234567890123456:key/k",
 *   },
 * });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument`, which names what cannot be asked; of a document that could not be set, what
 * a server would answer (`MalformedPolicyDocument` and so on); `WasmUnavailable`.
 */
export async function explainPolicy(options: ExplainPolicyOptions): Promise<Explanation> {
  const { policies, request } = checkedOptions(options);
  if (!Array.isArray(policies)) throw invalidArgument(`policies must be an array, not ${kindOf(policies)}`);
  if (typeof request !== "object" || request === null) {
    throw invalidArgument(`request must be an object, not ${kindOf(request)}`);
  }
  const given = policies.map(policyFields);
  const asked = requestFields(request);
  const module = await api();
  return explanationOf(module.explainPolicy(given, asked));
}

/** As the module takes a policy. What it does not know, it names. */
function policyFields(policy: GivenPolicy, index: number): object {
  const at = `policies[${index}]`;
  if (typeof policy !== "object" || policy === null) {
    throw invalidArgument(`${at} must be an object with a document, not ${kindOf(policy)}`);
  }
  const { policyKind = "identity", policyName = at, document, ...rest } = policy;
  return { ...rest, policyKind, policyName, document: documentText(document, `${at}.document`) };
}

function documentText(document: string | object, name: string): string {
  if (typeof document === "string") return checkedWhole(document, name);
  try {
    return JSON.stringify(document);
  } catch {
    throw invalidArgument(`${name} has what JSON cannot say`);
  }
}

function requestFields({ tags, encryptionContext, currentTime = new Date(), ...rest }: PolicyRequest): object {
  for (const [name, value] of Object.entries(rest)) checkedWhole(value, `request.${name}`);
  if (!(currentTime instanceof Date) || Number.isNaN(currentTime.getTime())) {
    throw invalidArgument("request.currentTime must be a Date");
  }
  if (tags !== undefined && !Array.isArray(tags)) throw invalidArgument("request.tags must be an array");
  const context = encryptionContext && Object.fromEntries(toPairs(encryptionContext, "request.encryptionContext"));
  return {
    ...rest,
    tags: tags?.map((tag) => ({ TagKey: tag?.tagKey, TagValue: tag?.tagValue })),
    encryptionContext: context,
    currentTime: wireTime(currentTime),
  };
}
