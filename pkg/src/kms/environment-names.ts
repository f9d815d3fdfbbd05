// SPDX-License-Identifier: Apache-2.0
/** The variables that say where a KMS is and who calls it, for clients and for the command line. */

/**
 * Which variables are asked for, in order. Those of Alibaba's SDKs come second, so that a program that is
 * set up for the cloud needs only the endpoint besides.
 */
export const VARIABLES = {
  endpoint: ["EDGEKMS_ENDPOINT"],
  region: ["EDGEKMS_REGION", "ALIBABA_CLOUD_REGION_ID"],
} as const;

/** One access key's variables: id, secret, token. The three are of one key, so they are never mixed. */
export const ACCESS_KEYS = [
  ["EDGEKMS_ACCESS_KEY_ID", "EDGEKMS_ACCESS_KEY_SECRET", "EDGEKMS_SECURITY_TOKEN"],
  [
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
  ],
] as const;

/**
 * A role for whoever has a token in a file, as a cluster gives its workloads one: role, identity provider,
 * file. All three, or none.
 */
export const ROLE_VARIABLES = [
  "ALIBABA_CLOUD_ROLE_ARN",
  "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
  "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
] as const;

/** What the session is called. It may be left out, as with Alibaba's SDKs. */
export const SESSION_NAME = "ALIBABA_CLOUD_ROLE_SESSION_NAME";

/** Where STS is, if not where the KMS is: edgekms is both, and Alibaba Cloud is not. */
export const STS_ENDPOINT = "EDGEKMS_STS_ENDPOINT";
