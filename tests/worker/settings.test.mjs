// SPDX-License-Identifier: Apache-2.0

/** Settings: regions, quotas, consistency, and what a worker without its secrets says. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { variable } from "../../worker/src/glue.js";
import { startWorker } from "../lib/worker.mjs";
import { base64, callsTo } from "./lib/calls.mjs";

async function withWorker(settings, use) {
  const worker = await startWorker({ settings });
  try {
    await use(callsTo(worker), worker);
  } finally {
    await worker.stop();
  }
}

describe("regions", () => {
  test("each is a keyring of its own, chosen by host name, then RegionId, then the first", () =>
    withWorker({ REGIONS: "cn-hangzhou,cn-beijing" }, async ({ call, refused }) => {
      const beijing = { host: "kms.cn-beijing.localhost" };
      const { KeyId, Arn } = (await call("CreateKey")).KeyMetadata;
      const { CiphertextBlob } = await call("Encrypt", { KeyId, Plaintext: base64("hello") });
      assert.match(Arn, /^acs:kms:cn-hangzhou:/);
      for (const options of [beijing, {}]) {
        const region = options.host ? {} : { RegionId: "cn-beijing" };
        assert.equal((await call("ListKeys", region, options)).TotalCount, 0);
        assert.deepEqual(await refused("DescribeKey", { KeyId, ...region }, options), [404, "Forbidden.KeyNotFound"]);
        assert.deepEqual(await refused("Decrypt", { CiphertextBlob, ...region }, options), [400, "InvalidParameter"]);
      }
      const made = (await call("CreateKey", {}, beijing)).KeyMetadata;
      assert.match(made.Arn, /^acs:kms:cn-beijing:/);
      assert.equal((await call("ListKeys", { RegionId: "cn-hangzhou" })).TotalCount, 1);
      assert.deepEqual(await refused("ListKeys", { RegionId: "cn-nowhere" }), [400, "InvalidParameter"]);
      const { Regions } = await call("DescribeRegions");
      assert.deepEqual(Regions.Region.map((row) => row.RegionId), ["cn-hangzhou", "cn-beijing"]);
    }));
});

describe("limits", () => {
  test("quotas and the length of a plaintext are settings", () =>
    withWorker({ MAX_KEYS: "1", MAX_ALIASES: "1", MAX_PLAINTEXT_BYTES: "6144" }, async ({ call, refused }) => {
      const { KeyId } = (await call("CreateKey")).KeyMetadata;
      assert.deepEqual(await refused("CreateKey"), [400, "Rejected.LimitExceeded"]);
      await call("CreateAlias", { KeyId, AliasName: "alias/a" });
      assert.deepEqual(await refused("CreateAlias", { KeyId, AliasName: "alias/b" }), [400, "Rejected.LimitExceeded"]);
      const bytes = (length) => Buffer.alloc(length, 7).toString("base64");
      await call("Encrypt", { KeyId, Plaintext: bytes(6144) });
      assert.deepEqual(await refused("Encrypt", { KeyId, Plaintext: bytes(6145) }), [400, "InvalidParameter"]);
    }));
});

test("a number or a list in wrangler.toml is read as text, not passed over", () => {
  const env = { MAX_KEYS: 50, ALLOWED_ORIGINS: ["https://app.example.com"], AUDIT_LOG: false, REGIONS: "a" };
  assert.equal(variable(env, "MAX_KEYS"), "50");
  assert.equal(variable(env, "ALLOWED_ORIGINS"), '["https://app.example.com"]', "no origin: refused by name");
  assert.equal(variable(env, "AUDIT_LOG"), "false");
  assert.equal(variable(env, "REGIONS"), "a");
  assert.equal(variable(env, "ACCOUNT_ID"), undefined);
});

describe("consistency", () => {
  for (const STATE_CONSISTENCY of ["eventual", "strict"]) {
    test(`${STATE_CONSISTENCY}: a new key, alias and state are good for the next call`, () =>
      withWorker({ STATE_CONSISTENCY }, async ({ call, refused }) => {
        const { KeyId } = (await call("CreateKey")).KeyMetadata;
        await call("CreateAlias", { KeyId, AliasName: "alias/a" });
        const { CiphertextBlob } = await call("GenerateDataKey", { KeyId: "alias/a" });
        await call("DisableKey", { KeyId });
        assert.deepEqual(await refused("Decrypt", { CiphertextBlob }), [409, "Rejected.Disabled"]);
        await call("EnableKey", { KeyId });
        await call("Decrypt", { CiphertextBlob });
      }));
  }
});

describe("a worker without its settings", () => {
  const cases = [
    [{ ROOT_KEYS: "" }, /ROOT_KEYS is not set/],
    [{ ROOT_KEYS: '{"current":"1","keys":{"1":"c2hvcnQ="}}' }, /ROOT_KEYS has 5 bytes where 32 are needed/],
    [{ ROOT_KEYS: '{"current":"2","keys":{}}' }, /names as "current" a version that it holds no key of/],
    [{ ROOT_KEYS: "hunter2" }, /ROOT_KEYS is not JSON/],
    [{ ACCOUNT_ID: "" }, /ACCOUNT_ID is not set/],
    [{ ACCESS_KEY_ID: "" }, /ACCESS_KEY_ID is not set/],
    [{ ACCESS_KEY_SECRET: "" }, /ACCESS_KEY_SECRET is not set/],
    [{ ACCESS_KEY_SECRET: "hunter2" }, /ACCESS_KEY_SECRET is not valid/],
    [{ STATE_CONSISTENCY: "weak" }, /STATE_CONSISTENCY is not valid/],
    [{ ALLOWED_ORIGINS: "*" }, /ALLOWED_ORIGINS is not valid/],
  ];
  for (const [settings, sentence] of cases) {
    const [[name, value]] = Object.entries(settings);
    test(`${name}=${value}: the first request is answered by a sentence that says what to set`, () =>
      withWorker(settings, async ({ send }) => {
        const { status, json, text } = await send("DescribeRegions");
        assert.deepEqual([status, json.Code], [500, "InternalFailure"]);
        assert.match(json.Message, sentence);
        assert.match(json.Message, /Set it|Add it/);
        assert.doesNotMatch(text, /hunter2|c2hvcnQ=/, "the value itself is not repeated");
      }));
  }
});
