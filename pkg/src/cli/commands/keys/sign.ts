// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys sign`, `verify` and `public-key` */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { addAbortSignal } from "node:stream";

import { alibaba } from "../../alibaba.js";
import { type Leaf, leaf } from "../../command.js";
import { CliError, usage } from "../../exit.js";
import type { AsymmetricSignRequest, KeyMetadata, KmsClient } from "../../../entrypoints/node.js";
import { readSmall } from "../../files/small.js";
import { described, KEY, versionsOf } from "../../keys.js";
import { onFile, writeAside } from "../../../files/aside.js";
import { placeName, STANDARD } from "../../files/places.js";
import { text } from "../../output.js";

type Algorithm = AsymmetricSignRequest["algorithm"];

interface Options {
  readonly algorithm?: Algorithm;
  readonly digest?: boolean;
  readonly keyVersion?: string;
}

/** What a key signs with unless it is told otherwise. */
const DEFAULTS: readonly (readonly [keySpec: RegExp, Algorithm])[] = [
  [/^RSA_/, "RSA_PSS_SHA_256"],
  [/^EC_P256K?$/, "ECDSA_SHA_256"],
  [/^EC_P384$/, "ECDSA_SHA_384"],
  [/^ECC_NIST_P521$/, "ECDSA_SHA_512"],
  [/^ECC_NIST_EDWARDS25519$/, "ED25519_SHA_512"],
];

/** What is signed of a message, by the algorithm: a digest, or the message itself. */
const HASHES: readonly (readonly [algorithm: RegExp, hash: string])[] = [
  [/SHA_256$/, "sha256"],
  [/SHA_384$/, "sha384"],
  [/^(RSA|ECDSA).*SHA_512$/, "sha512"],
  [/^ED25519_PH_SHA_512$/, "sha512"],
];
/** Ed25519 signs a message, of which the service takes no more. */
const MOST_MESSAGE_BYTES = 4_096;
/** Of ML-DSA's longest. */
const MOST_SIGNATURE_BYTES = 8_192;

const FILE = { name: "file", about: "the message, or - for standard input", required: true } as const;
const OPTIONS = [
  { flags: "--algorithm <name>", about: "one that the key has, such as RSA_PKCS1_SHA_256 (default by the key's kind)" },
  { flags: "--digest", about: "the file holds the digest's bytes, and not the message" },
  { flags: "--key-version <id>", about: "a version of the key (default the newest to sign, any to verify)" },
] as const;

/** The group's `sign`. */
export const sign: Leaf = leaf<Options & { out?: string; force?: boolean }>({
  about: "Only the message's digest leaves this machine, but with Ed25519. Prints the signature in base64; --out writes its bytes.",
  arguments: [KEY, FILE],
  options: [
    ...OPTIONS,
    { flags: "-o, --out <path>", about: "where to write the signature's bytes" },
    { flags: "--force", about: "replace a file that is there" },
  ],
  examples: [
    { what: "Into a file beside it", line: "edgekms keys sign alias/invoices invoice.pdf --out invoice.sig" },
    { what: "For a script", line: "edgekms keys sign alias/invoices invoice.pdf --json | jq -r .Value" },
  ],
  async run(context, { args: [name = "", file = ""], options }) {
    const kms = await context.kms();
    const key = await described(kms, name);
    const algorithm = options.algorithm ?? defaultOf(key);
    const digest = (await digestOf(file, algorithm, options, context.signal)).toString("base64");
    const keyVersionId = options.keyVersion ?? (await versionsOf(kms, key.keyId))[0]?.keyVersionId ?? "";
    const answer = await kms.asymmetricSign({ keyId: key.keyId, keyVersionId, algorithm, digest });
    const { out } = options;
    if (out !== undefined) await writeAside(out, (to) => to.writeFile(Buffer.from(answer.value, "base64")), { overwrite: options.force === true });
    await context.output.result(
      { ...alibaba(answer), Algorithm: algorithm },
      ...(out === undefined ? [text(answer.value)] : []),
    );
    if (out !== undefined) context.output.note(`${out} has the signature (${algorithm}, version ${answer.keyVersionId})`);
  },
});

