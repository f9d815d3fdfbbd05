#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** Encrypts a file under a data key of its own: `node encrypt.mjs FILE ENCRYPTED` */
import { createCipheriv, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { CIPHER, client, contextOf, IV_BYTES, keyFileOf, TAG_BYTES, whole } from "./format.mjs";

const [input, output] = process.argv.slice(2);
if (output === undefined) {
  console.error("usage: node encrypt.mjs FILE ENCRYPTED");
  process.exit(2);
}

await whole(output, async (part) => {
  const keyId = process.env.EDGEKMS_KEY_ID;
  // Two forms of one new key: to use now and forget, and to keep.
  const { plaintext, ciphertextBlob } = await client().generateDataKey({
    keyId,
    keySpec: "AES_256",
    encryptionContext: contextOf(output),
  });
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, plaintext, iv, { authTagLength: TAG_BYTES });
  plaintext.fill(0);
  await pipeline(
    createReadStream(input),
    async function* (source) {
      yield iv;
      for await (const chunk of source) yield cipher.update(chunk);
      yield cipher.final();
      yield cipher.getAuthTag();
    },
    createWriteStream(part),
  );
  // Before the file has its name, so that none is ever without its key; and never over another one's key.
  await writeFile(keyFileOf(output), `${ciphertextBlob}\n`, { flag: "wx" });
});
