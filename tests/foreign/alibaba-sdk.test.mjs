// SPDX-License-Identifier: Apache-2.0

/**
 * The official Alibaba SDKs for Node, unmodified, against the running worker: every action of the
 * key service that it has, each through every signature scheme and placement of parameters that
 * these SDKs can produce, and the errors as the SDKs show them.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "../lib/eventually.mjs";
import { SDK_NAMES, officialSdks, sdkFails as fails } from "../lib/official-sdks.mjs";
import { startWorker } from "../lib/worker.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WIRE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
// Each of these characters is encoded differently by some SDK.
const AWKWARD = "héllo *~ +/=&%";
const PLAIN_NAMES = { Purpose: "c&d=é+*~ 中文", Album: "42" };
const ANY_NAMES = { ...PLAIN_NAMES, "a b": "c", "größe=&": "x", "a.b": "y" };
const PLAINTEXT = Buffer.from("a secret of thirty-two bytes ...");

let worker;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;

before(async () => {
  worker = await startWorker();
  sdks = officialSdks(worker);
});
after(() => worker?.stop());

for (const [index, name] of SDK_NAMES.entries()) {
  describe(name, () => {
    const alias = `alias/conformance-${index}`;
    /** @type {import("../lib/official-sdks.mjs").Sdk} */
    let sdk;
    let key;
    let context;
    before(() => {
      sdk = sdks[index];
      context = sdk.anyNames ? ANY_NAMES : PLAIN_NAMES;
    });

    test("DescribeRegions", async () => {
      const { Regions, RequestId } = await sdk.call("DescribeRegions");
      assert.deepEqual(Regions, { Region: [{ RegionId: worker.region }] });
      assert.match(RequestId, UUID);
    });

    test("CreateKey", async () => {
      const { KeyMetadata, RequestId } = await sdk.call("CreateKey", {
        Description: AWKWARD,
        KeyUsage: "ENCRYPT/DECRYPT",
        KeySpec: "Aliyun_AES_256",
        Origin: "Aliyun_KMS",
        ProtectionLevel: "SOFTWARE",
      });
      key = KeyMetadata;
      assert.match(RequestId, UUID);
      assert.match(key.KeyId, UUID);
      assert.equal(key.Arn, `acs:kms:${worker.region}:${worker.accountId}:key/${key.KeyId}`);
      assert.equal(key.Description, AWKWARD);
      assert.equal(key.KeyState, "Enabled");
      assert.equal(key.KeyUsage, "ENCRYPT/DECRYPT");
      assert.equal(key.KeySpec, "Aliyun_AES_256");
      assert.equal(key.Origin, "Aliyun_KMS");
      assert.equal(key.ProtectionLevel, "SOFTWARE");
      assert.equal(key.Creator, worker.accountId);
      assert.equal(key.DeleteDate, "");
      assert.equal(key.MaterialExpireTime, "");
      assert.match(key.PrimaryKeyVersion, UUID);
      assert.match(key.CreationDate, WIRE_TIME);
    });

    test("CreateAlias", async () => {
      const answer = await sdk.call("CreateAlias", { KeyId: key.KeyId, AliasName: alias });
      assert.deepEqual(Object.keys(answer), ["RequestId"]);
      await fails(sdk, "AliasAlreadyExists", "CreateAlias", { KeyId: key.KeyId, AliasName: alias });
    });

    test("DescribeKey by id and by alias", async () => {
      for (const KeyId of [key.KeyId, alias]) {
        const { KeyMetadata } = await sdk.call("DescribeKey", { KeyId });
        for (const [field, value] of Object.entries(key)) assert.equal(KeyMetadata[field], value, field);
      }
    });

    test("ListKeys", async () => {
      const listed = [];
      for (let PageNumber = 1; ; PageNumber += 1) {
        const page = await sdk.call("ListKeys", { PageNumber, PageSize: 3 });
        assert.equal(page.PageNumber, PageNumber);
        assert.equal(page.PageSize, 3);
        listed.push(...page.Keys.Key);
        if (PageNumber * 3 >= page.TotalCount) {
          assert.equal(listed.length, page.TotalCount);
          break;
        }
      }
      assert.deepEqual(
        listed.filter(({ KeyId }) => KeyId === key.KeyId),
        [{ KeyId: key.KeyId, KeyArn: key.Arn }],
      );
    });

    test("ListAliases", async () => {
      const { Aliases, TotalCount } = await sdk.call("ListAliases", { PageNumber: 1, PageSize: 100 });
      assert.equal(Aliases.Alias.length, TotalCount);
      assert.deepEqual(
        Aliases.Alias.filter(({ AliasName }) => AliasName === alias),
        [
          {
            KeyId: key.KeyId,
            AliasName: alias,
            AliasArn: `acs:kms:${worker.region}:${worker.accountId}:${alias}`,
          },
        ],
      );
    });

    test("UpdateKeyDescription, to other words and to none", async () => {
      for (const Description of [`${AWKWARD} again`, ""]) {
        const answer = await sdk.call("UpdateKeyDescription", { KeyId: key.KeyId, Description });
        assert.deepEqual(Object.keys(answer), ["RequestId"]);
        const { KeyMetadata } = await sdk.call("DescribeKey", { KeyId: key.KeyId });
        assert.equal(KeyMetadata.Description, Description);
      }
    });

    test("Encrypt by id, alias and ARN, and Decrypt", async () => {
      for (const KeyId of [key.KeyId, alias, key.Arn]) {
        const sealed = await sdk.call("Encrypt", {
          KeyId,
          Plaintext: PLAINTEXT.toString("base64"),
          EncryptionContext: sdk.context(context),
        });
        assert.equal(sealed.KeyId, key.KeyId);
        assert.equal(sealed.KeyVersionId, key.PrimaryKeyVersion);
        const opened = await sdk.call("Decrypt", {
          CiphertextBlob: sealed.CiphertextBlob,
          // The other order: equality is that of maps.
          EncryptionContext: sdk.context(Object.fromEntries(Object.entries(context).reverse())),
        });
        assert.equal(opened.Plaintext, PLAINTEXT.toString("base64"));
        assert.equal(opened.KeyId, key.KeyId);
        assert.equal(opened.KeyVersionId, key.PrimaryKeyVersion);
      }
    });

    for (const [action, hasPlaintext] of [
      ["GenerateDataKey", true],
      ["GenerateDataKeyWithoutPlaintext", false],
    ]) {
      test(action, async () => {
        const sizes = [
          [{}, 32],
          [{ KeySpec: "AES_256" }, 32],
          [{ KeySpec: "AES_128" }, 16],
          [{ NumberOfBytes: 64 }, 64],
          // Both: the number wins (wire reference, section 2.6).
          [{ KeySpec: "AES_128", NumberOfBytes: 32 }, 32],
        ];
        for (const [size, length] of sizes) {
          const made = await sdk.call(action, { KeyId: alias, ...size, EncryptionContext: sdk.context(context) });
          assert.equal(made.KeyId, key.KeyId);
          assert.equal("Plaintext" in made, hasPlaintext);
          const blob = Buffer.from(made.CiphertextBlob, "base64");
          assert.equal(blob.toString("base64"), made.CiphertextBlob, "canonical base64");
          // Key version id, nonce, ciphertext, tag: 108 bytes for a data key of 32.
          assert.equal(blob.length, 36 + 24 + length + 16);
          assert.equal(blob.subarray(0, 36).toString("latin1"), key.PrimaryKeyVersion);
          const opened = await sdk.call("Decrypt", {
            CiphertextBlob: made.CiphertextBlob,
            EncryptionContext: sdk.context(context),
          });
          assert.equal(Buffer.from(opened.Plaintext, "base64").length, length);
          if (hasPlaintext) assert.equal(opened.Plaintext, made.Plaintext);
        }
      });
    }

    test("errors: an unknown key, an unknown alias, a wrong context, no parameter, an alias where an id is due", async () => {
      const unknown = "00000000-0000-4000-8000-000000000000";
      await fails(sdk, "Forbidden.KeyNotFound", "DescribeKey", { KeyId: unknown });
      await fails(sdk, "Forbidden.KeyNotFound", "Encrypt", { KeyId: unknown, Plaintext: "aGVsbG8=" });
      await fails(sdk, "Forbidden.AliasNotFound", "Encrypt", { KeyId: "alias/nobody", Plaintext: "aGVsbG8=" });
      await fails(sdk, "Forbidden.AliasNotFound", "DeleteAlias", { AliasName: "alias/nobody" });
      await fails(sdk, "Unsupported.Alias", "DisableKey", { KeyId: alias });
      await fails(sdk, "MissingParameter", "Encrypt", { KeyId: key.KeyId });
      const { CiphertextBlob } = await sdk.call("Encrypt", {
        KeyId: key.KeyId,
        Plaintext: "aGVsbG8=",
        EncryptionContext: sdk.context(context),
      });
      await fails(sdk, "InvalidParameter", "Decrypt", { CiphertextBlob });
      await fails(sdk, "InvalidParameter", "Decrypt", {
        CiphertextBlob,
        EncryptionContext: sdk.context({ ...context, Purpose: "Test" }),
      });
    });

    test("TagResource, ListResourceTags, UntagResource", async () => {
      const { KeyId } = key;
      const Tags = (...pairs) =>
        JSON.stringify(pairs.map(([TagKey, TagValue]) => ({ TagKey, TagValue })));
      const tags = async () =>
        (await sdk.call("ListResourceTags", { KeyId })).Tags.Tag.map((tag) => [tag.TagKey, tag.TagValue]);
      await sdk.call("TagResource", { KeyId, Tags: Tags(["team", "photos"], ["stage", "a"]) });
      await sdk.call("TagResource", { KeyId, Tags: Tags(["stage", "b"]) });
      assert.deepEqual(await tags(), [["stage", "b"], ["team", "photos"]]);
      await sdk.call("UntagResource", { KeyId, TagKeys: JSON.stringify(["team", "nobody"]) });
      assert.deepEqual(await tags(), [["stage", "b"]]);
      await fails(sdk, "InvalidParameter", "TagResource", { KeyId, Tags: Tags(["acs:mine", "x"]) });
      await fails(sdk, "MissingParameter", "UntagResource", { KeyId });
      await fails(sdk, "Forbidden.KeyNotFound", "ListResourceTags", { KeyId: "no-such-key" });
    });

    test("ListAliasesByKeyId, DescribeService", async () => {
      const listed = await sdk.call("ListAliasesByKeyId", { KeyId: key.KeyId });
      assert.deepEqual(listed.Aliases.Alias.map(({ AliasName }) => AliasName), [alias]);
      assert.equal(listed.TotalCount, 1);
      await fails(sdk, "Forbidden.KeyNotFound", "ListAliasesByKeyId", { KeyId: "no-such-key" });
      const { KeySpecs, ProtectionLevels } = await sdk.call("DescribeService");
      assert.deepEqual(ProtectionLevels.ProtectionLevel.map(({ Type }) => Type), ["SOFTWARE"]);
      const aes = KeySpecs.KeySpec.find(({ Name }) => Name === "Aliyun_AES_256");
      assert.deepEqual(aes.Usages.Usage, ["ENCRYPT/DECRYPT"]);
      assert.deepEqual(aes.SupportedProtectionLevels.SupportedProtectionLevel, ["SOFTWARE"]);
    });

    test("UpdateAlias, to another key and back", async () => {
      const { KeyId } = (await sdk.call("CreateKey")).KeyMetadata;
      for (const target of [KeyId, key.KeyId]) {
        const answer = await sdk.call("UpdateAlias", { KeyId: target, AliasName: alias });
        assert.deepEqual(Object.keys(answer), ["RequestId"]);
        assert.equal((await sdk.call("DescribeKey", { KeyId: alias })).KeyMetadata.KeyId, target);
        await eventually(async () => {
          assert.equal((await sdk.call("Encrypt", { KeyId: alias, Plaintext: "aGVsbG8=" })).KeyId, target);
        });
      }
      await fails(sdk, "Forbidden.AliasNotFound", "UpdateAlias", { KeyId, AliasName: "alias/nobody" });
    });

    test("ScheduleKeyDeletion, and CancelKeyDeletion", async () => {
      const { KeyId } = key;
      await fails(sdk, "MissingParameter", "ScheduleKeyDeletion", { KeyId });
      await fails(sdk, "InvalidParameter", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 6 });
      await fails(sdk, "Rejected.StateModifiedFailed", "CancelKeyDeletion", { KeyId });

      const PendingWindowInDays = 7;
      const scheduled = await sdk.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays });
      assert.deepEqual(Object.keys(scheduled), ["RequestId"]);
      const dying = (await sdk.call("DescribeKey", { KeyId })).KeyMetadata;
      assert.equal(dying.KeyState, "PendingDeletion");
      assert.match(dying.DeleteDate, WIRE_TIME);
      const end = Date.now() + PendingWindowInDays * 86_400_000;
      assert.ok(Math.abs(Date.parse(dying.DeleteDate) - end) < 60_000, dying.DeleteDate);
      await eventually(() => fails(sdk, "Rejected.PendingDeletion", "Encrypt", { KeyId, Plaintext: "aGVsbG8=" }));
      await fails(sdk, "Rejected.StateModifiedFailed", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays });

      assert.deepEqual(Object.keys(await sdk.call("CancelKeyDeletion", { KeyId })), ["RequestId"]);
      const kept = (await sdk.call("DescribeKey", { KeyId })).KeyMetadata;
      assert.equal(kept.KeyState, "Enabled");
      assert.equal(kept.DeleteDate, "");
      await fails(sdk, "Rejected.StateModifiedFailed", "CancelKeyDeletion", { KeyId });
      await eventually(() => sdk.call("Encrypt", { KeyId, Plaintext: "aGVsbG8=" }));
    });

    test("DisableKey, and EnableKey again", async () => {
      const { CiphertextBlob } = await sdk.call("Encrypt", { KeyId: key.KeyId, Plaintext: "aGVsbG8=" });
      for (const round of ["first", "again: it is idempotent"]) {
        assert.deepEqual(Object.keys(await sdk.call("DisableKey", { KeyId: key.KeyId })), ["RequestId"], round);
      }
      assert.equal((await sdk.call("DescribeKey", { KeyId: key.KeyId })).KeyMetadata.KeyState, "Disabled");
      await eventually(async () => {
        await fails(sdk, "Rejected.Disabled", "Encrypt", { KeyId: key.KeyId, Plaintext: "aGVsbG8=" });
        await fails(sdk, "Rejected.Disabled", "Decrypt", { CiphertextBlob });
        await fails(sdk, "Rejected.Disabled", "GenerateDataKey", { KeyId: alias });
        await fails(sdk, "Rejected.Disabled", "GenerateDataKeyWithoutPlaintext", { KeyId: alias });
      });

      for (const round of ["first", "again: it is idempotent"]) {
        assert.deepEqual(Object.keys(await sdk.call("EnableKey", { KeyId: key.KeyId })), ["RequestId"], round);
      }
      assert.equal((await sdk.call("DescribeKey", { KeyId: key.KeyId })).KeyMetadata.KeyState, "Enabled");
      await eventually(async () => {
        assert.equal((await sdk.call("Decrypt", { CiphertextBlob })).Plaintext, "aGVsbG8=");
      });
    });

    test("DeleteAlias", async () => {
      assert.deepEqual(Object.keys(await sdk.call("DeleteAlias", { AliasName: alias })), ["RequestId"]);
      const { Aliases } = await sdk.call("ListAliases", { PageNumber: 1, PageSize: 100 });
      assert.ok(!Aliases.Alias.some(({ AliasName }) => AliasName === alias));
      await eventually(() => fails(sdk, "Forbidden.AliasNotFound", "GenerateDataKey", { KeyId: alias }));
      assert.equal((await sdk.call("DescribeKey", { KeyId: key.KeyId })).KeyMetadata.KeyState, "Enabled");
    });
  });
}

