// SPDX-License-Identifier: Apache-2.0
/** A profile, in the form that the `aliyun` command line keeps them in, with a few fields of ours. */

/** One profile. What `aliyun` has besides is left alone. */
export interface Profile {
  readonly name: string;
  /** How credentials are had; by what is there if absent. */
  readonly mode?: string;
  readonly access_key_id?: string;
  readonly access_key_secret?: string;
  readonly sts_token?: string;
  readonly ram_role_arn?: string;
  readonly ram_session_name?: string;
  readonly external_id?: string;
  readonly expired_seconds?: number;
  readonly source_profile?: string;
  readonly oidc_provider_arn?: string;
  readonly oidc_token_file?: string;
  readonly process_command?: string;
  readonly credentials_uri?: string;
  readonly region_id?: string;
  /** Ours: the URL of the KMS, and of STS if that is elsewhere. */
  readonly endpoint?: string;
  readonly sts_url?: string;
  /** Ours: the access key of whoever runs the deployment. */
  readonly operator_access_key_id?: string;
  readonly operator_access_key_secret?: string;
}

/** A file of profiles. */
export interface ProfileFile {
  readonly path: string;
  /** Whose file it is. */
  readonly program: "edgekms" | "aliyun";
  readonly current: string | undefined;
  readonly profiles: readonly Profile[];
}

/** What tells the mode of a profile that names none, as `aliyun` does it: the first whose fields are all there. */
const SIGNS: readonly (readonly [mode: string, fields: readonly (keyof Profile)[]])[] = [
  ["StsToken", ["access_key_id", "access_key_secret", "sts_token"]],
  ["RamRoleArn", ["access_key_id", "access_key_secret", "ram_role_arn"]],
  ["AK", ["access_key_id", "access_key_secret"]],
  ["External", ["process_command"]],
  ["OIDC", ["oidc_provider_arn", "oidc_token_file", "ram_role_arn"]],
  ["CredentialsURI", ["credentials_uri"]],
  // One half of an access key is a mistake, and told as such.
  ["AK", ["access_key_id"]],
  ["AK", ["access_key_secret"]],
];

/** How its credentials are had; undefined if it has none. */
export function modeOf(profile: Profile): string | undefined {
  const isThere = (field: keyof Profile) => profile[field] !== undefined && profile[field] !== "";
  if (isThere("mode")) return profile.mode;
  return SIGNS.find(([, fields]) => fields.every(isThere))?.[0];
}