/** The group's `verify`. */
export const verify: Leaf = leaf<Options>({
  about: "Ends with code 6 if the signature is not good. Any version of the key may have made it.",
  arguments: [KEY, FILE, { name: "signature", about: "the file with the signature, its bytes or base64", required: true }],
  options: OPTIONS,
  examples: [{ what: "With what sign --out wrote", line: "edgekms keys verify alias/invoices invoice.pdf invoice.sig" }],
  async run(context, { args: [name = "", file = "", signature = ""], options }) {
    const kms = await context.kms();
    const key = await described(kms, name);
    const algorithm = options.algorithm ?? defaultOf(key);
    const digest = (await digestOf(file, algorithm, options, context.signal)).toString("base64");
    const value = signatureOf(await readSmall(signature, MOST_SIGNATURE_BYTES, "the signature", context.signal));
    const version = await madeBy(kms, key.keyId, { algorithm, digest, value }, options.keyVersion);
    if (version === undefined) {
      throw new CliError("notAuthentic", `${signature} is no signature of ${file} under ${key.keyId} by ${algorithm}`, "Was it made by another key or algorithm, or was the file changed?");
    }
    const data = { KeyId: key.keyId, KeyVersionId: version, Algorithm: algorithm, Value: true };
    await context.output.result(data, text(`${signature} is good (${algorithm}, version ${version})`));
  },
});

/** The group's `public-key`. */
export const publicKey: Leaf = leaf<{ keyVersion?: string }>({
  arguments: [KEY],
  options: [OPTIONS[2]],
  examples: [{ what: "For OpenSSL", line: "edgekms keys public-key alias/invoices > invoices.pem" }],
  async run(context, { args: [name = ""], options }) {
    const kms = await context.kms();
    const { keyId } = await described(kms, name);
    const keyVersionId = options.keyVersion ?? (await versionsOf(kms, keyId))[0]?.keyVersionId ?? "";
    const answer = await kms.getPublicKey({ keyId, keyVersionId });
    await context.output.result(alibaba(answer), text(answer.publicKey));
  },
});

function defaultOf({ keySpec, keyUsage, keyId }: KeyMetadata): Algorithm {
  const found = DEFAULTS.find(([kind]) => kind.test(keySpec))?.[1];
  if (keyUsage === "SIGN/VERIFY" && found !== undefined) return found;
  if (keyUsage === "SIGN/VERIFY") throw usage(`a key of the kind ${keySpec} has no algorithm that goes without saying`, "Name it with --algorithm, and give the digest that it wants with --digest.");
  throw usage(`${keyId} is a key for ${keyUsage}`, "`edgekms keys create --spec EC_P256` makes one that signs.");
}

async function digestOf(file: string, algorithm: Algorithm, { digest }: Options, signal: AbortSignal): Promise<Buffer> {
  if (digest) return readSmall(file, MOST_MESSAGE_BYTES, "the digest", signal);
  if (algorithm === "ED25519_SHA_512") return readSmall(file, MOST_MESSAGE_BYTES, "the message of an Ed25519 key", signal);
  const hash = HASHES.find(([name]) => name.test(algorithm))?.[1];
  if (hash === undefined) throw usage(`this program makes no digest for ${algorithm}`, "Give it with --digest.");
  const hashed = createHash(hash);
  const stream = addAbortSignal(signal, file === STANDARD ? process.stdin : createReadStream(file));
  return onFile(placeName(file, "from"), "read", async () => {
    for await (const part of stream) hashed.update(part as Buffer);
    return hashed.digest();
  });
}

/** The signature in base64: as it is, or as bytes. */
function signatureOf(bytes: Buffer): string {
  const written = bytes.toString("latin1").trim();
  return /^[A-Za-z\d+/]+={0,2}$/.test(written) && written.length % 4 === 0 ? written : bytes.toString("base64");
}

/** The version that made a signature, if one did. */
async function madeBy(
  kms: KmsClient,
  keyId: string,
  asked: { algorithm: Algorithm; digest: string; value: string },
  keyVersion: string | undefined,
): Promise<string | undefined> {
  const versions = keyVersion === undefined ? (await versionsOf(kms, keyId)).map(({ keyVersionId }) => keyVersionId) : [keyVersion];
  for (const keyVersionId of versions) {
    if ((await kms.asymmetricVerify({ keyId, keyVersionId, ...asked })).value) return keyVersionId;
  }
  return undefined;
}

