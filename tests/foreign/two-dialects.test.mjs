// SPDX-License-Identifier: Apache-2.0

/**
 * One key, two dialects: what Amazon's client does, Alibaba's sees, and the other way round. Both are
 * unmodified, and neither knows that the other exists.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails } from "../lib/aws-sdk.mjs";
import { fromBase64, toBase64 } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { SDK_NAMES, officialSdks } from "../lib/official-sdks.mjs";
import { startWorker } from "../lib/worker.mjs";

const CONTEXT = { Purpose: "c&d=é+*~ 中文", Album: "42" };
const PLAINTEXT = new TextEncoder().encode("a secret of thirty-two bytes ...");

let worker;
/** @type {aws.KMSClient} */
let amazon;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;
/** @type {import("../lib/official-sdks.mjs").Sdk} */
let alibaba;

before(async () => {
  worker = await startWorker();
  amazon = awsSdkClient(worker);
  sdks = officialSdks(worker);
  // Not the typed one: it drops parameters that its version does not know, tags among them.
  alibaba = sdks[SDK_NAMES.indexOf("openapi-client (ACS3, POST query)")];
});
after(() => worker?.stop());

const createdByAmazon = async (input = {}) => (await amazon.send(new aws.CreateKeyCommand(input))).KeyMetadata;
const createdByAlibaba = async (input = {}) => (await alibaba.call("CreateKey", input)).KeyMetadata;
const seenByAmazon = async (KeyId) => (await amazon.send(new aws.DescribeKeyCommand({ KeyId }))).KeyMetadata;
const seenByAlibaba = async (KeyId) => (await alibaba.call("DescribeKey", { KeyId })).KeyMetadata;
const awsArn = (resource) => `arn:aws:kms:${worker.region}:${worker.accountId}:${resource}`;
const acsArn = (resource) => `acs:kms:${worker.region}:${worker.accountId}:${resource}`;