describe("one SDK encrypts, every other decrypts", () => {
  let keyId;
  before(async () => {
    keyId = (await sdks[0].call("CreateKey")).KeyMetadata.KeyId;
  });

  for (const [index, name] of SDK_NAMES.entries()) {
    test(`${name} encrypts`, async () => {
      const sealed = await sdks[index].call("Encrypt", {
        KeyId: keyId,
        Plaintext: PLAINTEXT.toString("base64"),
        EncryptionContext: sdks[index].context(PLAIN_NAMES),
      });
      for (const reader of sdks) {
        const opened = await reader.call("Decrypt", {
          CiphertextBlob: sealed.CiphertextBlob,
          EncryptionContext: reader.context(PLAIN_NAMES),
        });
        assert.equal(opened.Plaintext, PLAINTEXT.toString("base64"), reader.name);
      }
    });
  }
});

describe("a wrong secret and an unknown access key, as each SDK shows them", () => {
  const strangers = [
    ["SignatureDoesNotMatch", ({ accessKeyId }) => ({ accessKeyId, accessKeySecret: "not the secret" })],
    ["InvalidAccessKeyId.NotFound", () => ({ accessKeyId: "nobody", accessKeySecret: "nothing" })],
  ];
  for (const [code, stranger] of strangers) {
    for (const [index, name] of SDK_NAMES.entries()) {
      test(`${code}: ${name}`, async () => {
        const [sdk] = officialSdks({ ...worker, credentials: stranger(worker.credentials) }).slice(index);
        await fails(sdk, code, "ListKeys", { PageNumber: 1 });
      });
    }
  }
});
