// SPDX-License-Identifier: Apache-2.0
/** Where the access keys are kept that seeds make: services tell their secrets once. */

import { readFile } from "node:fs/promises";

import { EdgekmsError } from "../errors.js";
import { writePrivate } from "../files/private.js";

/** An access key of a user, or of the root of an account that was made. */
export interface SeedAccessKey {
  /** The account's name in the seed; absent for the one that the seed was applied to. */
  account?: string;
  accountId: string;
  /** The user; absent for the root of an account. */
  user?: string;
  accessKeyId: string;
  /** Absent if the key was there and its secret is not known: services tell it once. */
  accessKeySecret?: string;
}

/** An access key with its secret. */
export interface KeptAccessKey extends SeedAccessKey {
  accessKeySecret: string;
}

/** What must outlive a run. */
export interface SeedSecrets {
  /** Accounts, by their names in the seed, that some run has begun to make. */
  begun: string[];
  accessKeys: KeptAccessKey[];
}

/** Keeps what one run has made for the next, which finds what is there by it. */
export interface SeedVault {
  load(): Promise<SeedSecrets | undefined>;
  /** Is called before an account is made, and after each access key: what is lost then, nobody else has. */
  save(secrets: SeedSecrets): Promise<void>;
}

/**
 * A vault in a file that its owner alone reads (mode 0600), always whole: it is renamed into place.
 *
 * @example
 * ```js
 * const vault = fileVault("seed-credentials.json");
 * const target = { endpoint, region: "cn-hangzhou", credentials: { accessKeyId, accessKeySecret }, vault };
 * await applySeed(target, { users: { app: { accessKey: true } } });
 * ```
 *
 * @throws Nothing; its methods fail with an EdgekmsError `FileFailed`, which names the file.
 */
export function fileVault(path: string): SeedVault {
  return {
    async load() {
      const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") return undefined;
        throw new EdgekmsError("FileFailed", `${path} cannot be read`, { cause });
      });
      if (text === undefined) return undefined;
      try {
        return secretsOf(JSON.parse(text));
      } catch {
        // Its own message would quote the file.
        throw new EdgekmsError("FileFailed", `${path} is not a file of a seed's access keys; move it away, or back what it was`);
      }
    },
    async save(secrets) {
      const text = `${JSON.stringify(secrets, undefined, 2)}\n`;
      await writePrivate(path, text);
    },
  };
}

function secretsOf(value: unknown): SeedSecrets {
  const { begun, accessKeys } = value as Partial<SeedSecrets>;
  if (!Array.isArray(begun) || !Array.isArray(accessKeys)) throw new TypeError("no secrets");
  return { begun, accessKeys };
}
