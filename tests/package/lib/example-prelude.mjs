// SPDX-License-Identifier: Apache-2.0

/**
 * What the examples in the package's documentation take for granted: a client, an envelope, a message, some data.
 * Examples run with it against a real worker, and are compiled with its types.
 */

import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Envelope, KmsClient, encryptAliyunMessage, encryptOssObject, rawAesKeyring, sealFile } from "edgekms";

/**
 * Makes the keys that examples name, and everything else.
 *
 * @param {{ address: string, region: string, credentials: { accessKeyId: string, accessKeySecret: string } }} worker
 * @param {string} store the address of an object store
 */
export async function prelude(worker, store) {
  const { address: endpoint, region, credentials } = worker;
  const kms = new KmsClient({ endpoint, region, credentials });
  const { arn, otherArn } = await keysOf(kms);
  const keyring = rawAesKeyring({ namespace: "app", name: "k", wrappingKey: new Uint8Array(randomBytes(32)) });
  const envelope = new Envelope({ keyring });
  const bytes = new Uint8Array(randomBytes(1000));
  const wrappedLookupKey = await envelope.createLookupKey();
  const message = await envelope.encrypt(bytes, { encryptionContext: { album: "42" } });
  const { pem } = await kms.publicKey("alias/invoices");
  await writeFile("archive.pub.pem", (await kms.publicKey("alias/inbox")).pem);
  await writeFile("photo.raw", bytes);
  await writeFile("seed.json", '{ "users": { "app": { "accessKey": true } } }');
  await writeFile("film.mp4", new Uint8Array(2 ** 21));
  await sealFile(envelope, "film.mp4", "film.mp4.encrypted");
  const file = new Blob([new Uint8Array(await readFile("film.mp4.encrypted"))]);
  await fetch(`${store}/bucket/film.mp4`, { method: "PUT", body: file });
  const objectUrl = `${store}/bucket/photo.raw`;
  const object = await encryptOssObject(bytes, { masterKey: { kms, keyId: "alias/photos" } });
  await fetch(objectUrl, { method: "PUT", ...object });

  return {
    ...credentials,
    endpoint,
    readFile,
    kms,
    near: kms,
    far: kms,
    hangzhou: kms,
    beijing: kms,
    arn,
    otherArn,
    keyId: "alias/photos",
    keyring,
    envelope,
    bytes,
    message,
    messages: [message, message],
    file,
    blob: new Blob([message]),
    /** Takes everything. */
    sink: new WritableStream(),
    aliyunMessage: await encryptAliyunMessage(bytes, { keyring: kms.keyring("alias/photos") }),
    wrappedLookupKey,
    lookup: await envelope.lookup(wrappedLookupKey, { field: "email" }),
    pem,
    signature: await kms.sign("alias/invoices", message, { algorithm: "ECDSA_SHA_256" }),
    material: new Uint8Array(randomBytes(32)),
    rows: [
      { id: "1", iban: "DE89 3704", email: "ada@example.org" },
      { id: "2", iban: "FR76 3000", email: "bob@example.org" },
    ],
    user: { id: "42", email: "ada@example.org", address: { street: "12 St James's Square", city: "London" } },
    database: { find: async (/** @type {object} */ fields) => fields },
    session: { idToken: () => "a.b.c" },
    presignedUrl: objectUrl,
    from: "photo.raw",
    to: "photo.raw.encrypted",
    createReadStream,
    createWriteStream,
    pipeline,
    readFile,
    /** What an example tells its user is not the test's to tell. */
    console: { log: ignored, error: ignored },
  };
}

const ignored = (/** @type {unknown[]} */ ..._) => {};

/** The CMKs of the examples by their aliases, and the ARNs of two. */
async function keysOf(/** @type {KmsClient} */ kms) {
  const aliases = /** @type {const} */ ({
    "alias/photos": {},
    "alias/archive": {},
    "alias/2027": {},
    "alias/a": {},
    "alias/b": {},
    "alias/invoices": { keySpec: "EC_P256", keyUsage: "SIGN/VERIFY" },
    "alias/inbox": { keySpec: "RSA_2048", keyUsage: "ENCRYPT/DECRYPT" },
  });
  const arns = [];
  for (const [aliasName, request] of Object.entries(aliases)) {
    const { keyMetadata } = await kms.createKey(request);
    await kms.createAlias({ keyId: keyMetadata.keyId, aliasName });
    arns.push(keyMetadata.arn);
  }
  const [arn = "", otherArn = ""] = arns;
  return { arn, otherArn };
}
