// SPDX-License-Identifier: Apache-2.0
/** From keys as they were named to the package's keyring: files are read, passwords asked for, the KMS looked up. */

import { stat } from "node:fs/promises";

import type { Keyring } from "../../entrypoints/node.js";
import type { Context } from "../command.js";
import { CliError, usage } from "../exit.js";
import { edgekms } from "../package.js";
import type { NamedKeys } from "./key-options.js";
import { STANDARD } from "./places.js";
import { readSmall } from "./small.js";

/** What a keyring is for: a password that encrypts is asked for twice. */
export type Purpose = "encrypt" | "decrypt";

/** One keyring of all that were named: all of them encrypt, any of them decrypts. */
export async function keyringOf(keys: NamedKeys, purpose: Purpose, context: Context): Promise<Keyring> {
  const { multiKeyring, passwordKeyring, rawAesKeyring } = await edgekms();
  const all: Keyring[] = [];
  const [first, ...additionalKeyIds] = keys.cmks;
  if (first !== undefined) all.push((await context.kms()).keyring(first, { additionalKeyIds }));
  if (keys.discovery !== undefined) all.push((await context.kms()).discoveryKeyring(keys.discovery));
  if (keys.aes !== undefined) {
    const wrappingKey = await aesKeyOf(keys.aes.file, context);
    all.push(rawAesKeyring({ ...keys.aes, wrappingKey }));
    wrappingKey.fill(0);
  }
  if (keys.password !== undefined) {
    const password = await passwordOf(keys.password, purpose, context);
    all.push(passwordKeyring({ password }));
  }
  const [generator, ...children] = all as [Keyring, ...Keyring[]];
  return children.length === 0 ? generator : multiKeyring({ generator, children });
}

const MOST_PASSWORD_BYTES = 4096;

async function passwordOf({ file }: { file?: string }, purpose: Purpose, context: Context): Promise<string> {
  if (file === undefined) return askedPassword(purpose, context);
  if (file !== STANDARD) await warnOfReaders(file, context);
  const bytes = await readSmall(file, MOST_PASSWORD_BYTES, "the password file", context.signal);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
    if (text === "") throw usage("the password file is empty");
    return text;
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw usage("the password file is not UTF-8 text", "A file of random bytes is a key: see --aes-key-file.");
  } finally {
    bytes.fill(0);
  }
}

async function askedPassword(purpose: Purpose, { prompt }: Context): Promise<string> {
  const instead = "Give --password-file.";
  const password = await prompt.secret("Password", instead);
  if (password === "") throw usage("the password is empty");
  if (purpose === "encrypt" && (await prompt.secret("The same again", instead)) !== password) {
    throw usage("the two passwords differ", "Nothing was done; try again.");
  }
  return password;
}

const KEY_BYTES = [16, 24, 32];
const MOST_KEY_FILE_BYTES = 256;

async function aesKeyOf(file: string, context: Context): Promise<Uint8Array> {
  if (file !== STANDARD) await warnOfReaders(file, context);
  const bytes = await readSmall(file, MOST_KEY_FILE_BYTES, "the key file", context.signal);
  const key = fromText(bytes.toString("latin1").trim()) ?? bytes;
  if (KEY_BYTES.includes(key.length)) return key;
  throw usage("the key file has no AES key in it", "It must have 16, 24 or 32 random bytes, or be their hexadecimal or base64 text.");
}

/** Lengths in which bytes that are a key are not mistaken for the text of another: of 24 bytes, only hexadecimal. */
const BASE64 = /^([\w+/-]{22}==|[\w+/-]{43}=)$/;

function fromText(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]+$/i.test(text) && KEY_BYTES.includes(text.length / 2)) return Buffer.from(text, "hex");
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** As ssh does of its keys, but no more than that: it may be a pipe, or a system without such permissions. */
async function warnOfReaders(path: string, { output }: Context): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (process.platform === "win32" || found?.isFile() !== true || (found.mode & 0o077) === 0) return;
  output.warn(`others can read ${path}; chmod 600 keeps it to yourself`);
}
