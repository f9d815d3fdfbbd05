// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys import` and `delete-material` */

import { alibaba } from "../../alibaba.js";
import { type Leaf, leaf } from "../../command.js";
import { usage } from "../../exit.js";
import { inUse } from "../../harm.js";
import { readSmall } from "../../files/small.js";
import { described, KEY } from "../../keys.js";
import { moment } from "../../numbers.js";
import { text } from "../../output.js";

/** PKCS#8 of RSA_4096 has some 2,400 bytes. */
const MOST_BYTES = 16 * 1024;

type Format = "raw" | "base64" | "hex" | "pem";

interface Options {
  readonly format?: Format;
  readonly expires?: Date;
  readonly wrappingKey?: "RSA_2048" | "RSA_3072" | "RSA_4096";
}

/** The group's `import`. */
export const importMaterial: Leaf = leaf<Options>({
  about:
    "The key must have been made with --external. The material is wrapped on this machine, under a key pair that the " +
    "service makes for it, and wiped from memory. A key takes one material for ever, and that as often as it comes.",
  arguments: [KEY, { name: "file", about: "the material, or - for standard input: bytes of a symmetric key, PKCS#8 of a private one", required: true }],
  options: [
    { flags: "--format <format>", about: "how it is written (default raw; pem for a file that begins so)", choices: ["raw", "base64", "hex", "pem"] },
    { flags: "--expires <time>", about: "when the service deletes the material: 2030-01-01T00:00:00Z", parse: moment("--expires") },
    { flags: "--wrapping-key <spec>", about: "the pair that it is wrapped under (default RSA_4096)", choices: ["RSA_2048", "RSA_3072", "RSA_4096"] },
  ],
  examples: [
    { what: "From a pipe: the material is in no file", line: "openssl rand 32 | edgekms keys import alias/photos -" },
    { what: "A private key of OpenSSL's", line: "edgekms keys import alias/invoices private.pem" },
  ],
  async run(context, { args: [name = "", file = ""], options: { format, expires, wrappingKey = "RSA_4096" } }) {
    const read = await readSmall(file, MOST_BYTES, "the material", context.signal);
    let material: Buffer | undefined;
    try {
      material = await decoded(read, format ?? (read.subarray(0, 11).equals(PEM) ? "pem" : "raw"));
      const kms = await context.kms();
      const { keyId } = await described(kms, name);
      const until = expires === undefined ? {} : { expires };
      await kms.importKey(keyId, material, { wrappingKeySpec: wrappingKey, signal: context.signal, ...until });
      const key = await described(kms, keyId);
      const ends = key.materialExpireTime === "" ? "" : ` until ${key.materialExpireTime}`;
      await context.output.result(alibaba(key), text(`${keyId} has its material${ends} (${key.keyState})`));
    } finally {
      read.fill(0);
      material?.fill(0);
    }
  },
});

const PEM = Buffer.from("-----BEGIN ");

/** The material's bytes. What is wrong with a text is said, and no part of it. */
async function decoded(read: Buffer, format: Format): Promise<Buffer> {
  if (format === "raw") return read;
  if (format === "pem") return pkcs8Of(read);
  const written = read.toString("latin1").trim();
  const bytes = Buffer.from(written, format);
  const again = bytes.toString(format);
  // Node stops at what is not of the format, or passes over it.
  if (bytes.length > 0 && again.toLowerCase() === written.toLowerCase() && (format === "hex" || again === written)) return bytes;
  bytes.fill(0);
  throw usage(`the material is not ${format}`, "--format says how it is written.");
}

/** The private key of a PEM, whichever of the forms it has. */
async function pkcs8Of(pem: Buffer): Promise<Buffer> {
  const { createPrivateKey } = await import("node:crypto");
  try {
    return createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  } catch {
    throw usage("the material is no PEM of a private key that this Node can read", "Is it encrypted? `openssl pkcs8 -topk8 -nocrypt` writes it plainly.");
  }
}

/** The group's `delete-material`. */
export const deleteMaterial: Leaf = leaf({
  about: "The key stays and does nothing until the same material is imported again. Asks before.",
  arguments: [KEY],
  examples: [{ what: "Until it is needed again", line: "edgekms keys delete-material alias/photos" }],
  async run(context, { args: [name = ""] }) {
    const kms = await context.kms();
    const key = await described(kms, name);
    const { keyId } = key;
    const loss = "Nothing can be opened until the same material is imported again; whoever has it no more has lost it.";
    await context.prompt.confirm(`Delete the material of ${keyId}? ${loss} ${await inUse(kms, key)}`);
    await kms.deleteKeyMaterial({ keyId });
    const now = await described(kms, keyId);
    await context.output.result(alibaba(now), text(`${keyId} has no material (${now.keyState})`));
  },
});
