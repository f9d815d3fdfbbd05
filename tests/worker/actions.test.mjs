// SPDX-License-Identifier: Apache-2.0

/** Every action against a running worker: what it answers, and how it refuses. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startWorker } from "../lib/worker.mjs";
import { base64, callsTo } from "./lib/calls.mjs";

const NO_KEY = "00000000-0000-4000-8000-000000000000";
const NOT_FOUND = [404, "Forbidden.KeyNotFound"];

let worker;
let call;
let refused;
let send;

before(async () => {
  worker = await startWorker();
  ({ call, refused, send } = callsTo(worker));
});
after(() => worker?.stop());

const newKey = async (params) => (await call("CreateKey", params)).KeyMetadata;

describe("keys", () => {
  test("CreateKey answers the metadata of an enabled AES-256 key", async () => {
    const key = await newKey({ Description: "héllo *~ +/=", EnableAutomaticRotation: "False" });
    assert.equal(key.KeyState, "Enabled");
    assert.equal(key.KeySpec, "Aliyun_AES_256");
    assert.equal(key.KeyUsage, "ENCRYPT/DECRYPT");
    assert.equal(key.Description, "héllo *~ +/=");
    assert.equal(key.Arn, `acs:kms:${worker.region}:${worker.accountId}:key/${key.KeyId}`);
    assert.equal(key.Creator, worker.accountId);
    assert.equal(key.DeleteDate, "");
    assert.match(key.CreationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("CreateKey refuses what is not made here, by code", async () => {
    assert.deepEqual(await refused("CreateKey", { KeySpec: "EC_SM2" }), [400, "UnsupportedOperation"]);
    assert.deepEqual(await refused("CreateKey", { Origin: "external" }), [400, "InvalidParameter"]);
    assert.deepEqual(await refused("CreateKey", { ProtectionLevel: "HSM" }), [400, "Unsupported.ProtectionLevel"]);
    assert.deepEqual(await refused("CreateKey", { KeySpec: "ROT13" }), [400, "InvalidParameter"]);
  });

  test("DescribeKey finds a key by id, alias and ARN", async () => {
    const key = await newKey({});
    await call("CreateAlias", { KeyId: key.KeyId, AliasName: "alias/described" });
    for (const KeyId of [key.KeyId, "alias/described", key.Arn]) {
      const { KeyMetadata } = await call("DescribeKey", { KeyId });
      assert.equal(KeyMetadata.KeyId, key.KeyId);
      assert.equal(KeyMetadata.DeletionProtection, "Disabled");
    }
    assert.deepEqual(await refused("DescribeKey", { KeyId: NO_KEY }), NOT_FOUND);
    assert.deepEqual(await refused("DescribeKey", { KeyId: "alias/none" }), [404, "Forbidden.AliasNotFound"]);
    assert.deepEqual(await refused("DescribeKey", {}), [400, "MissingParameter"]);
  });

  test("ListKeys pages through the keys in order of creation", async () => {
    const made = [await newKey({}), await newKey({})];
    const { TotalCount } = await call("ListKeys", { PageSize: "1" });
    const rows = [];
    for (let PageNumber = 1; PageNumber <= TotalCount; PageNumber += 1) {
      const page = await call("ListKeys", { PageNumber: String(PageNumber), PageSize: "1" });
      rows.push(...page.Keys.Key);
    }
    assert.deepEqual(rows.slice(-2).map((row) => row.KeyId), made.map((key) => key.KeyId));
    assert.equal(rows.at(-1).KeyArn, made[1].Arn);
    const beyond = await call("ListKeys", { PageNumber: String(TotalCount + 1), PageSize: "1" });
    assert.deepEqual(beyond.Keys, { Key: [] });
    assert.deepEqual(await refused("ListKeys", { PageSize: "101" }), [400, "InvalidParameter"]);
  });

  test("UpdateKeyDescription changes the text, and clears it", async () => {
    const { KeyId } = await newKey({ Description: "before" });
    for (const Description of ["after", ""]) {
      await call("UpdateKeyDescription", { KeyId, Description });
      assert.equal((await call("DescribeKey", { KeyId })).KeyMetadata.Description, Description);
    }
    assert.deepEqual(await refused("UpdateKeyDescription", { KeyId }), [400, "MissingParameter"]);
    assert.deepEqual(await refused("UpdateKeyDescription", { KeyId: NO_KEY, Description: "" }), NOT_FOUND);
  });

  test("a disabled key is refused to every cryptographic call until it is enabled; both switches are idempotent", async () => {
    const { KeyId } = await newKey({});
    const { CiphertextBlob } = await call("Encrypt", { KeyId, Plaintext: base64("hello") });
    await call("DisableKey", { KeyId });
    await call("DisableKey", { KeyId });
    const disabled = [409, "Rejected.Disabled"];
    assert.deepEqual(await refused("Encrypt", { KeyId, Plaintext: base64("hello") }), disabled);
    assert.deepEqual(await refused("GenerateDataKey", { KeyId }), disabled);
    assert.deepEqual(await refused("GenerateDataKeyWithoutPlaintext", { KeyId }), disabled);
    assert.deepEqual(await refused("Decrypt", { CiphertextBlob }), disabled);
    await call("EnableKey", { KeyId });
    await call("EnableKey", { KeyId });
    assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, base64("hello"));
    for (const action of ["EnableKey", "DisableKey"]) {
      assert.deepEqual(await refused(action, { KeyId: NO_KEY }), NOT_FOUND);
      assert.deepEqual(await refused(action, { KeyId: "alias/a" }), [400, "Unsupported.Alias"]);
    }
  });
});

describe("aliases", () => {
  test("an alias is unique, listed by name, used as a key, and free again once deleted", async () => {
    const { KeyId } = await newKey({});
    const other = await newKey({});
    await call("CreateAlias", { KeyId, AliasName: "alias/zebra" });
    await call("CreateAlias", { KeyId, AliasName: "alias/ant" });
    assert.deepEqual(await refused("CreateAlias", { KeyId: other.KeyId, AliasName: "alias/ant" }), [400, "AliasAlreadyExists"]);
    const { Aliases } = await call("ListAliases", { PageSize: "100" });
    const names = Aliases.Alias.map((row) => row.AliasName);
    assert.deepEqual(names, names.toSorted());
    assert.ok(names.includes("alias/zebra"));
    assert.equal((await call("GenerateDataKey", { KeyId: "alias/ant" })).KeyId, KeyId);
    await call("DeleteAlias", { AliasName: "alias/ant" });
    assert.deepEqual(await refused("GenerateDataKey", { KeyId: "alias/ant" }), [404, "Forbidden.AliasNotFound"]);
    assert.deepEqual(await refused("DeleteAlias", { AliasName: "alias/ant" }), [404, "Forbidden.AliasNotFound"]);
    await call("CreateAlias", { KeyId: other.KeyId, AliasName: "alias/ant" });
    assert.equal((await call("GenerateDataKey", { KeyId: "alias/ant" })).KeyId, other.KeyId);
  });

  test("an alias for no key, or of a reserved name, is refused", async () => {
    assert.deepEqual(await refused("CreateAlias", { KeyId: NO_KEY, AliasName: "alias/x" }), NOT_FOUND);
    const { KeyId } = await newKey({});
    assert.deepEqual(await refused("CreateAlias", { KeyId, AliasName: "alias/acs/x" }), [400, "InvalidParameter"]);
  });
});

describe("cryptography", () => {
  test("what Encrypt seals, Decrypt opens, with an equal context in either spelling", async () => {
    const { KeyId } = await newKey({});
    const EncryptionContext = JSON.stringify({ album: "42", z: "é c&d" });
    const sealed = await call("Encrypt", { KeyId, Plaintext: base64("hello"), EncryptionContext });
    const opened = await call("Decrypt", {
      CiphertextBlob: sealed.CiphertextBlob,
      "EncryptionContext.z": "é c&d",
      "EncryptionContext.album": "42",
    });
    assert.deepEqual(
      [opened.Plaintext, opened.KeyId, opened.KeyVersionId],
      [base64("hello"), KeyId, sealed.KeyVersionId],
    );
    for (const context of [{}, { EncryptionContext: '{"album":"43"}' }]) {
      assert.deepEqual(
        await refused("Decrypt", { CiphertextBlob: sealed.CiphertextBlob, ...context }),
        [400, "InvalidParameter"],
      );
    }
  });

  test("a blob is 36 bytes of version id, 24 of nonce, the ciphertext and 16 of tag", async () => {
    const { KeyId } = await newKey({});
    const data = await call("GenerateDataKey", { KeyId });
    const blob = Buffer.from(data.CiphertextBlob, "base64");
    assert.equal(blob.length, 108);
    assert.equal(blob.subarray(0, 36).toString(), data.KeyVersionId);
    assert.equal(blob.toString("base64"), data.CiphertextBlob, "canonical base64");
  });

  test("data keys have the length asked for, and no two are alike", async () => {
    const { KeyId } = await newKey({});
    const lengths = [
      [{}, 32],
      [{ KeySpec: "AES_128" }, 16],
      [{ KeySpec: "AES_256" }, 32],
      [{ KeySpec: "AES_256", NumberOfBytes: "1024" }, 1024],
      [{ NumberOfBytes: "1" }, 1],
    ];
    for (const [params, length] of lengths) {
      const made = await call("GenerateDataKey", { KeyId, ...params });
      assert.equal(Buffer.from(made.Plaintext, "base64").length, length);
      const opened = await call("Decrypt", { CiphertextBlob: made.CiphertextBlob });
      assert.equal(opened.Plaintext, made.Plaintext);
    }
    const [one, two] = await Promise.all([1, 2].map(() => call("GenerateDataKey", { KeyId })));
    assert.notEqual(one.Plaintext, two.Plaintext);
    assert.notEqual(one.CiphertextBlob, two.CiphertextBlob);
    const bare = await call("GenerateDataKeyWithoutPlaintext", { KeyId });
    assert.equal("Plaintext" in bare, false);
    assert.equal(Buffer.from((await call("Decrypt", bare)).Plaintext, "base64").length, 32);
    assert.deepEqual(await refused("GenerateDataKey", { KeyId, NumberOfBytes: "1025" }), [400, "InvalidParameter"]);
    assert.deepEqual(await refused("GenerateDataKey", { KeyId: NO_KEY }), NOT_FOUND);
  });
});

describe("answers", () => {
  test("DescribeRegions lists the regions served", async () => {
    const { Regions } = await call("DescribeRegions");
    assert.deepEqual(Regions, { Region: [{ RegionId: worker.region }] });
  });

  test("an error has the wire's shape, and its message says what to change", async () => {
    const { status, json } = await send("DescribeKey", { KeyId: "not a key" });
    assert.equal(status, 400);
    assert.equal(json.Code, "InvalidParameter");
    assert.match(json.Message, /"KeyId"/);
    assert.equal(json.HostId, worker.host);
  });

  test("parameters may come in a form body", async () => {
    const { KeyId } = await newKey({});
    const made = await call("GenerateDataKey", { KeyId }, { form: true });
    assert.equal(made.KeyId, KeyId);
  });
});
