#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** Decrypts what `encrypt.mjs` has made: `node decrypt.mjs ENCRYPTED FILE` */
import { createDecipheriv } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { CIPHER, client, contextOf, IV_BYTES, keyFileOf, TAG_BYTES, whole } from "./format.mjs";

const [input, output] = process.argv.slice(2);
if (output === undefined) {
  console.error("usage: node decrypt.mjs ENCRYPTED FILE");
  process.exit(2);
}

await whole(output, async (part) => {
  const ciphertextBlob = (await readFile(keyFileOf(input), "utf8")).trim();
  const { plaintext } = await client().decrypt({ ciphertextBlob, encryptionContext: contextOf(input) });
  const { iv, tag, end } = await endsOf(input);
  const decipher = createDecipheriv(CIPHER, plaintext, iv, { authTagLength: TAG_BYTES }).setAuthTag(tag);
  plaintext.fill(0);
  // Until the last line of `decipher` nobody knows whether any of it is authentic: `whole` keeps the name back.
  const content = end < IV_BYTES ? [] : createReadStream(input, { start: IV_BYTES, end });
  await pipeline(content, decipher, createWriteStream(part, { mode: 0o600 }));
});

/** The IV, the tag, and where the last byte before the tag is. */
async function endsOf(path) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size < IV_BYTES + TAG_BYTES) throw new Error(`${path} is too short to be an encrypted file`);
    const iv = (await file.read(Buffer.alloc(IV_BYTES), 0, IV_BYTES, 0)).buffer;
    const tag = (await file.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, size - TAG_BYTES)).buffer;
    return { iv, tag, end: size - TAG_BYTES - 1 };
  } finally {
    await file.close();
  }
}
