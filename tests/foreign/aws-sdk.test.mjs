// SPDX-License-Identifier: Apache-2.0

/**
 * Amazon's KMS client for JavaScript, unmodified, against the running worker: every action of the AWS
 * dialect, and the errors as this client shows them.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails } from "../lib/aws-fails.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { startWorker } from "../lib/worker.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const AWKWARD = "héllo *~ +/=&% \u{1F4F7} \"\\";
const CONTEXT = { Purpose: "c&d=é+*~ 中文", "a b": "c", "größe=&": "", "a.b": 'y"\\' };
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
const newKey = async (input = {}) => (await client.send(new aws.CreateKeyCommand(input))).KeyMetadata;
const describeKey = async (KeyId) => (await client.send(new aws.DescribeKeyCommand({ KeyId }))).KeyMetadata;

/** Actions that say nothing answer with nothing but what every answer has. */
async function silent(command) {
  const answer = await client.send(command);
  assert.deepEqual(Object.keys(answer), ["$metadata"], command.constructor.name);
  assert.equal(answer.$metadata.httpStatusCode, 200);
  assert.match(answer.$metadata.requestId, UUID);
  assert.equal(answer.$metadata.attempts, 1, "no attempt failed on the way");
}

/** Everything that a paginator brings, of one field. */
async function collected(pages, field) {
  const found = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    found.push(...page[field]);
    assert.equal(page.Truncated, page.NextMarker !== undefined);
  }
  return { found, count };
}

