// SPDX-License-Identifier: Apache-2.0

/** The package against the real worker: every action, and KMS keyrings end to end. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Envelope, KmsClient, inspect, multiKeyring, rawAesKeyring } from "edgekms";
import { patternedBytes, throughStream, utf8 } from "../lib/bytes.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

describe("against the worker", () => {
  let worker;
  let kms;
  before(async () => {
    worker = await startWorker();
    kms = connect();
  });
  after(() => worker?.stop());

  const connect = (options = {}) => {
    const { address: endpoint, region, credentials } = worker;
    return new KmsClient({ endpoint, region, credentials, ...options });
  };
  const newKey = async (aliasName) => {
    const { keyMetadata } = await kms.createKey({ description: "made by a test" });
    if (aliasName) await kms.createAlias({ keyId: keyMetadata.keyId, aliasName });
    return keyMetadata;
  };

  test("the life of a key, by every action of the client", async () => {
    const key = await newKey();
    const { keyId } = key;
    assert.equal(key.keyState, "Enabled");
    assert.match(key.arn, new RegExp(`^acs:kms:${worker.region}:${worker.accountId}:key/${keyId}$`));
    await kms.updateKeyDescription({ keyId, description: "" });
    assert.equal((await kms.describeKey({ keyId })).keyMetadata.description, "");
    await kms.createAlias({ keyId, aliasName: "alias/life" });
    const { aliases } = await kms.listAliases({ pageSize: 100 });
    assert.ok(aliases.some((alias) => alias.aliasName === "alias/life" && alias.keyId === keyId));
    const { keys, totalCount } = await kms.listKeys({ pageSize: 100 });
    assert.ok(keys.some((listed) => listed.keyId === keyId && listed.keyArn === key.arn));
    assert.equal(typeof totalCount, "number");
    const { regions } = await kms.describeRegions();
    assert.ok(regions.some(({ regionId }) => regionId === worker.region));
    const other = await newKey();
    await kms.updateAlias({ keyId: other.keyId, aliasName: "alias/life" });
    assert.equal((await kms.describeKey({ keyId: "alias/life" })).keyMetadata.keyId, other.keyId);
    await kms.deleteAlias({ aliasName: "alias/life" });
    await rejectsWithCode(kms.describeKey({ keyId: "alias/life" }), "Forbidden.AliasNotFound");

    const encryptionContext = { "naïve=&": "ß" };
    const sealed = await kms.encrypt({ keyId, plaintext: utf8("hello"), encryptionContext });
    assert.equal(sealed.keyId, keyId);
    const opened = await kms.decrypt({ ciphertextBlob: sealed.ciphertextBlob, encryptionContext });
    assert.deepEqual(opened.plaintext, utf8("hello"));
    assert.equal(opened.keyVersionId, sealed.keyVersionId);
    const dataKey = await kms.generateDataKey({ keyId, keySpec: "AES_128" });
    assert.equal(dataKey.plaintext.length, 16);
    const wrapped = await kms.generateDataKeyWithoutPlaintext({ keyId, numberOfBytes: 40 });
    assert.ok(!("plaintext" in wrapped));
    const { plaintext } = await kms.decrypt({ ciphertextBlob: wrapped.ciphertextBlob });
    assert.equal(plaintext.length, 40);

    await kms.disableKey({ keyId });
    const error = await eventually(() => rejectsWithCode(kms.generateDataKey({ keyId }), "Rejected.Disabled"));
    assert.equal(error.status, 409);
    assert.ok(error.requestId);
    await kms.enableKey({ keyId });
    await eventually(() => kms.generateDataKey({ keyId }));

    await kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 30 });
    const { keyMetadata: dying } = await kms.describeKey({ keyId });
    assert.equal(dying.keyState, "PendingDeletion");
    const days = (Date.parse(dying.deleteDate) - Date.now()) / 86_400_000;
    assert.ok(Math.abs(days - 30) < 0.001, dying.deleteDate);
    await eventually(() => rejectsWithCode(kms.generateDataKey({ keyId }), "Rejected.PendingDeletion"));
    await kms.cancelKeyDeletion({ keyId });
    const { keyMetadata: kept } = await kms.describeKey({ keyId });
    assert.deepEqual([kept.keyState, kept.deleteDate], ["Enabled", ""]);
    await eventually(() => kms.generateDataKey({ keyId }));
  });

  test("a message under an alias names the key's ARN, and is opened by alias, id, ARN and discovery", async () => {
    const key = await newKey("alias/photos");
    const encryptionContext = { album: "42" };
    const envelope = new Envelope({ keyring: kms.keyring("alias/photos") });
    const message = await envelope.encrypt("x", { encryptionContext });
    const [entry] = (await inspect(message)).encryptedDataKeys;
    assert.equal(entry.providerId, "aliyun-kms");
    assert.equal(entry.providerInfo, key.arn);
    for (const keyring of [
      kms.keyring("alias/photos"),
      kms.keyring(key.keyId),
      kms.keyring(key.arn),
      kms.discoveryKeyring(),
      kms.discoveryKeyring({ accountIds: [worker.accountId] }),
    ]) {
      const opened = await new Envelope({ keyring }).decrypt(message, { encryptionContext });
      assert.deepEqual(opened.plaintext, utf8("x"));
    }
  });

  test("a keyring opens only what names its keys, discovery only its accounts", async () => {
    const [one, two] = [await newKey(), await newKey()];
    const message = await new Envelope({ keyring: kms.keyring(one.keyId) }).encrypt("x");
    await rejectsWithCode(new Envelope({ keyring: kms.keyring(two.keyId) }).decrypt(message), "NoDataKey");
    const elsewhere = kms.discoveryKeyring({ accountIds: ["1111111111111111"] });
    await rejectsWithCode(new Envelope({ keyring: elsewhere }).decrypt(message), "NoDataKey");
    await rejectsWithCode(new Envelope({ keyring: kms.discoveryKeyring() }).encrypt("x"), "InvalidArgument");
  });

  test("several keys wrap one message, and any of them opens it", async () => {
    const [one, two] = [await newKey(), await newKey()];
    const aes = rawAesKeyring({ namespace: "tests", name: "k", wrappingKey: patternedBytes(32) });
    const keyring = multiKeyring({
      generator: kms.keyring(one.keyId, { additionalKeyIds: [two.keyId] }),
      children: [aes],
    });
    const message = await new Envelope({ keyring }).encrypt("x");
    assert.equal((await inspect(message)).encryptedDataKeys.length, 3);
    for (const single of [kms.keyring(one.keyId), kms.keyring(two.keyId), aes]) {
      assert.deepEqual((await new Envelope({ keyring: single }).decrypt(message)).plaintext, utf8("x"));
    }
  });

  test("streams through a KMS keyring", async () => {
    const { keyId } = await newKey();
    const envelope = new Envelope({ keyring: kms.keyring(keyId), suite: 0x0578 });
    const plaintext = patternedBytes(300_000);
    const message = await throughStream(plaintext, envelope.encryptStream(), [65_536]);
    assert.deepEqual(await throughStream(message, envelope.decryptStream(), [10_000]), plaintext);
  });

  test("a disabled key says so, whether sealing or opening", async () => {
    const { keyId } = await newKey();
    const envelope = new Envelope({ keyring: kms.keyring(keyId) });
    const message = await envelope.encrypt("x");
    await kms.disableKey({ keyId });
    const sealing = await eventually(() => rejectsWithCode(envelope.encrypt("x"), "Rejected.Disabled"));
    assert.equal(sealing.status, 409, "the service's own error, with its status and request id");
    assert.ok(sealing.requestId);
    const opening = await rejectsWithCode(envelope.decrypt(message), "Rejected.Disabled");
    assert.equal(opening.status, 409);
    assert.ok(opening.requestId);
  });

  test("a changed context or blob is refused by the service, and nothing is opened", async () => {
    const { keyId } = await newKey();
    const envelope = new Envelope({ keyring: kms.keyring(keyId) });
    const required = { encryptionContext: { album: "42" }, requiredContextKeys: ["album"] };
    const message = await envelope.encrypt("x", required);
    await rejectsWithCode(envelope.decrypt(message, { encryptionContext: { album: "43" } }), "NoDataKey");
    const opened = await envelope.decrypt(message, { encryptionContext: { album: "42" } });
    assert.deepEqual(opened.plaintext, utf8("x"));
  });

  test("a wrong secret is the server's SignatureDoesNotMatch, and no secret comes back", async () => {
    const credentials = { ...worker.credentials, accessKeySecret: "another-secret" };
    const error = await rejectsWithCode(connect({ credentials }).listKeys(), "SignatureDoesNotMatch");
    assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes("another-secret"));
  });

  test("a clock an hour off is corrected by the server's", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_600_000 });
    const { regions } = await connect().describeRegions();
    assert.ok(regions.length > 0);
  });

  test("a signal ends a message that waits for the service", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const fetch = (url, init) => {
      controller.abort(reason);
      return globalThis.fetch(url, init);
    };
    const envelope = new Envelope({ keyring: connect({ fetch }).keyring("alias/photos") });
    const sealing = envelope.encrypt("x", { signal: controller.signal });
    await assert.rejects(sealing, (error) => error === reason);
  });
});
