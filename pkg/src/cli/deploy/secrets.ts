// SPDX-License-Identifier: Apache-2.0
/** The secrets of a deployment, made on this machine, and the file that is all there is of them besides. */

import { randomBytes, randomInt } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";

import { onFile } from "../../files/aside.js";
import { CliError, usage } from "../exit.js";
import { writePrivate } from "../../files/private.js";
import { newRootKeys, rootKeysOf, wipe } from "../root-keys.js";

/** Secrets by the names of the worker's variables: what `wrangler deploy --secrets-file` takes, too. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * Those that a deployment cannot do without, and those that let its operator do what is the operator's. The token of
 * the metrics can be another at any time.
 */
const NAMES = [
  "ROOT_KEYS", "BACKUP_KEY", "ACCOUNT_ID", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET",
  "OPERATOR_ACCESS_KEY_ID", "OPERATOR_ACCESS_KEY_SECRET",
] as const;

/** New ones. */
export function newSecrets(): Secrets {
  return {
    ROOT_KEYS: newRootKeys(),
    BACKUP_KEY: randomBytes(32).toString("base64"),
    ACCOUNT_ID: `${randomInt(1, 10)}${Array.from({ length: 15 }, () => randomInt(0, 10)).join("")}`,
    ACCESS_KEY_ID: accessKeyId(),
    ACCESS_KEY_SECRET: accessKeySecret(),
    OPERATOR_ACCESS_KEY_ID: accessKeyId(),
    OPERATOR_ACCESS_KEY_SECRET: accessKeySecret(),
    METRICS_TOKEN: accessKeySecret(),
  };
}

function accessKeyId(): string {
  return `LTAI${randomBytes(10).toString("hex")}`;
}

function accessKeySecret(): string {
  return randomBytes(24).toString("base64url");
}

/** The recovery file is never written over: it may be the only copy of another deployment's root keys. */
export async function refuseKept(path: string): Promise<void> {
  const isThere = await lstat(path).then(() => true, () => false);
  if (isThere) {
    throw new CliError(
      "conflict",
      `${path} is there already, and may be all there is of a deployment's root keys`,
      "Give another --dir, or --recovery-file; or move it to where it is kept.",
    );
  }
}

/** Writes the recovery file. */
export async function keepSecrets(path: string, secrets: Secrets): Promise<void> {
  await writePrivate(path, `${JSON.stringify(secrets, undefined, 2)}\n`, { replace: false });
}

/** Reads it again, for a deployment that did not get to its end; undefined if it did not get to the file either. */
export async function keptSecrets(path: string): Promise<Secrets | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    return onFile(path, "read", () => Promise.reject(error));
  });
  if (text === undefined) return undefined;
  let secrets: Record<string, unknown>;
  try {
    secrets = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw usage(`${path} is no recovery file`, "Put the one back that was written for this deployment.");
  }
  const missing = NAMES.filter((name) => typeof secrets[name] !== "string");
  if (missing.length > 0) {
    throw usage(`${path} has no ${missing.join(", ")}`, "Put the file back that was written for this deployment.");
  }
  wipe(rootKeysOf(String(secrets["ROOT_KEYS"])));
  return secrets as Secrets;
}
