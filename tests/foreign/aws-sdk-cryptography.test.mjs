// SPDX-License-Identifier: Apache-2.0

/**
 * Amazon's KMS client for JavaScript, unmodified, against the running worker: encryption, data keys,
 * random bytes.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails } from "../lib/aws-sdk.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { startWorker } from "../lib/worker.mjs";

const CONTEXT = { Purpose: "c&d=é+*~ 中文", "a b": "c", "größe=&": "", "a.b": 'y"\\' };
const PLAINTEXT = new TextEncoder().encode("a secret of thirty-two bytes ...");
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

let worker;
/** @type {aws.KMSClient} */
let client;

before(async () => {
  worker = await startWorker();
  client = awsSdkClient(worker);
});
after(() => worker?.stop());

const arnOf = (resource, region = worker.region) => `arn:aws:kms:${region}:${worker.accountId}:${resource}`;
const fails = (codes, command) => awsFails(client, codes, command);
const newKey = async (input = {}) => (await client.send(new aws.CreateKeyCommand(input))).KeyMetadata;

describe("cryptography", () => {
  const AliasName = "alias/cryptography";
  let key;
  let other;
  before(async () => {
    key = await newKey();
    other = await newKey();
    await client.send(new aws.CreateAliasCommand({ AliasName, TargetKeyId: key.KeyId }));
  });

  test("Encrypt by id, ARN, alias and alias ARN, and Decrypt with and without each", async () => {
    const names = [key.KeyId, key.Arn, AliasName, arnOf(AliasName)];
    for (const KeyId of names) {
      const sealed = await client.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }));
      assert.equal(sealed.KeyId, key.Arn);
      assert.equal(sealed.EncryptionAlgorithm, "SYMMETRIC_DEFAULT");
      for (const name of [undefined, ...names]) {
        const opened = await client.send(
          new aws.DecryptCommand({
            CiphertextBlob: sealed.CiphertextBlob,
            KeyId: name,
            // The other order: equality is that of maps.
            EncryptionContext: Object.fromEntries(Object.entries(CONTEXT).reverse()),
            EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
          }),
        );
        assert.deepEqual(opened.Plaintext, PLAINTEXT);
        assert.equal(opened.KeyId, key.Arn);
        assert.equal(opened.EncryptionAlgorithm, "SYMMETRIC_DEFAULT");
      }
    }
  });

  test("1 byte and 4,096 bytes, of every value", async () => {
    for (const Plaintext of [new Uint8Array(1), Uint8Array.from({ length: 4096 }, (_, i) => i % 256)]) {
      const { CiphertextBlob } = await client.send(new aws.EncryptCommand({ KeyId: AliasName, Plaintext }));
      assert.deepEqual((await client.send(new aws.DecryptCommand({ CiphertextBlob }))).Plaintext, Plaintext);
    }
    await fails("ValidationException", new aws.EncryptCommand({ KeyId: AliasName, Plaintext: new Uint8Array(4097) }));
    await fails("ValidationException", new aws.EncryptCommand({ KeyId: AliasName, Plaintext: new Uint8Array(0) }));
  });

  for (const [action, Command, hasPlaintext] of [
    ["GenerateDataKey", aws.GenerateDataKeyCommand, true],
    ["GenerateDataKeyWithoutPlaintext", aws.GenerateDataKeyWithoutPlaintextCommand, false],
  ]) {
    test(action, async () => {
      for (const [size, length] of [
        [{ KeySpec: "AES_256" }, 32],
        [{ KeySpec: "AES_128" }, 16],
        [{ NumberOfBytes: 1 }, 1],
        [{ NumberOfBytes: 64 }, 64],
        [{ NumberOfBytes: 1024 }, 1024],
      ]) {
        const made = await client.send(new Command({ KeyId: AliasName, ...size, EncryptionContext: CONTEXT }));
        assert.equal(made.KeyId, key.Arn);
        assert.equal(made.Plaintext !== undefined, hasPlaintext);
        const { CiphertextBlob } = made;
        const opened = await client.send(new aws.DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT }));
        assert.equal(opened.Plaintext.length, length);
        if (hasPlaintext) assert.deepEqual(opened.Plaintext, made.Plaintext);
      }
      for (const size of [{}, { KeySpec: "AES_256", NumberOfBytes: 32 }, { KeySpec: "AES_192" }, { NumberOfBytes: 1025 }]) {
        await fails("ValidationException", new Command({ KeyId: AliasName, ...size }));
      }
    });
  }

  test("GenerateRandom", async () => {
    const seen = new Set();
    for (const NumberOfBytes of [1, 16, 16, 1024]) {
      const { Plaintext } = await client.send(new aws.GenerateRandomCommand({ NumberOfBytes }));
      assert.equal(Plaintext.length, NumberOfBytes);
      if (NumberOfBytes >= 16) seen.add(Buffer.from(Plaintext).toString("hex"));
    }
    assert.equal(seen.size, 3);
    for (const NumberOfBytes of [undefined, 0, 1025]) {
      await fails("ValidationException", new aws.GenerateRandomCommand({ NumberOfBytes }));
    }
  });

  test("a wrong context, a changed blob, another key's blob, an unknown key", async () => {
    const { CiphertextBlob } = await client.send(
      new aws.EncryptCommand({ KeyId: key.KeyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }),
    );
    const open = (input) => new aws.DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT, ...input });
    await fails("InvalidCiphertextException", open({ EncryptionContext: undefined }));
    await fails("InvalidCiphertextException", open({ EncryptionContext: { ...CONTEXT, Purpose: "Test" } }));
    await fails("InvalidCiphertextException", open({ EncryptionContext: { ...CONTEXT, more: "x" } }));
    for (const at of [0, 40, CiphertextBlob.length - 1]) {
      await fails("InvalidCiphertextException", open({ CiphertextBlob: CiphertextBlob.with(at, CiphertextBlob[at] ^ 1) }));
    }
    await fails("InvalidCiphertextException", open({ CiphertextBlob: CiphertextBlob.slice(0, -1) }));
    await fails("InvalidCiphertextException", open({ CiphertextBlob: new Uint8Array(100) }));
    await fails("IncorrectKeyException", open({ KeyId: other.KeyId }));
    await fails("IncorrectKeyException", open({ KeyId: other.Arn }));
    await fails("NotFoundException", open({ KeyId: UNKNOWN }));
    await fails("NotFoundException", open({ KeyId: "alias/nobody" }));
    await fails("NotFoundException", new aws.EncryptCommand({ KeyId: UNKNOWN, Plaintext: PLAINTEXT }));
    await fails("NotFoundException", new aws.EncryptCommand({ KeyId: "alias/nobody", Plaintext: PLAINTEXT }));
    await fails(["InvalidKeyUsageException", "ValidationException"], open({ EncryptionAlgorithm: "RSAES_OAEP_SHA_256" }));
  });

  test("DryRun does nothing and says that it would have", async () => {
    const { KeyId } = key;
    const { CiphertextBlob } = await client.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT }));
    for (const command of [
      new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT, DryRun: true }),
      new aws.DecryptCommand({ CiphertextBlob, DryRun: true }),
      new aws.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", DryRun: true }),
      new aws.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256", DryRun: true }),
    ]) {
      await fails("DryRunOperationException", command);
    }
    await client.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT, DryRun: false }));
    await fails("NotFoundException", new aws.EncryptCommand({ KeyId: UNKNOWN, Plaintext: PLAINTEXT, DryRun: true }));
  });
});
