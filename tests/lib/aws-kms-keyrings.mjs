// SPDX-License-Identifier: Apache-2.0

/**
 * The AWS Encryption SDKs with their own KMS keyrings, and edgekms's client in the AWS dialect, all
 * behind one face: a sealer and an opener, each with a name.
 */

import { KMS, KmsKeyringNode, getClient } from "@aws-crypto/client-node";
import { Envelope } from "edgekms";
import { awsOpen, awsSeal } from "./aws-esdk.mjs";
import { fromBase64, toBase64 } from "./bytes.mjs";
import { edgekmsClient } from "./clients.mjs";

/**
 * A worker, and python/encryption_sdk.py started for it.
 * @typedef {Awaited<ReturnType<typeof import("./worker.mjs").startWorker>> & { python: ReturnType<typeof import("./python.mjs").startPython> }} Worker
 */
/** @typedef {{ plaintext: Uint8Array, encryptionContext: Record<string, string> }} Opened */
/** @typedef {{ name: string, seal: (keyId: string, plaintext: Uint8Array, options: { suite: number, encryptionContext: Record<string, string> }) => Promise<Uint8Array> }} Sealer */
/** @typedef {{ name: string, open: (keyId: string, message: Uint8Array, suite: number) => Promise<Opened> }} Opener */

/** @param {Worker} worker */
function clientProvider({ address, credentials }) {
  const { accessKeyId, accessKeySecret: secretAccessKey } = credentials;
  return getClient(KMS, { endpoint: address, credentials: { accessKeyId, secretAccessKey } });
}

/**
 * The keyring of `@aws-crypto/client-node`: under one key, or for discovery in one account.
 *
 * @param {Worker} worker
 * @param {{ keyId?: string, keyIds?: string[], account?: string }} options
 */
export function nodeKmsKeyring(worker, { keyId, keyIds, account }) {
  if (account === undefined) {
    return new KmsKeyringNode({ clientProvider: clientProvider(worker), generatorKeyId: keyId, keyIds });
  }
  const discoveryFilter = { accountIDs: [account], partition: "aws" };
  return new KmsKeyringNode({ clientProvider: clientProvider(worker), discovery: true, discoveryFilter });
}

/** @param {Worker} worker */
export function awsDialectClient(worker) {
  return edgekmsClient(worker, { dialect: "aws" });
}

/** One job of python/encryption_sdk.py. */
async function inPython(worker, job) {
  const outcome = await worker.python.ask(job);
  if (outcome.error) throw new Error(outcome.error);
  return { plaintext: fromBase64(outcome.data), encryptionContext: outcome.context };
}

/** @param {Worker} worker @returns {Sealer[]} */
export function sealers(worker) {
  const python = (kind) => ({
    name: `Python's ${kind}`,
    async seal(key, plaintext, { suite, encryptionContext: context }) {
      return (await inPython(worker, { does: "seal", with: kind, key, data: toBase64(plaintext), suite, context })).plaintext;
    },
  });
  return [
    {
      name: "client-node's KMS keyring",
      seal: (keyId, plaintext, { suite, encryptionContext }) =>
        awsSeal(nodeKmsKeyring(worker, { keyId }), plaintext, { suiteId: suite, encryptionContext }),
    },
    python("keyring"),
    python("multi-keyring"),
    python("master key provider"),
    {
      name: "edgekms",
      seal: (keyId, plaintext, { suite, encryptionContext }) =>
        new Envelope({ keyring: awsDialectClient(worker).keyring(keyId), suite }).encrypt(plaintext, { encryptionContext }),
    },
  ];
}

/** @param {Worker} worker @returns {Opener[]} */
export function openers(worker) {
  const python = (kind) => ({
    name: `Python's ${kind}`,
    open: (key, message) =>
      inPython(worker, { does: "open", with: kind, key, account: worker.accountId, data: toBase64(message) }),
  });
  const kms = () => awsDialectClient(worker);
  return [
    {
      name: "client-node's KMS keyring",
      open: (keyId, message, suite) => awsOpen(nodeKmsKeyring(worker, { keyId }), message, suite),
    },
    {
      name: "client-node's discovery",
      open: (_, message, suite) => awsOpen(nodeKmsKeyring(worker, { account: worker.accountId }), message, suite),
    },
    python("keyring"),
    python("multi-keyring"),
    python("discovery keyring"),
    python("master key provider"),
    python("discovery provider"),
    {
      name: "edgekms",
      open: (keyId, message) => new Envelope({ keyring: kms().keyring(keyId) }).decrypt(message),
    },
    {
      name: "edgekms's discovery",
      open: (_, message) =>
        new Envelope({ keyring: kms().discoveryKeyring({ accountIds: [worker.accountId] }) }).decrypt(message),
    },
  ];
}
