// SPDX-License-Identifier: Apache-2.0
/** The files of profiles: edgekms' own and, to read, that of the `aliyun` command line. */

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { CliError, usage } from "../exit.js";
import { writePrivate } from "../../files/private.js";
import type { Profile, ProfileFile } from "./profile.js";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The program's own file: `~/.edgekms/config.json`, or where `EDGEKMS_CONFIG_FILE` says. */
export function ownPath(env: Environment = process.env): string {
  return env["EDGEKMS_CONFIG_FILE"] || join(homedir(), ".edgekms", "config.json");
}

/** Both files, the program's own first. `ALIBABA_CLOUD_IGNORE_PROFILE=TRUE` is heeded as `aliyun` does. */
export async function profileFiles(env: Environment = process.env): Promise<ProfileFile[]> {
  const own = await read(ownPath(env), "edgekms");
  const isIgnored = env["ALIBABA_CLOUD_IGNORE_PROFILE"] === "TRUE";
  const aliyun = isIgnored ? undefined : await read(join(homedir(), ".aliyun", "config.json"), "aliyun");
  return [own, aliyun].filter((file) => file !== undefined);
}

async function read(path: string, program: ProfileFile["program"]): Promise<ProfileFile | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new CliError("file", `${path} cannot be read (${error.code})`, "Check who owns the file and its folder.");
  });
  if (text === undefined) return undefined;
  const { current, profiles } = documentOf(text, path);
  return { path, program, current, profiles };
}

/** What the file says; no message quotes it, as there are secrets in it. */
function documentOf(text: string, path: string): { current: string | undefined; profiles: Profile[] } {
  const mend = `Mend it, or move it away and run \`edgekms configure\`.`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw usage(`${path} is not JSON`, mend);
  }
  const { current, profiles = [] } = (document ?? {}) as Record<string, unknown>;
  const isNamed = (each: unknown) => typeof (each as { name?: unknown } | null)?.name === "string";
  if (!Array.isArray(profiles) || !profiles.every(isNamed)) {
    throw usage(`${path} has no list "profiles", each with a "name"`, mend);
  }
  for (const profile of profiles as Record<string, unknown>[]) checkFields(profile, path, mend);
  return { current: typeof current === "string" && current !== "" ? current : undefined, profiles };
}

/** Fields that are read here are texts, but for one. */
function checkFields(profile: Record<string, unknown>, path: string, mend: string): void {
  const wrong = TEXTS.find((field) => profile[field] !== undefined && typeof profile[field] !== "string");
  if (wrong === undefined) return;
  throw usage(`in ${path}, "${wrong}" of profile '${String(profile["name"])}' is not a text`, mend);
}

const TEXTS: readonly (keyof Profile)[] = [
  "mode", "access_key_id", "access_key_secret", "sts_token", "ram_role_arn", "ram_session_name", "external_id",
  "source_profile", "oidc_provider_arn", "oidc_token_file", "process_command", "credentials_uri", "region_id", "endpoint",
  "sts_url", "operator_access_key_id", "operator_access_key_secret",
];

/** Puts a profile into the program's own file, in place of the one of that name, and makes it the current one. */
export async function keepProfile(profile: Profile, env: Environment = process.env): Promise<string> {
  return rewriteOwn(env, (profiles) => [...profiles.filter(({ name }) => name !== profile.name), profile], profile.name);
}

/** Makes a profile the one that is used when none is named. */
export async function useProfile(name: string, env: Environment = process.env): Promise<string> {
  return rewriteOwn(env, (profiles) => profiles, name);
}

async function rewriteOwn(
  env: Environment,
  change: (profiles: readonly Profile[]) => readonly Profile[],
  current: string,
): Promise<string> {
  const path = ownPath(env);
  const file = await read(path, "edgekms");
  const document = { current, profiles: change(file?.profiles ?? []) };
  await writePrivate(path, `${JSON.stringify(document, undefined, 2)}\n`);
  return path;
}