async function alibabaFails(codes, action, params) {
  const error = await alibaba.call(action, params).then(
    (answer) => assert.fail(`${action} succeeded: ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  const { code, message } = alibaba.failure(error);
  assert.ok([codes].flat().includes(code), `${code}: ${message}`);
}

describe("a key", () => {
  test("made by Amazon's client, in Alibaba's words", async () => {
    const made = await createdByAmazon({ Description: "héllo \u{1F4F7}" });
    const seen = await seenByAlibaba(made.KeyId);
    assert.equal(seen.Arn, acsArn(`key/${made.KeyId}`));
    assert.equal(seen.Description, "héllo \u{1F4F7}");
    assert.equal(seen.KeyState, "Enabled");
    assert.equal(seen.KeyUsage, "ENCRYPT/DECRYPT");
    assert.equal(seen.KeySpec, "Aliyun_AES_256");
    assert.equal(seen.Origin, "Aliyun_KMS");
    assert.equal(Date.parse(seen.CreationDate) / 1000, Math.floor(made.CreationDate.getTime() / 1000));
  });

  test("made by Alibaba's client, in Amazon's words", async () => {
    const made = await createdByAlibaba({ Description: "héllo \u{1F4F7}" });
    const { CreationDate, ...seen } = await seenByAmazon(made.KeyId);
    assert.equal(Math.floor(CreationDate.getTime() / 1000), Date.parse(made.CreationDate) / 1000);
    assert.deepEqual(seen, {
      AWSAccountId: worker.accountId,
      KeyId: made.KeyId,
      Arn: awsArn(`key/${made.KeyId}`),
      Description: "héllo \u{1F4F7}",
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

  test("is in both lists, and described anew for both", async () => {
    const one = await createdByAmazon();
    const two = await createdByAlibaba();
    const { Keys: amazons } = await amazon.send(new aws.ListKeysCommand({ Limit: 1000 }));
    const { Keys: alibabas } = await alibaba.call("ListKeys", { PageNumber: 1, PageSize: 100 });
    for (const { KeyId } of [one, two]) {
      assert.deepEqual(amazons.filter((key) => key.KeyId === KeyId), [{ KeyId, KeyArn: awsArn(`key/${KeyId}`) }]);
      assert.deepEqual(alibabas.Key.filter((key) => key.KeyId === KeyId), [{ KeyId, KeyArn: acsArn(`key/${KeyId}`) }]);
    }
    assert.equal(amazons.length, alibabas.Key.length);

    await amazon.send(new aws.UpdateKeyDescriptionCommand({ KeyId: two.KeyId, Description: "Amazon's words" }));
    assert.equal((await seenByAlibaba(two.KeyId)).Description, "Amazon's words");
    await alibaba.call("UpdateKeyDescription", { KeyId: one.KeyId, Description: "Alibaba's words" });
    assert.equal((await seenByAmazon(one.KeyId)).Description, "Alibaba's words");
  });

  test("is not named by the other dialect's ARN", async () => {
    const { KeyId } = await createdByAmazon();
    const codes = ["InvalidArnException", "NotFoundException", "ValidationException"];
    await awsFails(amazon, codes, new aws.DescribeKeyCommand({ KeyId: acsArn(`key/${KeyId}`) }));
    await awsFails(amazon, codes, new aws.EncryptCommand({ KeyId: acsArn(`key/${KeyId}`), Plaintext: PLAINTEXT }));
    const foreign = { KeyId: awsArn(`key/${KeyId}`), Plaintext: "aGVsbG8=" };
    await alibabaFails(["Forbidden.KeyNotFound", "InvalidParameter"], "Encrypt", foreign);
  });
});

describe("a ciphertext", () => {
  let keyId;
  before(async () => {
    keyId = (await createdByAmazon()).KeyId;
  });

  for (const [index, name] of SDK_NAMES.entries()) {
    test(`Amazon's client encrypts, ${name} decrypts, and the other way round`, async () => {
      const sdk = sdks[index];
      const sealed = await amazon.send(
        new aws.EncryptCommand({ KeyId: keyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }),
      );
      const opened = await sdk.call("Decrypt", {
        CiphertextBlob: toBase64(sealed.CiphertextBlob),
        EncryptionContext: sdk.context(CONTEXT),
      });
      assert.equal(opened.Plaintext, toBase64(PLAINTEXT));
      assert.equal(opened.KeyId, keyId);

      const theirs = await sdk.call("Encrypt", {
        KeyId: keyId,
        Plaintext: toBase64(PLAINTEXT),
        EncryptionContext: sdk.context(CONTEXT),
      });
      const CiphertextBlob = fromBase64(theirs.CiphertextBlob);
      const back = await amazon.send(new aws.DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT, KeyId: keyId }));
      assert.deepEqual(back.Plaintext, PLAINTEXT);
      assert.equal(back.KeyId, awsArn(`key/${keyId}`));
    });
  }

  test("a data key of the one opens for the other, without any context too", async () => {
    const made = await amazon.send(new aws.GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256" }));
    const opened = await alibaba.call("Decrypt", { CiphertextBlob: toBase64(made.CiphertextBlob) });
    assert.equal(opened.Plaintext, toBase64(made.Plaintext));
    const theirs = await alibaba.call("GenerateDataKey", { KeyId: keyId, KeySpec: "AES_256" });
    const CiphertextBlob = fromBase64(theirs.CiphertextBlob);
    assert.equal(toBase64((await amazon.send(new aws.DecryptCommand({ CiphertextBlob }))).Plaintext), theirs.Plaintext);
  });

  test("the context holds across the dialects", async () => {
    const sealed = await amazon.send(
      new aws.EncryptCommand({ KeyId: keyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }),
    );
    const CiphertextBlob = toBase64(sealed.CiphertextBlob);
    await alibabaFails("InvalidParameter", "Decrypt", { CiphertextBlob });
    await alibabaFails("InvalidParameter", "Decrypt", {
      CiphertextBlob,
      EncryptionContext: alibaba.context({ ...CONTEXT, Album: "43" }),
    });
    const theirs = await alibaba.call("Encrypt", {
      KeyId: keyId,
      Plaintext: toBase64(PLAINTEXT),
      EncryptionContext: alibaba.context(CONTEXT),
    });
    const blob = { CiphertextBlob: fromBase64(theirs.CiphertextBlob) };
    await awsFails(amazon, "InvalidCiphertextException", new aws.DecryptCommand(blob));
    await awsFails(amazon, "InvalidCiphertextException", new aws.DecryptCommand({ ...blob, EncryptionContext: { a: "b" } }));
  });
});

