// SPDX-License-Identifier: Apache-2.0
/**
 * Where the KMS is and who asks, from all places that can say so. Each setting is that of the first place that has it:
 * options, a profile that an option names, the environment, edgekms' own file, the file of `aliyun`.
 */

import { ACCESS_KEYS, ROLE_VARIABLES, SESSION_NAME, STS_ENDPOINT, VARIABLES } from "../../kms/environment-names.js";
import { CliError, usage } from "../exit.js";
import { credentialsOf, type Given, type Surroundings } from "./credentials.js";
import { type Environment, profileFiles } from "./files.js";
import { modeOf, type Profile, type ProfileFile } from "./profile.js";

/** What of the options counts here. */
export interface Wanted {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** A setting, and whence it is, for people. */
export interface Found<T> {
  readonly value: T;
  readonly from: string;
}

/** Who asks: made when it is needed, as that may ask others. */
export type Identity = (at: { endpoint: string }) => Promise<Given>;

/** All that was found. */
export interface Settings {
  readonly endpoint?: Found<string>;
  readonly region?: Found<string>;
  readonly credentials?: Found<Identity>;
  /** The access key of whoever runs the deployment, if it is told apart from the account's. */
  readonly operator?: Found<Identity>;
}

/** A place that may have settings. */
interface Layer {
  readonly from: string;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: Identity | undefined;
  readonly operator?: Identity | undefined;
}

const OPERATOR_KEYS = ["EDGEKMS_OPERATOR_ACCESS_KEY_ID", "EDGEKMS_OPERATOR_ACCESS_KEY_SECRET"] as const;
const PROFILES = ["EDGEKMS_PROFILE", "ALIBABA_CLOUD_PROFILE"] as const;
const CREDENTIALS_URI = "ALIBABA_CLOUD_CREDENTIALS_URI";

/**
 * The settings of one run.
 *
 * @throws CliError `notFound` for a profile that is in no file, naming those that are
 */
export async function settingsOf(wanted: Wanted, env: Environment = process.env): Promise<Settings> {
  const files = await profileFiles(env);
  const profiles = profileLayers(files, wanted.profile ?? first(env, PROFILES), env);
  const options: Layer = { from: "the command line", endpoint: wanted.endpoint, region: wanted.region };
  const rest = wanted.profile === undefined ? [environment(env), ...profiles] : [...profiles, environment(env)];
  const layers = [options, ...rest];
  const setting = (name: keyof Settings): Settings => {
    const layer = layers.find((each) => each[name] !== undefined);
    return layer === undefined ? {} : { [name]: { value: layer[name], from: layer.from } };
  };
  return { ...setting("endpoint"), ...setting("region"), ...setting("credentials"), ...setting("operator") };
}

/** The endpoint, without which nothing can be asked. */
export function endpointOf({ endpoint }: Settings): string {
  if (endpoint !== undefined) return endpoint.value;
  throw usage("no KMS is named", "Give --endpoint https://…, set EDGEKMS_ENDPOINT, or run `edgekms configure`.");
}

/** Who asks, which is needed as soon as something is asked. */
export function identityOf({ credentials }: Settings): Identity {
  if (credentials !== undefined) return credentials.value;
  throw usage(
    "no access key is set",
    "Set EDGEKMS_ACCESS_KEY_ID and EDGEKMS_ACCESS_KEY_SECRET, or run `edgekms configure`.",
  );
}

/** The environment, as a profile without a name. */
function environment(env: Environment): Layer {
  const names = ACCESS_KEYS.find(([id]) => first(env, [id]) !== undefined);
  const value = (name: string | undefined) => (name === undefined ? undefined : first(env, [name]));
  const [role, provider, file] = ROLE_VARIABLES.map(value);
  // An access key comes first, as with Alibaba's SDKs; it is one place's alone.
  const hasRole = names === undefined && [role, provider, file].some((each) => each !== undefined);
  const uri = names === undefined && !hasRole ? value(CREDENTIALS_URI) : undefined;
  const profile = {
    name: "",
    ...(names && withoutAbsent({ mode: value(names[2]) ? "StsToken" : "AK", ...key(names.map(value)) })),
    ...(hasRole && withoutAbsent({
      mode: "OIDC",
      ram_role_arn: role,
      oidc_provider_arn: provider,
      oidc_token_file: file,
      ram_session_name: value(SESSION_NAME),
    })),
    ...(uri && { mode: "CredentialsURI", credentials_uri: uri }),
  };
  const variables = [...(names ?? []), ...(hasRole ? ROLE_VARIABLES : [])].join(", ") || CREDENTIALS_URI;
  const around = { where: "the environment", setBy: `Set all of ${variables}.`, env, sibling: noSibling };
  const [id, secret] = OPERATOR_KEYS.map(value);
  return {
    from: "the environment",
    endpoint: first(env, VARIABLES.endpoint),
    region: first(env, VARIABLES.region),
    credentials: modeOf(profile) === undefined ? undefined : identity(profile, around),
    operator: operatorIdentity({ name: "", ...key([id, secret]) }, { ...around, setBy: `Set both of ${OPERATOR_KEYS.join(", ")}.` }),
  };
}

function key([id, secret, token]: readonly (string | undefined)[]): Partial<Profile> {
  return withoutAbsent({ access_key_id: id, access_key_secret: secret, sts_token: token });
}

/** The profiles of a name, or those that are used when none is named. */
function profileLayers(files: readonly ProfileFile[], name: string | undefined, env: Environment): Layer[] {
  const layers = files.flatMap((file) => {
    const profile = file.profiles.find((each) => each.name === (name ?? file.current ?? "default"));
    return profile === undefined ? [] : [layerOf(profile, file, env)];
  });
  if (name !== undefined && layers.length === 0) throw unknown(name, files);
  return layers;
}

function unknown(name: string, files: readonly ProfileFile[]): CliError {
  const names = [...new Set(files.flatMap(({ profiles }) => profiles.map((profile) => profile.name)))];
  const remedy = names.length === 0 ? "There is none yet: `edgekms configure` makes one." : `There are ${names.join(", ")}.`;
  return new CliError("notFound", `there is no profile '${name}'`, remedy);
}

function layerOf(profile: Profile, file: ProfileFile, env: Environment): Layer {
  const isOwn = file.program === "edgekms";
  const around = {
    where: file.path,
    setBy: `\`${file.program} configure --profile ${profile.name}\` sets it.`,
    env,
    sibling: (name: string) => siblingOf(name, file),
  };
  const operator: Profile = {
    name: profile.name,
    ...key([profile.operator_access_key_id, profile.operator_access_key_secret]),
  };
  return {
    from: `profile '${profile.name}' of ${file.path}`,
    // `aliyun` has endpoints of other services there.
    endpoint: isOwn ? profile.endpoint || undefined : undefined,
    region: profile.region_id || undefined,
    credentials: modeOf(profile) === undefined ? undefined : identity(profile, around),
    operator: isOwn ? operatorIdentity(operator, around) : undefined,
  };
}

/** Until it is known where the KMS is. */
type Before = Omit<Surroundings, "stsUrl">;

function identity(profile: Profile, around: Before): Identity {
  const sts = around.env[STS_ENDPOINT] || profile.sts_url;
  return ({ endpoint }) => credentialsOf(profile, { ...around, stsUrl: sts || endpoint });
}

function operatorIdentity(profile: Profile, around: Before): Identity | undefined {
  return modeOf(profile) === undefined ? undefined : identity(profile, around);
}

function siblingOf(name: string, file: ProfileFile): Profile {
  const found = file.profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  throw usage(`there is no profile '${name}' in ${file.path}, which is named there as a source_profile`);
}

function noSibling(name: string): never {
  throw usage(`there is no profile '${name}' in the environment`);
}

function first(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}

function withoutAbsent<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
