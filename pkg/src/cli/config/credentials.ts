// SPDX-License-Identifier: Apache-2.0
/** The credentials of a profile, by its mode: one row each. */

import { readFile } from "node:fs/promises";

import type { Credentials, CredentialsProvider } from "../../entrypoints/node.js";
import { CliError, usage } from "../exit.js";
import type { Environment } from "./files.js";
import { fromProcess, fromUri } from "./outside.js";
import { modeOf, type Profile } from "./profile.js";
import { edgekms } from "../package.js";

/** Credentials, or what gives them. */
export type Given = Credentials | CredentialsProvider;

/** What a profile's credentials may need besides the profile. */
export interface Surroundings {
  /** Where a profile stands, for messages: a path, or `the environment`. */
  readonly where: string;
  /** What sets its fields. */
  readonly setBy: string;
  /** Where sessions are asked for. */
  readonly stsUrl: string;
  readonly env: Environment;
  /** Another profile of the same file. */
  sibling(name: string): Profile;
}

type Mode = (profile: Profile, around: Surroundings) => Promise<Given>;

const MODES: Readonly<Record<string, Mode>> = {
  AK: async (profile, around) => accessKey(profile, around),
  StsToken: async (profile, around) => ({
    ...accessKey(profile, around),
    securityToken: field(profile, "sts_token", around),
  }),
  RamRoleArn: async (profile, around) => {
    const token = profile.sts_token ? { securityToken: profile.sts_token } : {};
    return role(profile, around, { ...accessKey(profile, around), ...token });
  },
  ChainableRamRoleArn: async (profile, around) => {
    const source = around.sibling(field(profile, "source_profile", around));
    return role(profile, around, await credentialsOf(source, withoutLoops(around, profile)));
  },
  OIDC: async (profile, around) => {
    const { assumeRoleWithOidc } = await edgekms();
    const file = field(profile, "oidc_token_file", around);
    return assumeRoleWithOidc({
      endpoint: around.stsUrl,
      ...session(profile, around),
      oidcProviderArn: field(profile, "oidc_provider_arn", around),
      // Whoever writes the file puts another token there before this one ends.
      token: async () => (await readFile(file, "utf8")).trim(),
    });
  },
  External: async (profile, around) => {
    const told = fromProcess(field(profile, "process_command", around), of(profile, around), around.env);
    const made: Profile = { ...profile, ...(await told), name: profile.name };
    if (modeOf(made) === "External") throw wrong(profile, around, "its process_command names no mode of its own");
    return credentialsOf(made, around);
  },
  CredentialsURI: async (profile, around) =>
    fromUri(field(profile, "credentials_uri", around), of(profile, around), around.env),
};

const ELSEWHERE = "Use an access key, or a role by a token: `edgekms configure` makes such a profile.";

/** Modes of `aliyun` that are of no use to a KMS whose accounts are its own, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  EcsRamRole: `takes the credentials of a virtual machine of Alibaba Cloud. ${ELSEWHERE}`,
  RamRoleArnWithRoleName: `takes the credentials of a virtual machine of Alibaba Cloud. ${ELSEWHERE}`,
  RsaKeyPair: `signs with a pair of keys, which this program does not. ${ELSEWHERE}`,
  CloudSSO: `signs in to Alibaba Cloud's CloudSSO. ${ELSEWHERE}`,
  OAuth: `signs in to Alibaba Cloud by a browser. ${ELSEWHERE}`,
  BearerToken: `sends a token in place of a signature. ${ELSEWHERE}`,
  Anonymous: `sends no credentials, and every action here wants some. ${ELSEWHERE}`,
};

/**
 * The credentials of a profile.
 *
 * @throws CliError `usage` if a field is missing, or the mode is none of ours; it names what is wrong, and no secret
 */
export async function credentialsOf(profile: Profile, around: Surroundings): Promise<Given> {
  const wanted = modeOf(profile);
  if (wanted === undefined) throw wrong(profile, around, "has no credentials");
  const name = [...Object.keys(MODES), ...Object.keys(REFUSED)].find((each) => each.toLowerCase() === wanted.toLowerCase());
  const mode = name === undefined ? undefined : MODES[name];
  if (mode !== undefined) return mode(profile, around);
  const why = name === undefined ? undefined : REFUSED[name];
  if (why !== undefined) throw usage(`the mode ${name} of ${of(profile, around)} ${why}`);
  const known = Object.keys(MODES).join(", ");
  throw usage(`${of(profile, around)} has the mode '${wanted}'`, `Modes are ${known}.`);
}

function accessKey(profile: Profile, around: Surroundings): Credentials {
  return {
    accessKeyId: field(profile, "access_key_id", around),
    accessKeySecret: field(profile, "access_key_secret", around),
  };
}

function session(profile: Profile, around: Surroundings) {
  return {
    roleArn: field(profile, "ram_role_arn", around),
    roleSessionName: profile.ram_session_name || `edgekms-${Date.now()}`,
    ...(profile.expired_seconds ? { durationSeconds: profile.expired_seconds } : {}),
  };
}

async function role(profile: Profile, around: Surroundings, credentials: Given): Promise<Given> {
  const { assumeRole } = await edgekms();
  const externalId = profile.external_id ? { externalId: profile.external_id } : {};
  return assumeRole({ endpoint: around.stsUrl, credentials, ...session(profile, around), ...externalId });
}

/** A chain of profiles ends; one that comes back to where it was never would. */
function withoutLoops(around: Surroundings, from: Profile): Surroundings {
  return {
    ...around,
    sibling: (name) => {
      if (name === from.name) throw wrong(from, around, "is its own source_profile, through others perhaps");
      return around.sibling(name);
    },
  };
}

function field(profile: Profile, name: keyof Profile, around: Surroundings): string {
  const value = profile[name];
  if (typeof value === "string" && value !== "") return value;
  throw wrong(profile, around, `has no ${name}`);
}

function wrong(profile: Profile, around: Surroundings, what: string): CliError {
  return usage(`${of(profile, around)} ${what}`, around.setBy);
}

function of({ name }: Profile, { where }: Surroundings): string {
  return name === "" ? where : `profile '${name}' of ${where}`;
}
