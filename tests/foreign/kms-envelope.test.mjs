// SPDX-License-Identifier: Apache-2.0

/**
 * An edgekms message under a CMK belongs to nobody's library: here it is opened with the AWS
 * Encryption SDK and an official Alibaba SDK alone. The keyring between the two is thirty lines,
 * and it is all that a third party has to write. The reverse holds too: what those two sealed,
 * edgekms opens.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  EncryptedDataKey,
  KeyringNode,
  KeyringTraceFlag,
  immutableClass,
  needs,
} from "@aws-crypto/client-node";
import { Envelope } from "edgekms";
import { awsOpen, awsSeal } from "../lib/aws-esdk.mjs";
import { fromBase64, patternedBytes, throughStream, toBase64 } from "../lib/bytes.mjs";
import { Kms, edgekmsClient, genericClient, typedClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { readHeader } from "../lib/message.mjs";
import { startWorker } from "../lib/worker.mjs";

const PROVIDER_ID = "aliyun-kms";
const CONTEXT = { album: "42", "größe": "é+*~ 中文" };
const PLAINTEXT = patternedBytes(150_000, 17);
const SUITES = [0x0478, 0x0578];

/** An AWS Encryption SDK keyring over Alibaba's generic SDK, knowing nothing of edgekms. */
class AlibabaKeyring extends KeyringNode {
  constructor({ client, keyArn }) {
    super();
    this.client = client;
    this.keyArn = keyArn;
  }

  /** What is authenticated with the data key: the message's context, as the one JSON parameter of the wire. */
  static context({ encryptionContext }) {
    return Object.keys(encryptionContext).length === 0 ? {} : { EncryptionContext: JSON.stringify(encryptionContext) };
  }

  async _onEncrypt(material) {
    needs(!material.hasUnencryptedDataKey, "this keyring only generates");
    const { Plaintext, CiphertextBlob } = await this.client.call("GenerateDataKey", {
      KeyId: this.keyArn,
      NumberOfBytes: material.suite.keyLengthBytes,
      ...AlibabaKeyring.context(material),
    });
    const trace = { keyNamespace: PROVIDER_ID, keyName: this.keyArn, flags: KeyringTraceFlag.WRAPPING_KEY_GENERATED_DATA_KEY };
    material.setUnencryptedDataKey(fromBase64(Plaintext), trace);
    return material.addEncryptedDataKey(
      new EncryptedDataKey({
        providerId: PROVIDER_ID,
        providerInfo: this.keyArn,
        encryptedDataKey: fromBase64(CiphertextBlob),
      }),
      KeyringTraceFlag.WRAPPING_KEY_ENCRYPTED_DATA_KEY,
    );
  }

  async _onDecrypt(material, encryptedDataKeys) {
    const mine = encryptedDataKeys.find((key) => key.providerId === PROVIDER_ID && key.providerInfo === this.keyArn);
    if (!mine) return material;
    const { Plaintext } = await this.client.call("Decrypt", {
      CiphertextBlob: toBase64(mine.encryptedDataKey),
      ...AlibabaKeyring.context(material),
    });
    const trace = { keyNamespace: PROVIDER_ID, keyName: this.keyArn, flags: KeyringTraceFlag.WRAPPING_KEY_DECRYPTED_DATA_KEY };
    return material.setUnencryptedDataKey(fromBase64(Plaintext), trace);
  }
}
immutableClass(AlibabaKeyring);

let worker;
let kms;
let key;
let alibabaKeyring;

before(async () => {
  worker = await startWorker();
  kms = edgekmsClient(worker);
  ({ keyMetadata: key } = await kms.createKey({ description: "kms-envelope" }));
  await kms.createAlias({ keyId: key.keyId, aliasName: "alias/envelope" });
  alibabaKeyring = new AlibabaKeyring({ client: genericClient(worker), keyArn: key.arn });
});
after(() => worker?.stop());

