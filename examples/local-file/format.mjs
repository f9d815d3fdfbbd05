// SPDX-License-Identifier: Apache-2.0
/** Where the parts of an encrypted file are, and how the KMS is reached. */
import { link, rm } from "node:fs/promises";
import { basename } from "node:path";
import { KmsClient } from "edgekms";

export const CIPHER = "aes-256-gcm";
/** The file begins with the IV and ends with the tag. */
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** The wrapped data key lies beside the file that it opens. */
export const keyFileOf = (encrypted) => `${encrypted}.key`;

/** Whose key it is: the KMS unwraps it for no other file's name. */
export const contextOf = (encrypted) => ({ file: basename(encrypted) });

/** With the access key of the environment. */
export const client = () => KmsClient.fromEnv();

/**
 * Has `write` make `output` under another name, and gives it its own when it is whole. If that fails, nothing is left of
 * it, one line says why, and the status is 1. A file that is there is not overwritten.
 *
 * @param {string} output @param {(part: string) => Promise<void>} write
 */
export async function whole(output, write) {
  const part = `${output}.part`;
  try {
    await write(part);
    // Not `rename`, which would take the place of a file that is there.
    await link(part, output);
  } catch (error) {
    console.error(`${error.code ?? error.name}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await rm(part, { force: true });
  }
}
