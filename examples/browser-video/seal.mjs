// SPDX-License-Identifier: Apache-2.0
/** Seals a film for the page: `node seal.mjs film.mp4 video/mp4`. Prints the key that opens it. */
import { mkdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { Envelope, rawAesKeyring, sealFile } from "edgekms";

import { keyringOf } from "./src/keyring.mjs";

const [film, type = "video/mp4"] = process.argv.slice(2);
if (film === undefined) throw new Error("usage: node seal.mjs film.mp4 [video/mp4]");

const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
const folder = fileURLToPath(new URL("films", import.meta.url));
await mkdir(folder, { recursive: true });
const sealed = `${folder}/${basename(film)}.sealed`;
// The type is authenticated with the film: nobody can make a page of a film.
await sealFile(new Envelope({ keyring: keyringOf(rawAesKeyring, { key }) }), film, sealed, { encryptionContext: { type } });
console.log(`sealed ${sealed}\nkey ${key}`);