describe("keys", () => {
  let key;

  test("CreateKey", async () => {
    const before = Date.now();
    key = await newKey({ Description: AWKWARD, Tags: [{ TagKey: "team", TagValue: "photos" }] });
    assert.match(key.KeyId, UUID);
    const { CreationDate, ...rest } = key;
    assert.ok(CreationDate instanceof Date);
    assert.ok(Math.abs(CreationDate.getTime() - before) < 60_000, String(CreationDate));
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
      { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" },
      { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
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

describe("aliases", () => {
  const AliasName = "alias/a/few_parts-1";
  let key;
  let other;
  before(async () => {
    key = await newKey();
    other = await newKey();
  });

  test("CreateAlias", async () => {
    await silent(new aws.CreateAliasCommand({ AliasName, TargetKeyId: key.KeyId }));
    const taken = new aws.CreateAliasCommand({ AliasName, TargetKeyId: other.Arn });
    await fails("AlreadyExistsException", taken);
    await fails("NotFoundException", new aws.CreateAliasCommand({ AliasName: "alias/new", TargetKeyId: UNKNOWN }));
    for (const name of ["photos", "alias/", "alias/a b", "alias/é", `alias/${"x".repeat(256)}`, "alias/aws/mine"]) {
      const command = new aws.CreateAliasCommand({ AliasName: name, TargetKeyId: key.KeyId });
      await fails(["InvalidAliasNameException", "ValidationException"], command);
    }
  });

  test("ListAliases, page by page and of one key", async () => {
    const names = ["alias/list-1", "alias/list-2", "alias/list-3"];
    for (const name of names) await silent(new aws.CreateAliasCommand({ AliasName: name, TargetKeyId: other.Arn }));
    const all = await collected(aws.paginateListAliases({ client, pageSize: 2 }, {}), "Aliases");
    assert.equal(all.count, Math.ceil(all.found.length / 2));
    const mine = all.found.find((alias) => alias.AliasName === AliasName);
    assert.equal(mine.AliasArn, arnOf(AliasName));
    assert.equal(mine.TargetKeyId, key.KeyId);
    for (const date of [mine.CreationDate, mine.LastUpdatedDate]) {
      // Amazon has both; a service may leave them out, but not make them up.
      if (date !== undefined) assert.ok(Math.abs(date.getTime() - Date.now()) < 300_000, String(date));
    }
    for (const KeyId of [other.KeyId, other.Arn]) {
      const { found, count } = await collected(aws.paginateListAliases({ client, pageSize: 2 }, { KeyId }), "Aliases");
      assert.deepEqual(found.map((alias) => alias.AliasName).sort(), names);
      assert.equal(count, 2);
    }
    await fails("NotFoundException", new aws.ListAliasesCommand({ KeyId: UNKNOWN }));
  });

  test("UpdateAlias, to another key and back", async () => {
    for (const target of [other, key]) {
      await silent(new aws.UpdateAliasCommand({ AliasName, TargetKeyId: target.KeyId }));
      assert.equal((await describeKey(AliasName)).KeyId, target.KeyId);
      await eventually(async () => {
        const sealed = await client.send(new aws.EncryptCommand({ KeyId: arnOf(AliasName), Plaintext: PLAINTEXT }));
        assert.equal(sealed.KeyId, target.Arn);
      });
    }
    await fails("NotFoundException", new aws.UpdateAliasCommand({ AliasName: "alias/nobody", TargetKeyId: key.KeyId }));
  });

  test("DeleteAlias", async () => {
    await silent(new aws.DeleteAliasCommand({ AliasName }));
    await fails("NotFoundException", new aws.DeleteAliasCommand({ AliasName }));
    await fails("NotFoundException", new aws.DescribeKeyCommand({ KeyId: AliasName }));
    await eventually(() => fails("NotFoundException", new aws.EncryptCommand({ KeyId: AliasName, Plaintext: PLAINTEXT })));
    assert.equal((await describeKey(key.KeyId)).KeyState, "Enabled");
  });
});

describe("tags", () => {
  const tagsOf = async (KeyId, pageSize = 50) => {
    const { found, count } = await collected(aws.paginateListResourceTags({ client, pageSize }, { KeyId }), "Tags");
    return { count, tags: Object.fromEntries(found.map(({ TagKey, TagValue }) => [TagKey, TagValue])) };
  };

  test("of CreateKey, TagResource, ListResourceTags page by page, UntagResource", async () => {
    const { KeyId, Arn } = await newKey({ Tags: [{ TagKey: "team", TagValue: "photos" }, { TagKey: "empty", TagValue: "" }] });
    assert.deepEqual(await tagsOf(KeyId), { count: 1, tags: { team: "photos", empty: "" } });
    await silent(
      new aws.TagResourceCommand({
        KeyId: Arn,
        Tags: [{ TagKey: "team", TagValue: "film" }, { TagKey: "cost:centre", TagValue: "a/b_c-d.e+f=g@h" }],
      }),
    );
    const tags = { team: "film", empty: "", "cost:centre": "a/b_c-d.e+f=g@h" };
    for (const name of [KeyId, Arn]) assert.deepEqual(await tagsOf(name, 2), { count: 2, tags });
    // A key that is not there is no error: what was asked for holds.
    await silent(new aws.UntagResourceCommand({ KeyId, TagKeys: ["team", "nobody"] }));
    const { team, ...left } = tags;
    assert.deepEqual((await tagsOf(KeyId)).tags, left);
  });

  test("errors", async () => {
    const { KeyId } = await newKey();
    const codes = ["TagException", "ValidationException"];
    const tag = (Tags) => new aws.TagResourceCommand({ KeyId, Tags });
    await fails(codes, tag([{ TagKey: "", TagValue: "x" }]));
    await fails(codes, tag([{ TagKey: "k".repeat(129), TagValue: "x" }]));
    await fails(codes, tag([{ TagKey: "k", TagValue: "x".repeat(257) }]));
    await fails(codes, tag([{ TagKey: "twice", TagValue: "1" }, { TagKey: "twice", TagValue: "2" }]));
    await fails([...codes, "LimitExceededException"], tag(Array.from({ length: 51 }, (_, i) => ({ TagKey: `k${i}`, TagValue: "" }))));
    await fails("NotFoundException", new aws.ListResourceTagsCommand({ KeyId: UNKNOWN }));
    await fails("NotFoundException", new aws.TagResourceCommand({ KeyId: UNKNOWN, Tags: [{ TagKey: "a", TagValue: "b" }] }));
    await fails("NotFoundException", new aws.UntagResourceCommand({ KeyId: UNKNOWN, TagKeys: ["a"] }));
    assert.deepEqual((await tagsOf(KeyId)).tags, {});
  });
});

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
      ["Sign", new aws.SignCommand({ KeyId, Message: PLAINTEXT, SigningAlgorithm: "ECDSA_SHA_256" })],
      ["ReEncrypt", new aws.ReEncryptCommand({ CiphertextBlob: PLAINTEXT, DestinationKeyId: KeyId })],
      ["CreateGrant", new aws.CreateGrantCommand({ KeyId, GranteePrincipal: "x", Operations: ["Decrypt"] })],
      ["GetKeyPolicy", new aws.GetKeyPolicyCommand({ KeyId })],
      ["EnableKeyRotation", new aws.EnableKeyRotationCommand({ KeyId })],
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
