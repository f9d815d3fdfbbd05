#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Takes a private key from a pipe, so that it never is in a file, and writes it encrypted:
 * `openssl ... | node encrypt-key.mjs server.key.encrypted`
 */
import { createPrivateKey } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { client, ENCRYPTION_CONTEXT as encryptionContext, failed, KEY_ID as keyId, orExit } from "./kms.mjs";

const [output] = process.argv.slice(2);
if (output === undefined || process.stdin.isTTY) {
  console.error("usage: openssl ... | node encrypt-key.mjs OUTPUT");
  process.exit(2);
}
const pem = await buffer(process.stdin);
// PKCS#8 without PEM's base64: a KMS encrypts 4,096 bytes, and a key of RSA_4096 has 2,374.
const plaintext = orExit(() => createPrivateKey(pem).export({ format: "der", type: "pkcs8" }));
pem.fill(0);
const { ciphertextBlob } = await client().encrypt({ keyId, plaintext, encryptionContext }).catch(failed);
plaintext.fill(0);
await writeFile(output, `${ciphertextBlob}\n`).catch(failed);
console.error(`${output} is safe to deploy: whoever has it needs the KMS too`);
