// SPDX-License-Identifier: Apache-2.0

/** `examples/alibaba-sdk`: both scripts against a running worker. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { environmentFor, runScript } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

const EXAMPLE = "examples/alibaba-sdk";
const ID = /^CreateKey {8}\S{8,}$/m;
const DECRYPTED = /^Decrypt {10}hello from the official SDK$/m;

describe("alibaba-sdk", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  async function output(script) {
    const { status, stdout, stderr } = await runScript(EXAMPLE, [script], environmentFor(worker));
    assert.equal(status, 0, stderr);
    return stdout;
  }

  test("@alicloud/kms20160120 (RPC v1) creates, names, encrypts, decrypts", async () => {
    const text = await output("rpc.mjs");
    assert.match(text, ID);
    assert.match(text, DECRYPTED);
    assert.match(text, /^GenerateDataKey {2}32 bytes$/m);
  });

  test("@alicloud/openapi-client (ACS3) creates, encrypts, decrypts, disables", async () => {
    const text = await output("acs3.mjs");
    assert.match(text, ID);
    assert.match(text, DECRYPTED);
    assert.match(text, /^DisableKey {7}Disabled$/m);
    assert.match(text, new RegExp(`^DescribeRegions {2}.*${worker.region}`, "m"));
  });

  test("a wrong secret is refused, not ignored", async () => {
    const env = { ...environmentFor(worker), EDGEKMS_ACCESS_KEY_SECRET: "not the secret" };
    const { status, stderr } = await runScript(EXAMPLE, ["acs3.mjs"], env);
    assert.notEqual(status, 0);
    assert.match(stderr, /SignatureDoesNotMatch/);
  });
});
