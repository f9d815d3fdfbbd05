// SPDX-License-Identifier: Apache-2.0

/** Amazon's KMS client for JavaScript, unmodified, against the running worker: aliases and tags. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsFails, awsSilent, collected } from "../lib/aws-sdk.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { startWorker } from "../lib/worker.mjs";

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
const silent = (command) => awsSilent(client, command);
const newKey = async (input = {}) => (await client.send(new aws.CreateKeyCommand(input))).KeyMetadata;
const describeKey = async (KeyId) => (await client.send(new aws.DescribeKeyCommand({ KeyId }))).KeyMetadata;

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

describe("key policies", () => {
  const policy = (Principal) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }] });

  test("of CreateKey, PutKeyPolicy, GetKeyPolicy, ListKeyPolicies", async () => {
    const first = policy({ AWS: "arn:aws:iam::1234567890123456:root" });
    const { KeyId, Arn } = await newKey({ Policy: first });
    const policyOf = async (name) => (await client.send(new aws.GetKeyPolicyCommand({ KeyId: name }))).Policy;
    assert.equal(await policyOf(KeyId), first);
    await silent(new aws.PutKeyPolicyCommand({ KeyId: Arn, PolicyName: "default", Policy: policy("*") }));
    const anybody = policy({ AWS: "*" });
    assert.equal(await policyOf(Arn), anybody);
    const { PolicyNames, Truncated } = await client.send(new aws.ListKeyPoliciesCommand({ KeyId }));
    assert.deepEqual([PolicyNames, Truncated], [["default"], false]);
    const plain = await newKey();
    assert.equal(JSON.parse(await policyOf(plain.KeyId)).Version, "2012-10-17");
    for (const Policy of ["{}", "x", policy({ RAM: "*" }), policy("*").replace("kms:*", "s3:*")]) {
      await fails("MalformedPolicyDocumentException", new aws.PutKeyPolicyCommand({ KeyId, Policy }));
    }
    assert.equal(await policyOf(KeyId), anybody);
    await fails("NotFoundException", new aws.GetKeyPolicyCommand({ KeyId: UNKNOWN }));
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
