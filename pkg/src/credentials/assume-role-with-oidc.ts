// SPDX-License-Identifier: Apache-2.0
/** Sessions of a role, for whoever an identity provider vouches for: no access key at all. */

import { parameters } from "../kms/aliyun.js";
import { Caller } from "../kms/caller.js";
import type { Protocol } from "../kms/dialect.js";
import { checkedText, invalidArgument } from "../errors.js";
import type { CredentialsProvider } from "./source.js";
import { type SessionOptions, sessionFields, sessions, STS_VERSION, sts } from "./sts.js";

/** How to take on a role by a token of an identity provider. */
export interface AssumeRoleWithOidcOptions extends SessionOptions {
  /** `acs:ram::<account>:oidc-provider/<name>`: whose tokens the role trusts. */
  oidcProviderArn: string;
  /** The provider's ID token (a JWT), or what gives a fresh one for each session. */
  token: string | (() => string | Promise<string>);
}

/**
 * All in a form, as Alibaba's own clients send it. Nothing is in the URL, which proxies note, and a browser
 * sends a form to another origin without asking first.
 */
const unsigned: NonNullable<Protocol["unsigned"]> = (asked) => ({
  headers: [["content-type", "application/x-www-form-urlencoded"]],
  body: new URLSearchParams([
    ["Action", asked.action],
    ["Version", STS_VERSION],
    ["Format", "JSON"],
    ["Timestamp", asked.now],
    ["SignatureNonce", asked.nonce],
    ...parameters(asked),
  ]).toString(),
});

/**
 * Temporary credentials by AssumeRoleWithOIDC: a function for the option `credentials` of a `KmsClient`.
 *
 * As with `assumeRole`, one session serves all who have the function, and is renewed in time: tokens live
 * for minutes, so give a function that has a fresh one.
 *
 * @example
 * ```js
 * const endpoint = "https://kms.example.com";
 * const credentials = assumeRoleWithOidc({
 *   endpoint,
 *   roleArn: "acs:ram::1234567890123456:role/page",
 *   oidcProviderArn: "acs:ram::1234567890123456:oidc-provider/login",
 *   token: () => session.idToken(),
 *   roleSessionName: "alice@example.com",
 * });
 * const kms = new KmsClient({ endpoint, region: "cn-hangzhou", credentials });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument`, at once. The function fails with `CredentialsUnavailable`, whose
 * `cause` has the server's code, or the error of the `token` function.
 */
export function assumeRoleWithOidc(options: AssumeRoleWithOidcOptions): CredentialsProvider {
  const { token } = options;
  if (typeof token !== "function") checkedText(token, "token");
  const caller = new Caller(() => ({ ...sts, unsigned }), options, undefined, undefined);
  const fields = {
    ...sessionFields(options),
    // The acronyms are the wire's; a field's name gets no more than a capital.
    OIDCProviderArn: checkedText(options.oidcProviderArn, "oidcProviderArn"),
  };
  return sessions(caller, "AssumeRoleWithOIDC", async () => {
    const given = typeof token === "function" ? await token() : token;
    if (typeof given !== "string" || given === "") throw invalidArgument("the token function gave no text");
    return { ...fields, OIDCToken: given };
  });
}
