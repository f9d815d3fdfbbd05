// SPDX-License-Identifier: Apache-2.0

/**
 * Symmetric keys of the specs that Alibaba's cloud alone has, through its official SDKs for Node and, once
 * they are made, through Amazon's: unmodified.
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

const CONTEXT = { photo: "42" };
const PLAINTEXT = patternedBytes(32);

let worker;
/** @type {aws.KMSClient} */
let client;
/** @type {import("../lib/official-sdks.mjs").Sdk[]} */
let sdks;

before(async () => {
  worker = await startWorker({ settings: EVERY_KIND });
  client = awsSdkClient(worker);
  sdks = officialSdks(worker);
});
after(() => worker?.stop());

for (const KeySpec of ["Aliyun_AES_192", "Aliyun_AES_128", "Aliyun_SM4"]) {
  describe(`a key of spec ${KeySpec}`, () => {
    let KeyId;
    before(async () => {
      const { KeyMetadata } = await sdks[0].call("CreateKey", { KeySpec });
      assert.equal(KeyMetadata.KeySpec, KeySpec);
      assert.equal(KeyMetadata.KeyUsage, "ENCRYPT/DECRYPT");
      ({ KeyId } = KeyMetadata);
    });

    test("what one SDK encrypts, every other opens with its context", async () => {
      for (const sdk of sdks) {
        const asked = { KeyId, Plaintext: toBase64(PLAINTEXT), EncryptionContext: sdk.context(CONTEXT) };
        const { CiphertextBlob } = await sdk.call("Encrypt", asked);
        const sealed = fromBase64(CiphertextBlob);
        assert.equal(sealed.length, 108, sdk.name);
        const opened = await client.send(new aws.DecryptCommand({ CiphertextBlob: sealed, EncryptionContext: CONTEXT }));
        assert.deepEqual(Buffer.from(opened.Plaintext), Buffer.from(PLAINTEXT), sdk.name);
        await awsFails(client, "InvalidCiphertextException", new aws.DecryptCommand({ CiphertextBlob: sealed }));
        const changed = { CiphertextBlob: toBase64(flipped(sealed, -1)), EncryptionContext: asked.EncryptionContext };
        await sdkFails(sdk, "InvalidParameter", "Decrypt", changed);
      }
    });

    test("a data key opens to what was given out", async () => {
      const made = await client.send(new aws.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext: CONTEXT }));
      for (const sdk of sdks) {
        const asked = { CiphertextBlob: toBase64(made.CiphertextBlob), EncryptionContext: sdk.context(CONTEXT) };
        const opened = await sdk.call("Decrypt", asked);
        assert.equal(opened.Plaintext, toBase64(made.Plaintext), sdk.name);
      }
    });
  });
}
