// SPDX-License-Identifier: Apache-2.0

/** `KmsClient` in the AWS dialect against the real worker: every action, and keyrings of both dialects. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Envelope, inspect } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { edgekmsClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const CONTEXT = { album: "42", "größe": "é+*~ 中文", __proto__x: "" };

describe("against the worker", () => {
  let worker;
  let aws;
  let aliyun;
  before(async () => {
    worker = await startWorker();
    aws = edgekmsClient(worker, { dialect: "aws" });
    aliyun = edgekmsClient(worker);
  });
  after(() => worker?.stop());

  const arnOf = (resource) => `arn:aws:kms:${worker.region}:${worker.accountId}:${resource}`;
  const newKey = async () => (await aws.createKey({ description: "made by a test" })).keyMetadata;

  test("the life of a key, by the actions of the client", async () => {
    const made = await aws.createKey({ tags: [{ tagKey: "a b", tagValue: "ß" }] });
    const { keyId, ...key } = made.keyMetadata;
    assert.match(made.requestId, /^[0-9a-f-]{36}$/);
    assert.equal(key.arn, arnOf(`key/${keyId}`));
    assert.equal(key.awsAccountId, worker.accountId);
    assert.equal(key.enabled, true);
    assert.equal(key.multiRegion, false);
    assert.deepEqual(key.encryptionAlgorithms, ["SYMMETRIC_DEFAULT"]);
    assert.ok(Math.abs(key.creationDate - Date.now() / 1000) < 60, "a time is a number of seconds");

    const { requestId, ...nothing } = await aws.updateKeyDescription({ keyId: key.arn, description: "héllo" });
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(nothing, {}, "an answer without fields has the id alone");
    assert.equal((await aws.describeKey({ keyId: key.arn })).keyMetadata.description, "héllo");

    await aws.createAlias({ targetKeyId: keyId, aliasName: "alias/life" });
    const { aliases, truncated } = await aws.listAliases({ keyId });
    assert.deepEqual(aliases.map(({ aliasName, targetKeyId }) => [aliasName, targetKeyId]), [["alias/life", keyId]]);
    assert.equal(truncated, false);
    const other = await newKey();
    const first = await aws.listKeys({ limit: 1 });
    assert.equal(first.truncated, true);
    const second = await aws.listKeys({ limit: 1000, marker: first.nextMarker });
    const listed = [...first.keys, ...second.keys].map((row) => row.keyArn);
    assert.ok(listed.includes(key.arn) && listed.includes(other.arn));
    assert.equal(new Set(listed).size, listed.length);
    await aws.updateAlias({ targetKeyId: other.keyId, aliasName: "alias/life" });
    await aws.deleteAlias({ aliasName: "alias/life" });
    await rejectsWithCode(aws.describeKey({ keyId: "alias/life" }), "NotFoundException");

    const sealed = await aws.encrypt({ keyId, plaintext: utf8("hello"), encryptionContext: CONTEXT });
    assert.equal(typeof sealed.ciphertextBlob, "string");
    assert.equal(sealed.keyId, key.arn);
    const opened = await aws.decrypt({ ciphertextBlob: sealed.ciphertextBlob, encryptionContext: CONTEXT, keyId });
    assert.deepEqual(opened.plaintext, utf8("hello"));
    const dataKey = await aws.generateDataKey({ keyId, keySpec: "AES_128" });
    assert.equal(dataKey.plaintext.length, 16);
    const wrapped = await aws.generateDataKeyWithoutPlaintext({ keyId, numberOfBytes: 40 });
    assert.equal((await aws.decrypt({ ciphertextBlob: wrapped.ciphertextBlob })).plaintext.length, 40);
    assert.equal((await aws.generateRandom({ numberOfBytes: 9 })).plaintext.length, 9);

    await aws.disableKey({ keyId });
    const error = await eventually(() =>
      rejectsWithCode(aws.generateDataKey({ keyId, numberOfBytes: 32 }), "DisabledException"));
    assert.equal(error.status, 400);
    assert.match(error.requestId, /^[0-9a-f-]{36}$/);
    await aws.enableKey({ keyId });
    const { deletionDate, pendingWindowInDays } = await aws.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    assert.equal(pendingWindowInDays, 7);
    assert.ok(Math.abs(deletionDate - Date.now() / 1000 - 7 * 86_400) < 60);
    await aws.cancelKeyDeletion({ keyId });
    assert.equal((await aws.describeKey({ keyId })).keyMetadata.keyState, "Disabled");
  });

  test("a refusal has AWS's code", async () => {
    const { keyId } = await newKey();
    for (const [code, call] of [
      ["NotFoundException", () => aws.describeKey({ keyId: "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d" })],
      ["ValidationException", () => aws.generateDataKey({ keyId })],
      ["SerializationException", () => aws.generateRandom({ numberOfBytes: "9" })],
      ["InvalidCiphertextException", () => aws.decrypt({ ciphertextBlob: "AAAA" })],
      ["UnsupportedOperationException", () => aws.createKey({ multiRegion: true })],
      ["UnsupportedOperationException", () => aws.encrypt({ keyId, plaintext: utf8("x"), grantTokens: ["t"] })],
      ["DryRunOperationException", () => aws.encrypt({ keyId, plaintext: utf8("x"), dryRun: true })],
      ["UnknownOperationException", () => aws.describeRegions()],
    ]) {
      const error = await rejectsWithCode(call(), code);
      assert.ok(error.message.length > 10 && !error.message.includes("[object"), error.message);
    }
  });

  test("equal calls of one moment are different requests", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => newKey()));
    assert.equal(new Set(made.map(({ keyId }) => keyId)).size, 5);
  });

  test("a wrong secret is reported at once", async () => {
    let sent = 0;
    const credentials = { ...worker.credentials, accessKeySecret: "wrong" };
    const fetch = (...args) => ((sent += 1), globalThis.fetch(...args));
    const kms = edgekmsClient(worker, { dialect: "aws", credentials, fetch });
    await rejectsWithCode(kms.listKeys(), "InvalidSignatureException");
    assert.equal(sent, 1);
  });

  describe("keyrings", () => {
    const plaintext = patternedBytes(10_000);
    let key;
    before(async () => {
      key = await newKey();
      await aws.createAlias({ targetKeyId: key.keyId, aliasName: "alias/both" });
      await eventually(() => aws.encrypt({ keyId: "alias/both", plaintext: utf8("x") }));
    });
    const acs = () => key.arn.replace(/^arn:aws:/, "acs:");
    const clients = () => [
      ["aliyun", aliyun, "aliyun-kms", acs()],
      ["aws", aws, "aws-kms", key.arn],
    ];
    const names = () => ["alias/both", key.keyId, key.arn, acs()];

    test("each dialect writes its own provider and ARN, whichever form it was given", async () => {
      for (const [dialect, kms, provider, arn] of clients()) {
        for (const name of names()) {
          const message = await new Envelope({ keyring: kms.keyring(name) }).encrypt(plaintext);
          const { encryptedDataKeys } = await inspect(message);
          assert.deepEqual(
            encryptedDataKeys.map(({ providerId, providerInfo }) => [providerId, providerInfo]),
            [[provider, arn]],
            `${dialect} ${name}`,
          );
        }
      }
    });

    test("each dialect opens what the other sealed, by every name of the key and by discovery", async () => {
      for (const [from, sealer] of clients()) {
        const options = { encryptionContext: CONTEXT };
        const message = await new Envelope({ keyring: sealer.keyring(key.keyId) }).encrypt(plaintext, options);
        for (const [to, opener] of clients()) {
          const keyrings = names().map((name) => opener.keyring(name));
          const { accountId } = worker;
          for (const keyring of [...keyrings, opener.discoveryKeyring({ accountIds: [accountId] })]) {
            const opened = await new Envelope({ keyring }).decrypt(message, options);
            assert.deepEqual(opened.plaintext, plaintext, `${from} to ${to}`);
          }
        }
      }
    });

    test("several keys, one of each form", async () => {
      const other = await newKey();
      for (const [, kms] of clients()) {
        const keyring = kms.keyring(acs(), { additionalKeyIds: [other.arn] });
        const message = await new Envelope({ keyring }).encrypt(plaintext);
        for (const [, opener] of clients()) {
          const opened = await new Envelope({ keyring: opener.keyring(other.keyId) }).decrypt(message);
          assert.deepEqual(opened.plaintext, plaintext);
        }
      }
    });

    test("a message of another key's is not opened, and one of a disabled key has the service's own code", async () => {
      const other = await newKey();
      const envelope = new Envelope({ keyring: aws.keyring(other.arn) });
      const message = await new Envelope({ keyring: aliyun.keyring(key.keyId) }).encrypt(plaintext);
      await rejectsWithCode(envelope.decrypt(message), "NoDataKey");
      const sealed = await envelope.encrypt(plaintext);
      await aws.disableKey({ keyId: other.keyId });
      await eventually(async () => {
        await rejectsWithCode(envelope.decrypt(sealed), "DisabledException");
      });
    });
  });
});
