// SPDX-License-Identifier: Apache-2.0
/** The AWS Encryption SDK for JavaScript, which writes the same format, under the same kind of key. Node streams. */
import { createReadStream, createWriteStream } from "node:fs";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  NodeCachingMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
  buildClient,
  getLocalCryptographicMaterialsCache,
} from "@aws-crypto/client-node";

import { PIECE, randomBytes } from "../plan.mjs";

/** Suite 0x0478, which is our default; theirs is 0x0578, which signs. */
export const UNSIGNED = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;

const client = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

export function makeKeyring() {
  return new RawAesKeyringNode({
    keyNamespace: "bench",
    keyName: "key",
    unencryptedMasterKey: randomBytes(32),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}

/** A data key serves a hundred messages. */
export function makeCache() {
  return new NodeCachingMaterialsManager({
    cache: getLocalCryptographicMaterialsCache(100),
    backingMaterials: makeKeyring(),
    maxAge: 60_000,
    maxMessagesEncrypted: 100,
  });
}

/**
 * @param {() => object} makeMaterials a keyring, or a cache of one.
 * @param {object} options of each message.
 * @returns {import("../work.mjs").Contender}
 */
export function awsCrypto(makeMaterials, options) {
  const materials = makeMaterials();
  const sealing = () => client.encryptStream(materials, options);
  const opening = () => client.decryptStream(materials);
  const between = (stage) => (source, sink) => pipeline(Readable.from(source), stage(), writable(sink));
  const copied = (stage) => (from, to) => pipeline(createReadStream(from, BLOCKS), stage(), createWriteStream(to, BLOCKS));
  return {
    message: async (plaintext) => ({
      seal: async () => (await client.encrypt(materials, plaintext, options)).result,
      open: async (sealed) => (await client.decrypt(materials, sealed)).plaintext,
    }),
    stream: async () => ({ seal: between(sealing), open: between(opening) }),
    files: async () => ({ seal: copied(sealing), open: copied(opening) }),
  };
}

const BLOCKS = { highWaterMark: PIECE };

function writable(sink) {
  return new Writable({
    write(bytes, _encoding, done) {
      sink.take(bytes);
      done();
    },
  });
}