describe("edgekms seals under a CMK", () => {
  test("the header names the CMK in the clear, and its blob is what the service made", async () => {
    const message = await new Envelope({ keyring: kms.keyring("alias/envelope") }).encrypt(PLAINTEXT, {
      encryptionContext: CONTEXT,
    });
    const { messageHeader } = readHeader(message);
    assert.deepEqual({ ...messageHeader.encryptionContext }, CONTEXT);
    assert.equal(messageHeader.encryptedDataKeys.length, 1);
    const [dataKey] = messageHeader.encryptedDataKeys;
    assert.equal(dataKey.providerId, PROVIDER_ID);
    assert.equal(dataKey.providerInfo, key.arn);
    assert.equal(dataKey.encryptedDataKey.length, 108);
    assert.equal(Buffer.from(dataKey.encryptedDataKey.subarray(0, 36)).toString("latin1"), key.primaryKeyVersion);

    const opened = await typedClient(worker).decrypt(
      new Kms.DecryptRequest({ ciphertextBlob: toBase64(dataKey.encryptedDataKey), encryptionContext: CONTEXT }),
    );
    assert.equal(opened.keyId, key.keyId);
    assert.equal(fromBase64(opened.plaintext).length, 32);
  });

  for (const suite of SUITES) {
    test(`0x0${suite.toString(16)}: the AWS client opens it with a data key from Alibaba's SDK`, async () => {
      const message = await new Envelope({ keyring: kms.keyring("alias/envelope"), suite }).encrypt(PLAINTEXT, {
        encryptionContext: CONTEXT,
      });
      const opened = await awsOpen(alibabaKeyring, message, suite);
      assert.deepEqual(opened.plaintext, PLAINTEXT);
      for (const [name, value] of Object.entries(CONTEXT)) assert.equal(opened.encryptionContext[name], value);
    });
  }

  test("without any context", async () => {
    const message = await new Envelope({ keyring: kms.keyring(key.arn) }).encrypt("no context");
    const opened = await awsOpen(alibabaKeyring, message, 0x0478);
    assert.equal(Buffer.from(opened.plaintext).toString(), "no context");
  });

  test("as a stream", async () => {
    const sealer = new Envelope({ keyring: kms.keyring(key.keyId) }).encryptStream({ encryptionContext: CONTEXT });
    const message = await throughStream(PLAINTEXT, sealer, [10_007, 3]);
    assert.deepEqual((await awsOpen(alibabaKeyring, message, 0x0478)).plaintext, PLAINTEXT);
  });

  test("under two CMKs: each alone opens it", async () => {
    const { keyMetadata: second } = await kms.createKey({ description: "second" });
    const message = await new Envelope({
      keyring: kms.keyring(key.keyId, { additionalKeyIds: [second.arn] }),
    }).encrypt(PLAINTEXT, { encryptionContext: CONTEXT });
    const { messageHeader } = readHeader(message);
    assert.deepEqual(
      messageHeader.encryptedDataKeys.map((dataKey) => dataKey.providerInfo),
      [key.arn, second.arn],
    );
    for (const keyArn of [key.arn, second.arn]) {
      const keyring = new AlibabaKeyring({ client: genericClient(worker), keyArn });
      assert.deepEqual((await awsOpen(keyring, message, 0x0478)).plaintext, PLAINTEXT);
      const opened = await new Envelope({ keyring: kms.keyring(keyArn) }).decrypt(message);
      assert.deepEqual(opened.plaintext, PLAINTEXT);
    }
  });
});

describe("the AWS client seals with a data key from Alibaba's SDK", () => {
  for (const suite of SUITES) {
    test(`0x0${suite.toString(16)}: edgekms opens it by alias, by ARN and by discovery`, async () => {
      const message = await awsSeal(alibabaKeyring, PLAINTEXT, { suiteId: suite, encryptionContext: CONTEXT });
      const keyrings = [
        kms.keyring("alias/envelope"),
        kms.keyring(key.arn),
        kms.discoveryKeyring(),
        kms.discoveryKeyring({ accountIds: [worker.accountId] }),
      ];
      for (const keyring of keyrings) {
        const opened = await new Envelope({ keyring }).decrypt(message, { encryptionContext: CONTEXT });
        assert.deepEqual(opened.plaintext, PLAINTEXT);
      }
    });
  }

  test("discovery limited to another account opens nothing", async () => {
    const message = await awsSeal(alibabaKeyring, PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT });
    const keyring = kms.discoveryKeyring({ accountIds: ["9999999999999999"] });
    await rejectsWithCode(new Envelope({ keyring }).decrypt(message), "NoDataKey");
  });
});
