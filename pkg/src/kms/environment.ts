// SPDX-License-Identifier: Apache-2.0
/** Settings of a client from environment variables, where secrets belong and not in code. */

import type { EndpointOptions } from "./endpoint.js";
import { assumeRoleWithOidc } from "../credentials/assume-role-with-oidc.js";
import type { Credentials, CredentialsProvider } from "../credentials/source.js";
import { ACCESS_KEYS, ROLE_VARIABLES, SESSION_NAME, STS_ENDPOINT, VARIABLES } from "./environment-names.js";
import { invalidArgument } from "../errors.js";

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says. */
export interface EnvironmentSettings {
  endpoint: string;
  region?: string;
  credentials: Credentials | CredentialsProvider;
}

/** What of the host is asked besides: a text file, read whenever a token is wanted. */
export type ReadText = (path: string) => Promise<string>;

/** The settings that are not among those `given`. */
export function fromEnvironment(
  env: Environment,
  given: Readonly<Record<string, unknown>>,
  readText: ReadText,
): Partial<EnvironmentSettings> {
  const found: Partial<EnvironmentSettings> = {};
  if (given.endpoint === undefined) found.endpoint = required(env, VARIABLES.endpoint);
  const region = first(env, VARIABLES.region);
  if (given.region === undefined && region !== undefined) found.region = region;
  if (given.credentials !== undefined) return found;
  const names = ACCESS_KEYS.find(([id]) => value(env, id) !== undefined);
  // An access key comes first, as with Alibaba's SDKs.
  const hasRole = names === undefined && ROLE_VARIABLES.some((name) => value(env, name) !== undefined);
  found.credentials = hasRole ? role(env, given, readText) : accessKey(env, names ?? ACCESS_KEYS[0]);
  return found;
}

function accessKey(env: Environment, [id, secret, token]: (typeof ACCESS_KEYS)[number]): Credentials {
  const securityToken = value(env, token);
  return {
    accessKeyId: required(env, [id]),
    accessKeySecret: required(env, [secret]),
    ...(securityToken === undefined ? {} : { securityToken }),
  };
}

function role(
  env: Environment,
  given: Readonly<Record<string, unknown>>,
  readText: ReadText,
): CredentialsProvider {
  const [roleArn, oidcProviderArn, file] = ROLE_VARIABLES.map((name) => required(env, [name]));
  const reach = given as Partial<EndpointOptions>;
  return assumeRoleWithOidc({
    ...reach,
    endpoint: value(env, STS_ENDPOINT) ?? reach.endpoint ?? required(env, VARIABLES.endpoint),
    roleArn: roleArn as string,
    oidcProviderArn: oidcProviderArn as string,
    // Whoever writes the file puts another token there before this one ends.
    token: async () => (await readText(file as string)).trim(),
    roleSessionName: value(env, SESSION_NAME) ?? `edgekms-${Date.now()}`,
  });
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