describe("aliases and tags", () => {
  test("an alias of the one is an alias of the other, and there once", async () => {
    const { KeyId } = await createdByAmazon();
    const other = await createdByAlibaba();
    await amazon.send(new aws.CreateAliasCommand({ AliasName: "alias/amazon", TargetKeyId: KeyId }));
    await alibaba.call("CreateAlias", { AliasName: "alias/alibaba", KeyId });
    assert.equal((await seenByAlibaba("alias/amazon")).KeyId, KeyId);
    assert.equal((await seenByAmazon(awsArn("alias/alibaba"))).KeyId, KeyId);
    await alibabaFails("AliasAlreadyExists", "CreateAlias", { AliasName: "alias/amazon", KeyId });
    const taken = new aws.CreateAliasCommand({ AliasName: "alias/alibaba", TargetKeyId: KeyId });
    await awsFails(amazon, "AlreadyExistsException", taken);

    const { Aliases } = await amazon.send(new aws.ListAliasesCommand({ KeyId }));
    assert.deepEqual(
      Aliases.map(({ AliasName, AliasArn }) => [AliasName, AliasArn]).sort(),
      ["alias/alibaba", "alias/amazon"].map((name) => [name, awsArn(name)]),
    );
    const listed = (await alibaba.call("ListAliases", { PageNumber: 1, PageSize: 100 })).Aliases.Alias;
    assert.deepEqual(
      listed.filter((alias) => alias.KeyId === KeyId).map(({ AliasName, AliasArn }) => [AliasName, AliasArn]).sort(),
      ["alias/alibaba", "alias/amazon"].map((name) => [name, acsArn(name)]),
    );

    await alibaba.call("UpdateAlias", { AliasName: "alias/amazon", KeyId: other.KeyId });
    await eventually(async () => {
      const sealed = await amazon.send(new aws.EncryptCommand({ KeyId: "alias/amazon", Plaintext: PLAINTEXT }));
      assert.equal(sealed.KeyId, awsArn(`key/${other.KeyId}`));
    });
    await amazon.send(new aws.DeleteAliasCommand({ AliasName: "alias/alibaba" }));
    await alibabaFails("Forbidden.AliasNotFound", "DescribeKey", { KeyId: "alias/alibaba" });
  });

  const sorted = (tags) => tags.map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`).sort();
  const amazonsTags = async (KeyId) => sorted((await amazon.send(new aws.ListResourceTagsCommand({ KeyId }))).Tags);
  const alibabasTags = async (KeyId) => sorted((await alibaba.call("ListResourceTags", { KeyId })).Tags.Tag);

  test("tags that a key was made with", async () => {
    const Tags = [{ TagKey: "team", TagValue: "photos" }, { TagKey: "stage", TagValue: "test" }];
    const one = await createdByAmazon({ Tags });
    const two = await createdByAlibaba({ Tags: JSON.stringify(Tags) });
    for (const { KeyId } of [one, two]) assert.deepEqual(await amazonsTags(KeyId), ["stage=test", "team=photos"]);
    assert.deepEqual(await alibabasTags(one.KeyId), ["stage=test", "team=photos"]);
  });

  test("tags that come and go", async () => {
    const { KeyId } = await createdByAmazon();
    await amazon.send(new aws.TagResourceCommand({ KeyId, Tags: [{ TagKey: "by", TagValue: "amazon" }] }));
    await alibaba.call("TagResource", { KeyId, Tags: JSON.stringify([{ TagKey: "and", TagValue: "alibaba" }]) });
    assert.deepEqual(await amazonsTags(KeyId), ["and=alibaba", "by=amazon"]);
    assert.deepEqual(await alibabasTags(KeyId), ["and=alibaba", "by=amazon"]);
    await alibaba.call("UntagResource", { KeyId, TagKeys: JSON.stringify(["by"]) });
    assert.deepEqual(await amazonsTags(KeyId), ["and=alibaba"]);
    await amazon.send(new aws.UntagResourceCommand({ KeyId, TagKeys: ["and"] }));
    assert.deepEqual(await alibabasTags(KeyId), []);
  });
});

describe("states", () => {
  test("disabled and enabled by either", async () => {
    const { KeyId } = await createdByAmazon();
    await amazon.send(new aws.DisableKeyCommand({ KeyId }));
    assert.equal((await seenByAlibaba(KeyId)).KeyState, "Disabled");
    await eventually(() => alibabaFails("Rejected.Disabled", "Encrypt", { KeyId, Plaintext: "aGVsbG8=" }));
    await alibaba.call("EnableKey", { KeyId });
    assert.equal((await seenByAmazon(KeyId)).KeyState, "Enabled");
    await eventually(() => amazon.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
    await alibaba.call("DisableKey", { KeyId });
    await eventually(() => awsFails(amazon, "DisabledException", new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
  });

  test("a deletion that Alibaba's client scheduled and Amazon's cancels leaves the key Disabled", async () => {
    const { KeyId } = await createdByAlibaba();
    await alibaba.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 10 });
    const dying = await seenByAmazon(KeyId);
    assert.equal(dying.KeyState, "PendingDeletion");
    const { DeleteDate } = await seenByAlibaba(KeyId);
    assert.equal(Math.floor(dying.DeletionDate.getTime() / 1000), Date.parse(DeleteDate) / 1000);
    await eventually(() =>
      awsFails(amazon, "KMSInvalidStateException", new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
    await amazon.send(new aws.CancelKeyDeletionCommand({ KeyId }));
    assert.equal((await seenByAlibaba(KeyId)).KeyState, "Disabled");
    assert.equal((await seenByAmazon(KeyId)).KeyState, "Disabled");
    await alibabaFails("Rejected.StateModifiedFailed", "CancelKeyDeletion", { KeyId });
  });

  test("a deletion that Amazon's client scheduled and Alibaba's cancels leaves the key Enabled", async () => {
    const { KeyId } = await createdByAmazon();
    await amazon.send(new aws.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal((await seenByAlibaba(KeyId)).KeyState, "PendingDeletion");
    await eventually(() => alibabaFails("Rejected.PendingDeletion", "Encrypt", { KeyId, Plaintext: "aGVsbG8=" }));
    await alibaba.call("CancelKeyDeletion", { KeyId });
    assert.equal((await seenByAmazon(KeyId)).KeyState, "Enabled");
    assert.equal((await seenByAmazon(KeyId)).DeletionDate, undefined);
    await eventually(() => amazon.send(new aws.EncryptCommand({ KeyId, Plaintext: PLAINTEXT })));
    await awsFails(amazon, "KMSInvalidStateException", new aws.CancelKeyDeletionCommand({ KeyId }));
  });
});
