// SPDX-License-Identifier: Apache-2.0

/** ARNs of keys are read by TypeScript as by Rust: the same vectors in both. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isNamed, keyArn } from "../../pkg/dist/keyring/arn.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/key-arns.json", import.meta.url), "utf8"));
const PROVIDERS = ["aliyun-kms", "aws-kms"];

test("each provider reads its own form alone, and nothing that is no whole key ARN is read", () => {
  for (const { text, provider, region, account, keyId } of vectors.read) {
    const expected = provider === null ? undefined : { account, keyId, key: `${region}:${account}:${keyId}` };
    assert.deepEqual(keyArn(text), expected, text);
    for (const asked of PROVIDERS) {
      assert.deepEqual(keyArn(text, asked), asked === provider ? expected : undefined, `${asked} ${text}`);
    }
    assert.equal(keyArn(text, "aws-kms-hierarchy"), undefined);
  }
  assert.ok(PROVIDERS.every((provider) => vectors.read.some((vector) => vector.provider === provider)));
});

test("a key is named by its id and by the ARNs of both forms, and by nothing near them", () => {
  for (const { arn, name, same } of vectors.named) assert.equal(isNamed(keyArn(arn), name), same, `${arn} ${name}`);
  assert.ok(vectors.named.some(({ same }) => same) && vectors.named.some(({ same }) => !same));
});
