// SPDX-License-Identifier: Apache-2.0
/**
 * The AWS Encryption SDK for JavaScript, which writes the same format: the same suite, the same
 * frame length, the same kind of key.
 */
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  AlgorithmSuiteIdentifier,
  CommitmentPolicy,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
  buildClient,
} from "@aws-crypto/client-node";

import { FRAME, randomBytes } from "./plan.mjs";

const client = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const options = {
  suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
  frameLength: FRAME,
};

function makeKeyring() {
  return new RawAesKeyringNode({
    keyNamespace: "bench",
    keyName: "key",
    unencryptedMasterKey: randomBytes(32),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}

/** @type {import("./run.mjs").Contender} */
export const awsCrypto = {
  async message(plaintext) {
    const keyring = makeKeyring();
    const seal = () => client.encrypt(keyring, Buffer.from(plaintext.buffer), options);
    const { result } = await seal();
    return { seal, open: () => client.decrypt(keyring, result) };
  },
  async stream(piece, total) {
    const keyring = makeKeyring();
    const sealed = [];
    const seal = (sink) =>
      pipeline(Readable.from(repeat(piece, total)), client.encryptStream(keyring, options), sink);
    await seal(collect(sealed));
    return {
      seal: () => seal(drain()),
      open: () => pipeline(Readable.from(sealed), client.decryptStream(keyring), drain()),
    };
  },
};

function* repeat(piece, total) {
  const chunk = Buffer.from(piece.buffer);
  for (let left = total; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

function collect(pieces) {
  return new Writable({
    write(bytes, _encoding, done) {
      pieces.push(bytes);
      done();
    },
  });
}

function drain() {
  return new Writable({ write: (_bytes, _encoding, done) => done() });
}
