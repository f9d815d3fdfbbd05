// SPDX-License-Identifier: Apache-2.0

/**
 * Amazon's KMS client for JavaScript, unmodified, against the running worker: keys and their states,
 * regions, callers. The rest of the actions of the AWS dialect is in the files beside this one.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails, awsSilent, collected } from "../lib/aws-sdk.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { startWorker } from "../lib/worker.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const AWKWARD = "héllo *~ +/=&% \u{1F4F7} \"\\";
const PLAINTEXT = new TextEncoder().encode("a secret of thirty-two bytes ...");
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const DAY_MS = 86_400_000;

let worker;
/** @type {aws.KMSClient} */
let client;

before(async () => {
  worker = await startWorker({ settings: { REGIONS: "cn-hangzhou,us-east-1" } });
  client = awsSdkClient(worker);
});
after(() => worker?.stop());

const arnOf = (resource, region = worker.region) => `arn:aws:kms:${region}:${worker.accountId}:${resource}`;
const fails = (codes, command) => awsFails(client, codes, command);
const silent = (command) => awsSilent(client, command);
const newKey = async (input = {}) => (await client.send(new aws.CreateKeyCommand(input))).KeyMetadata;
const describeKey = async (KeyId) => (await client.send(new aws.DescribeKeyCommand({ KeyId }))).KeyMetadata;

