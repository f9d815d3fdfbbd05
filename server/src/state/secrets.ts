// SPDX-License-Identifier: Apache-2.0
/** Development secrets: made once, kept in the state folder, readable by its owner alone. */

import { randomBytes, randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ServerError } from "../errors.js";
import { writeWhole } from "./files.js";

const FILE = "dev-credentials.json";

/** What the worker cannot do without, and what makes it do all that it can. */
export interface Secrets {
  accountId: string;
  accessKeyId: string;
  accessKeySecret: string;
  /** The operator's access key: accounts and quotas are the operator's. */
  operatorAccessKeyId: string;
  operatorAccessKeySecret: string;
  rootKeys: string;
  backupKey: string;
}

/** Where a folder's secrets are. */
export function secretsFile(folder: string): string {
  return join(folder, FILE);
}

/**
 * The secrets of a folder, made if there are none; without a folder, new ones. A folder of an older version gets
 * those that it lacks.
 *
 * @throws ServerError `StateUnusable`.
 */
export function secretsOf(folder: string | undefined): Secrets {
  if (folder === undefined) return madeSecrets();
  const path = secretsFile(folder);
  const kept = existsSync(path) ? read(path) : {};
  const secrets = { ...madeSecrets(), ...kept };
  if (Object.keys(secrets).some((name) => !(name in kept))) writeWhole(path, JSON.stringify(secrets, undefined, 2));
  return secrets;
}

function read(path: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Partial<Secrets>;
  } catch (cause) {
    const remedy = "Restore it: what is encrypted under its root keys opens with no others";
    throw new ServerError("StateUnusable", `${path} cannot be read: ${(cause as Error).name}. ${remedy}`);
  }
}

function madeSecrets(): Secrets {
  const accessKeyId = () => `LTAI${randomBytes(10).toString("hex")}`;
  const secret = () => randomBytes(24).toString("base64url");
  const key = () => randomBytes(32).toString("base64");
  return {
    accountId: String(randomInt(1, 10)) + Array.from({ length: 15 }, () => randomInt(0, 10)).join(""),
    accessKeyId: accessKeyId(),
    accessKeySecret: secret(),
    operatorAccessKeyId: accessKeyId(),
    operatorAccessKeySecret: secret(),
    rootKeys: JSON.stringify({ current: "1", keys: { 1: key() } }),
    backupKey: key(),
  };
}
