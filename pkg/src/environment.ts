// SPDX-License-Identifier: Apache-2.0
/** Settings of a client from environment variables, where secrets belong and not in code. */

import type { Credentials } from "./credentials/source.js";
import { invalidArgument } from "./errors.js";

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says. */
export interface EnvironmentSettings {
  endpoint: string;
  region?: string;
  credentials: Credentials;
}

/**
 * Which variables are asked for, in order. Those of Alibaba's SDKs come second, so that a program that is
 * set up for the cloud needs only the endpoint besides.
 */
const VARIABLES = {
  endpoint: ["EDGEKMS_ENDPOINT"],
  region: ["EDGEKMS_REGION", "ALIBABA_CLOUD_REGION_ID"],
} as const;

/** One access key's variables: id, secret, token. The three are of one key, so they are never mixed. */
const ACCESS_KEYS = [
  ["EDGEKMS_ACCESS_KEY_ID", "EDGEKMS_ACCESS_KEY_SECRET", "EDGEKMS_SECURITY_TOKEN"],
  [
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
  ],
] as const;

/** The settings that are not among those `given`. */
export function fromEnvironment(
  env: Environment,
  given: Readonly<Record<string, unknown>>,
): Partial<EnvironmentSettings> {
  const found: Partial<EnvironmentSettings> = {};
  if (given.endpoint === undefined) found.endpoint = required(env, VARIABLES.endpoint);
  const region = first(env, VARIABLES.region);
  if (given.region === undefined && region !== undefined) found.region = region;
  if (given.credentials === undefined) found.credentials = accessKey(env);
  return found;
}

function accessKey(env: Environment): Credentials {
  const names = ACCESS_KEYS.find(([id]) => value(env, id) !== undefined) ?? ACCESS_KEYS[0];
  const [id, secret, token] = names;
  const securityToken = value(env, token);
  return {
    accessKeyId: required(env, [id]),
    accessKeySecret: required(env, [secret]),
    ...(securityToken === undefined ? {} : { securityToken }),
  };
}

function required(env: Environment, names: readonly string[]): string {
  const found = first(env, names);
  if (found !== undefined) return found;
  throw invalidArgument(`set the environment variable ${names.join(" or ")}`);
}

function first(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => value(env, name)).find((held) => held !== undefined);
}

/** An empty variable is one that is not set. */
function value(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}