describe("keys", () => {
  let key;

  test("CreateKey", async () => {
    const started = Date.now();
    key = await newKey({ Description: AWKWARD, Tags: [{ TagKey: "team", TagValue: "photos" }] });
    assert.match(key.KeyId, UUID);
    const { CreationDate, ...rest } = key;
    assert.ok(CreationDate instanceof Date);
    assert.ok(Math.abs(CreationDate.getTime() - started) < 60_000, String(CreationDate));
    assert.deepEqual(rest, {
      AWSAccountId: worker.accountId,
      KeyId: key.KeyId,
      Arn: arnOf(`key/${key.KeyId}`),
      Description: AWKWARD,
      Enabled: true,
      KeyState: "Enabled",
      KeyManager: "CUSTOMER",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeySpec: "SYMMETRIC_DEFAULT",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      Origin: "AWS_KMS",
      MultiRegion: false,
    });
  });

  test("CreateKey, all that can be said explicitly", async () => {
    const said = { KeyUsage: "ENCRYPT_DECRYPT", KeySpec: "SYMMETRIC_DEFAULT", Origin: "AWS_KMS", MultiRegion: false };
    const made = await newKey(said);
    for (const [name, value] of Object.entries(said)) assert.equal(made[name], value, name);
    assert.equal(made.Description, "");
  });

  test("CreateKey of what this service does not have", async () => {
    const codes = ["UnsupportedOperationException", "ValidationException"];
    for (const input of [
      { KeySpec: "SM2", KeyUsage: "SIGN_VERIFY" },
      { KeySpec: "ML_KEM_512", KeyUsage: "ENCAPSULATE_DECAPSULATE" },
      { MultiRegion: true },
      { Origin: "EXTERNAL_KEY_STORE", XksKeyId: "x" },
      { Origin: "AWS_CLOUDHSM", CustomKeyStoreId: "cks-1234" },
    ]) {
      await fails([...codes, "CustomKeyStoreNotFoundException"], new aws.CreateKeyCommand(input));
    }
    await fails("ValidationException", new aws.CreateKeyCommand({ KeySpec: "SYMMETRIC_DEFAULTS" }));
    await fails("ValidationException", new aws.CreateKeyCommand({ Description: "x".repeat(8193) }));
  });

  test("DescribeKey by id, ARN, alias and alias ARN", async () => {
    await silent(new aws.CreateAliasCommand({ AliasName: "alias/described", TargetKeyId: key.KeyId }));
    for (const name of [key.KeyId, key.Arn, "alias/described", arnOf("alias/described")]) {
      assert.deepEqual(await describeKey(name), key, name);
    }
    await fails("NotFoundException", new aws.DescribeKeyCommand({ KeyId: UNKNOWN }));
    await fails("NotFoundException", new aws.DescribeKeyCommand({ KeyId: arnOf(`key/${UNKNOWN}`) }));
    await fails("NotFoundException", new aws.DescribeKeyCommand({ KeyId: "alias/nobody" }));
    await fails("ValidationException", new aws.DescribeKeyCommand({}));
  });

  test("UpdateKeyDescription, to other words and to none", async () => {
    for (const Description of [`${AWKWARD} again`, ""]) {
      await silent(new aws.UpdateKeyDescriptionCommand({ KeyId: key.KeyId, Description }));
      assert.equal((await describeKey(key.KeyId)).Description, Description);
    }
    await fails("NotFoundException", new aws.UpdateKeyDescriptionCommand({ KeyId: UNKNOWN, Description: "x" }));
  });

  test("ListKeys, page by page", async () => {
    const made = [key];
    for (let more = 0; more < 4; more += 1) made.push(await newKey());
    const { found, count } = await collected(aws.paginateListKeys({ client, pageSize: 2 }, {}), "Keys");
    assert.equal(count, Math.ceil(found.length / 2));
    assert.equal(new Set(found.map(({ KeyId }) => KeyId)).size, found.length, "each key once");
    for (const { KeyId, Arn } of made) {
      assert.deepEqual(found.filter((listed) => listed.KeyId === KeyId), [{ KeyId, KeyArn: Arn }]);
    }
    const { Keys, Truncated, NextMarker } = await client.send(new aws.ListKeysCommand({}));
    assert.equal(Keys.length, found.length);
    assert.equal(Truncated, false);
    assert.equal(NextMarker, undefined);
  });

  test("DisableKey and EnableKey, each twice", async () => {
    const { KeyId } = key;
    const { CiphertextBlob } = await client.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT }));
    for (let times = 0; times < 2; times += 1) await silent(new aws.DisableKeyCommand({ KeyId }));
    const disabled = await describeKey(KeyId);
    assert.equal(disabled.KeyState, "Disabled");
    assert.equal(disabled.Enabled, false);
    await eventually(async () => {
      await fails("DisabledException", new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT }));
      await fails("DisabledException", new aws.DecryptCommand({ CiphertextBlob }));
      await fails("DisabledException", new aws.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
      await fails("DisabledException", new aws.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256" }));
      await fails("DisabledException", new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT, DryRun: true }));
    });
    for (let times = 0; times < 2; times += 1) await silent(new aws.EnableKeyCommand({ KeyId: key.Arn }));
    assert.equal((await describeKey(KeyId)).KeyState, "Enabled");
    await eventually(async () => {
      const opened = await client.send(new aws.DecryptCommand({ CiphertextBlob }));
      assert.deepEqual(opened.Plaintext, PLAINTEXT);
    });
    await fails("NotFoundException", new aws.DisableKeyCommand({ KeyId: UNKNOWN }));
    // Management takes an id or an ARN; what it says of an alias is a free choice.
    const alias = ["NotFoundException", "InvalidArnException", "ValidationException"];
    await fails(alias, new aws.DisableKeyCommand({ KeyId: "alias/described" }));
  });

  for (const [PendingWindowInDays, days] of [
    [7, 7],
    [30, 30],
    [undefined, 30],
  ]) {
    test(`ScheduleKeyDeletion in ${PendingWindowInDays ?? "the default of 30"} days, and CancelKeyDeletion`, async () => {
      const { KeyId, Arn } = await newKey();
      const scheduled = await client.send(new aws.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
      assert.equal(scheduled.KeyId, Arn);
      assert.equal(scheduled.KeyState, "PendingDeletion");
      assert.equal(scheduled.PendingWindowInDays, days);
      assert.ok(scheduled.DeletionDate instanceof Date);
      const end = Date.now() + days * DAY_MS;
      assert.ok(Math.abs(scheduled.DeletionDate.getTime() - end) < 60_000, String(scheduled.DeletionDate));

      const dying = await describeKey(KeyId);
      assert.equal(dying.KeyState, "PendingDeletion");
      assert.equal(dying.Enabled, false);
      assert.deepEqual(dying.DeletionDate, scheduled.DeletionDate);
      await eventually(() =>
        fails("KMSInvalidStateException", new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
      for (const command of [
        new aws.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }),
        new aws.EnableKeyCommand({ KeyId }),
        new aws.DisableKeyCommand({ KeyId }),
        new aws.CreateAliasCommand({ AliasName: "alias/of-the-dying", TargetKeyId: KeyId }),
        new aws.TagResourceCommand({ KeyId, Tags: [{ TagKey: "a", TagValue: "b" }] }),
        new aws.UpdateKeyDescriptionCommand({ KeyId, Description: "x" }),
      ]) {
        await fails("KMSInvalidStateException", command);
      }

      assert.equal((await client.send(new aws.CancelKeyDeletionCommand({ KeyId }))).KeyId, Arn);
      const kept = await describeKey(KeyId);
      assert.equal(kept.KeyState, "Disabled");
      assert.equal(kept.Enabled, false);
      assert.equal(kept.DeletionDate, undefined);
      await fails("KMSInvalidStateException", new aws.CancelKeyDeletionCommand({ KeyId }));
      await silent(new aws.EnableKeyCommand({ KeyId }));
      await eventually(() => client.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
    });
  }

  test("a deletion window out of bounds: ValidationException", async () => {
    const { KeyId } = key;
    for (const PendingWindowInDays of [0, 6, 31]) {
      await fails("ValidationException", new aws.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    }
    assert.equal((await describeKey(KeyId)).KeyState, "Enabled");
  });

  test("another region is another set of keys", async () => {
    const elsewhere = awsSdkClient({ ...worker, region: "us-east-1" });
    const { KeyMetadata } = await elsewhere.send(new aws.CreateKeyCommand({}));
    assert.equal(KeyMetadata.Arn, arnOf(`key/${KeyMetadata.KeyId}`, "us-east-1"));
    await fails("NotFoundException", new aws.DescribeKeyCommand({ KeyId: KeyMetadata.KeyId }));
    await awsFails(elsewhere, "NotFoundException", new aws.DescribeKeyCommand({ KeyId: key.KeyId }));
    await awsFails(
      awsSdkClient({ ...worker, region: "eu-west-1" }),
      "InvalidSignatureException",
      new aws.ListKeysCommand({}),
    );
  });
});

describe("who is asking, and for what", () => {
  for (const [code, credentials] of [
    ["InvalidSignatureException", ({ accessKeyId }) => ({ accessKeyId, accessKeySecret: "not the secret" })],
    ["UnrecognizedClientException", () => ({ accessKeyId: "nobody", accessKeySecret: "nothing" })],
  ]) {
    test(code, () =>
      awsFails(awsSdkClient({ ...worker, credentials: credentials(worker.credentials) }), code, new aws.ListKeysCommand({})));
  }

  test("an action that is not there yet: UnsupportedOperationException names it", async () => {
    const { KeyId } = await newKey();
    for (const [name, command] of [
      ["CreateGrant", new aws.CreateGrantCommand({ KeyId, GranteePrincipal: "x", Operations: ["Decrypt"] })],
    ]) {
      const { message } = await fails("UnsupportedOperationException", command);
      assert.match(message, new RegExp(`\\b${name}\\b`));
    }
  });

  test("two hundred equal calls at once", async () => {
    const { KeyId } = await newKey();
    const calls = Array.from({ length: 200 }, () => client.send(new aws.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })));
    const keys = (await Promise.all(calls)).map(({ Plaintext }) => Buffer.from(Plaintext).toString("hex"));
    assert.equal(new Set(keys).size, 200);
  });
});
