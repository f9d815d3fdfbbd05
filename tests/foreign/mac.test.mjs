// SPDX-License-Identifier: Apache-2.0

/**
 * HMAC keys through Amazon's KMS client for JavaScript and the official Alibaba SDKs for Node, unmodified:
 * each verifies what the other made.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { EVERY_KIND, flipped } from "../lib/asymmetric.mjs";
import { awsFails } from "../lib/aws-sdk.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { officialSdks, sdkFails } from "../lib/official-sdks.mjs";
import { startWorker } from "../lib/worker.mjs";

const MESSAGE = patternedBytes(4096);
const SHA_2 = [
  ["HMAC_224", "HMAC_SHA_224", 28],
  ["HMAC_256", "HMAC_SHA_256", 32],
  ["HMAC_384", "HMAC_SHA_384", 48],
  ["HMAC_512", "HMAC_SHA_512", 64],
];

let worker;
/** @type {aws.KMSClient} */
let client;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;

before(async () => {
  worker = await startWorker({ settings: EVERY_KIND });
  client = awsSdkClient(worker);
  // The typed SDK has no such method: Alibaba's own service has no such action.
  sdks = officialSdks(worker).filter(({ name }) => !name.includes("typed"));
});
after(() => worker?.stop());

async function newKey(KeySpec) {
  const made = await client.send(new aws.CreateKeyCommand({ KeySpec, KeyUsage: "GENERATE_VERIFY_MAC" }));
  return made.KeyMetadata;
}

for (const [KeySpec, MacAlgorithm, length] of SHA_2) {
  describe(`a key of spec ${KeySpec}`, () => {
    let key;
    let asked;
    before(async () => {
      key = await newKey(KeySpec);
      asked = { KeyId: key.KeyId, MacAlgorithm, Message: MESSAGE };
    });

    test("DescribeKey says what it is", async () => {
      const { KeyMetadata } = await client.send(new aws.DescribeKeyCommand({ KeyId: key.Arn }));
      assert.deepEqual(KeyMetadata, key);
      assert.deepEqual(key.MacAlgorithms, [MacAlgorithm]);
      assert.equal(key.EncryptionAlgorithms, undefined);
      assert.equal(key.SigningAlgorithms, undefined);
    });

    test("makes a code that each SDK finds good, and no other", async () => {
      const made = await client.send(new aws.GenerateMacCommand(asked));
      assert.equal(made.KeyId, key.Arn);
      assert.equal(made.MacAlgorithm, MacAlgorithm);
      assert.equal(made.Mac.length, length);
      const good = await client.send(new aws.VerifyMacCommand({ ...asked, Mac: made.Mac }));
      assert.equal(good.MacValid, true);
      for (const Mac of [flipped(made.Mac, -1), made.Mac.subarray(1)]) {
        await awsFails(client, "KMSInvalidMacException", new aws.VerifyMacCommand({ ...asked, Mac }));
      }
      for (const sdk of sdks) {
        const Message = toBase64(MESSAGE.subarray(0, 64));
        const named = { KeyId: key.KeyId, Algorithm: MacAlgorithm };
        const { Mac, RequestId: _, ...told } = await sdk.call("GenerateMac", { ...named, Message });
        assert.deepEqual(told, named, sdk.name);
        const short = { ...asked, Message: MESSAGE.subarray(0, 64), Mac: fromBase64(Mac) };
        assert.equal((await client.send(new aws.VerifyMacCommand(short))).MacValid, true, sdk.name);
        for (const [mac, value] of [[Mac, true], [toBase64(made.Mac), false]]) {
          const { Value } = await sdk.call("VerifyMac", { ...named, Message, Mac: mac });
          assert.equal(Value, value, sdk.name);
        }
      }
    });
  });
}

describe("what is refused", () => {
  test("another algorithm than the key's, another use, a message that is too long", async () => {
    const { KeyId } = await newKey("HMAC_256");
    const symmetric = (await client.send(new aws.CreateKeyCommand({}))).KeyMetadata;
    const asked = { KeyId, MacAlgorithm: "HMAC_SHA_256", Message: MESSAGE };
    const generate = (changes) => new aws.GenerateMacCommand({ ...asked, ...changes });
    await awsFails(client, "InvalidKeyUsageException", generate({ MacAlgorithm: "HMAC_SHA_512" }));
    await awsFails(client, "InvalidKeyUsageException", generate({ KeyId: symmetric.KeyId }));
    await awsFails(client, "InvalidKeyUsageException", new aws.EncryptCommand({ KeyId, Plaintext: MESSAGE }));
    await awsFails(client, "ValidationException", generate({ Message: patternedBytes(4097) }));
    await awsFails(client, "DryRunOperationException", generate({ DryRun: true }));
    for (const sdk of sdks) {
      const Message = toBase64(MESSAGE.subarray(0, 64));
      await sdkFails(sdk, "InvalidParameter", "GenerateMac", { KeyId, Algorithm: "HMAC_SHA_512", Message });
      await sdkFails(sdk, "UnsupportedOperation", "Encrypt", { KeyId, Plaintext: Message });
    }
  });

  test("HMAC_SM3 is Alibaba's alone", async () => {
    const { KeyMetadata } = await sdks[0].call("CreateKey", { KeySpec: "HMAC_SM3" });
    const asked = { KeyId: KeyMetadata.KeyId, Algorithm: "HMAC_SM3", Message: toBase64(MESSAGE.subarray(0, 64)) };
    const { Mac } = await sdks[0].call("GenerateMac", asked);
    assert.equal(fromBase64(Mac).length, 32);
    assert.equal((await sdks[0].call("VerifyMac", { ...asked, Mac })).Value, true);
    const command = new aws.CreateKeyCommand({ KeySpec: "HMAC_SM3", KeyUsage: "GENERATE_VERIFY_MAC" });
    await awsFails(client, "ValidationException", command);
  });
});
