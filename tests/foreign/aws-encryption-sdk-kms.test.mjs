// SPDX-License-Identifier: Apache-2.0

/**
 * A message under a CMK of this service, sealed and opened by the AWS Encryption SDKs with their own KMS
 * keyrings: they take it for Amazon's. What each seals every other opens, edgekms in the AWS dialect
 * among them.
 *
 * The account has 16 digits and the region is one that Amazon does not have: these libraries check
 * neither. One thing follows from the region: a client that the Python library makes by itself is of the
 * region of the environment, which must then be the key's.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand } from "@aws-sdk/client-kms";
import { Envelope } from "edgekms";
import { awsOpen, awsSeal } from "../lib/aws-esdk.mjs";
import { awsDialectClient, nodeKmsKeyring, openers, sealers } from "../lib/aws-kms-keyrings.mjs";
import { patternedBytes } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { readHeader } from "../lib/message.mjs";
import { startPython } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

const CONTEXT = { album: "42", "größe": "é+*~ 中文" };
const PLAINTEXT = patternedBytes(20_000, 23);
const REGIONS = ["cn-hangzhou", "us-east-1"];
const ALIAS = "alias/encryption-sdk";

/** The one worker as a caller in each region sees it. @type {import("../lib/aws-kms-keyrings.mjs").Worker[]} */
let callers = [];
before(async () => {
  const worker = await startWorker({ settings: { REGIONS: REGIONS.join(",") } });
  callers = REGIONS.map((region) => ({ ...worker, region, python: startPython({ ...worker, region }, "encryption_sdk.py") }));
});
after(async () => {
  for (const { python } of callers) python.stop();
  await callers[0]?.stop();
});

/** What a message says of its key, and of its context without what a signing suite adds. */
function described(message) {
  const { messageHeader } = readHeader(message);
  const keys = messageHeader.encryptedDataKeys.map(({ providerId, providerInfo }) => [providerId, providerInfo]);
  return { keys, context: withoutSignature(messageHeader.encryptionContext) };
}

function withoutSignature({ "aws-crypto-public-key": _, ...context }) {
  return context;
}

for (const [at, region] of REGIONS.entries()) {
  describe(region, () => {
    let worker;
    /** @type {import("@aws-sdk/client-kms").KeyMetadata} */
    let key;
    before(async () => {
      worker = callers[at];
      const client = awsSdkClient(worker);
      ({ KeyMetadata: key } = await client.send(new CreateKeyCommand({})));
      await client.send(new CreateAliasCommand({ AliasName: ALIAS, TargetKeyId: key.KeyId }));
      assert.match(key.Arn, new RegExp(`^arn:aws:kms:${region}:\\d{16}:key/[0-9a-f-]{36}$`));
    });

    for (const [index, { name }] of sealers({}).entries()) {
      for (const suite of [0x0478, 0x0578]) {
        test(`${name} seals 0x0${suite.toString(16)}, every other opens`, async () => {
          const message = await sealers(worker)[index].seal(key.Arn, PLAINTEXT, { suite, encryptionContext: CONTEXT });
          assert.deepEqual(described(message), { keys: [["aws-kms", key.Arn]], context: CONTEXT });
          for (const opener of openers(worker)) {
            const opened = await opener.open(key.Arn, message, suite).catch((error) => {
              throw new Error(`${opener.name} does not open it`, { cause: error });
            });
            assert.deepEqual(opened.plaintext, PLAINTEXT, opener.name);
            assert.deepEqual(withoutSignature(opened.encryptionContext), CONTEXT, opener.name);
          }
        });
      }
    }

    test("by alias ARN, and the message names the key", async () => {
      const aliasArn = `arn:aws:kms:${region}:${worker.accountId}:${ALIAS}`;
      const takers = sealers(worker).filter(({ name }) => !name.includes("master key"));
      for (const { name, seal } of takers) {
        const message = await seal(aliasArn, PLAINTEXT, { suite: 0x0478, encryptionContext: {} });
        assert.deepEqual(described(message), { keys: [["aws-kms", key.Arn]], context: {} }, name);
      }
    });
  });
}

describe("under several keys, and under the wrong ones", () => {
  let worker;
  let one;
  let two;
  let client;
  const seal = (keyring) => awsSeal(keyring, PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT });
  before(async () => {
    [worker] = callers;
    client = awsSdkClient(worker);
    ({ KeyMetadata: one } = await client.send(new CreateKeyCommand({})));
    ({ KeyMetadata: two } = await client.send(new CreateKeyCommand({})));
  });

  test("two keys: each alone opens it, in client-node and in edgekms", async () => {
    const kms = awsDialectClient(worker);
    const messages = [
      await seal(nodeKmsKeyring(worker, { keyId: one.Arn, keyIds: [two.Arn] })),
      await new Envelope({ keyring: kms.keyring(one.Arn, { additionalKeyIds: [two.Arn] }) }).encrypt(PLAINTEXT, {
        encryptionContext: CONTEXT,
      }),
    ];
    for (const message of messages) {
      assert.deepEqual(described(message).keys, [["aws-kms", one.Arn], ["aws-kms", two.Arn]]);
      for (const { Arn } of [one, two]) {
        for (const { open } of [openers(worker)[0], openers(worker).find(({ name }) => name === "edgekms")]) {
          assert.deepEqual((await open(Arn, message, 0x0478)).plaintext, PLAINTEXT);
        }
      }
    }
  });

  test("another key opens nothing, nor does discovery in another account", async () => {
    const message = await seal(nodeKmsKeyring(worker, { keyId: one.Arn }));
    for (const { name, open } of openers(worker).filter(({ name }) => !name.includes("discovery"))) {
      await assert.rejects(open(two.Arn, message, 0x0478), name);
    }
    const elsewhere = { ...worker, accountId: "9999999999999999" };
    for (const { name, open } of openers(elsewhere).filter(({ name }) => name.includes("discovery"))) {
      await assert.rejects(open(undefined, message, 0x0478), name);
    }
    const kms = awsDialectClient(worker);
    await rejectsWithCode(new Envelope({ keyring: kms.keyring(two.Arn) }).decrypt(message), "NoDataKey");
  });

  test("a disabled key seals and opens nothing", async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const keyring = nodeKmsKeyring(worker, { keyId: KeyMetadata.Arn });
    const message = await seal(keyring);
    await client.send(new DisableKeyCommand({ KeyId: KeyMetadata.KeyId }));
    await eventually(() => assert.rejects(seal(keyring), { name: "DisabledException" }));
    await assert.rejects(awsOpen(keyring, message, 0x0478), /DisabledException/);
    for (const { name, open } of openers(worker)) await assert.rejects(open(KeyMetadata.Arn, message, 0x0478), name);
  });
});
