// SPDX-License-Identifier: Apache-2.0

/**
 * Objects in OSS that are encrypted at the client: what `oss2`, Alibaba's own SDK for Python, writes is read, and what
 * is written here it reads, with a CMK of the running worker and with RSA keys, over a small object server.
 */

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { KmsClient, decryptOssObject, encryptOssObject } from "edgekms";
import { patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startObjectServer } from "../lib/object-server.mjs";
import { startPython } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

const PEM = {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
};
const { publicKey, privateKey } = generateKeyPairSync("rsa", PEM);
const FOLDER = mkdtempSync(join(tmpdir(), "edgekms-oss2-"));
writeFileSync(join(FOLDER, "mine.public_key.pem"), publicKey);
writeFileSync(join(FOLDER, "mine.private_key.pem"), privateKey);

/** Around a block of 16 bytes, and more than one piece of a stream. */
const LENGTHS = [0, 1, 15, 16, 17, 4096, 1_100_003];
const PART = 102_400;

let worker, store, python, kms;
/** The same master keys, in the words of both. */
const MASTERS = {
  "a CMK": () => [{ kms, keyId: "alias/oss" }, { kind: "kms", keyId: "alias/oss" }],
  "a CMK with a passphrase": () => [
    { kms, keyId: "alias/oss", passphrase: "open sesame" },
    { kind: "kms", keyId: "alias/oss", passphrase: "open sesame" },
  ],
  "RSA with PKCS#1": () => [{ padding: "pkcs1", publicKey, privateKey }, { kind: "rsa", publicKey, privateKey }],
  "RSA with OAEP": () => [
    { padding: "oaep-sha1", publicKey, privateKey },
    { kind: "local rsa", folder: FOLDER, name: "mine" },
  ],
};

before(async () => {
  [worker, store] = await Promise.all([startWorker(), startObjectServer()]);
  const { address: endpoint, region, credentials } = worker;
  kms = new KmsClient({ endpoint, region, credentials });
  const { keyMetadata } = await kms.createKey();
  await kms.createAlias({ keyId: keyMetadata.keyId, aliasName: "alias/oss" });
  python = startPython(worker, "oss2_client.py", { OSS2_ENDPOINT: store.address });
});
after(async () => {
  python?.stop();
  rmSync(FOLDER, { recursive: true });
  await Promise.all([worker?.stop(), store?.stop()]);
});

/** What oss2 answers to a job. */
async function oss2(job) {
  const { data, error } = await python.ask(job);
  if (error !== undefined) throw new Error(error);
  return data === null ? undefined : Buffer.from(data, "base64");
}

let count = 0;
const freshName = () => `object-${count++}`;
const stored = (name) => store.objects.get(`/bucket/${name}`);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const equal = (actual, expected) => assert.ok(Buffer.from(actual).equals(Buffer.from(expected)), "the same bytes");

for (const [name, masters] of Object.entries(MASTERS)) {
  describe(name, () => {
    test("what oss2 puts is decrypted, whole, as a stream, and any range of it", async () => {
      const [masterKey, by] = masters();
      for (const length of LENGTHS) {
        const content = patternedBytes(length, 3);
        const object = freshName();
        await oss2({ does: "put", by, object, data: base64(content) });
        const { body, headers } = stored(object);
        assert.equal(body.length, length);
        if (length > 16) assert.notDeepEqual(new Uint8Array(body), content);
        equal(await decryptOssObject(body, headers, { masterKey }), content);
        const stream = await decryptOssObject(new Blob([body]).stream(), new Headers(headers), { masterKey });
        equal(await new Response(stream).bytes(), content);
      }
      for (const [first, last] of [[0, 0], [5, 20], [16, 31], [1000, 4095], [4090, 4099]]) {
        const object = freshName();
        const content = patternedBytes(4100, 5);
        await oss2({ does: "put", by, object, data: base64(content) });
        const answer = await fetch(`${store.address}/bucket/${object}`, { headers: { range: `bytes=${first}-${last}` } });
        assert.equal(answer.status, 206);
        const part = await decryptOssObject(await answer.arrayBuffer(), answer.headers, { masterKey });
        equal(part, content.subarray(first, last + 1));
      }
    });

    test("oss2 gets what is encrypted here, whole and a range of it", async () => {
      const [masterKey, by] = masters();
      for (const length of LENGTHS) {
        const content = patternedBytes(length, 7);
        for (const given of [content, new Blob([content]).stream()]) {
          const { body, headers } = await encryptOssObject(given, { masterKey });
          const object = freshName();
          await fetch(`${store.address}/bucket/${object}`, { method: "PUT", body, headers, duplex: "half" });
          equal(await oss2({ does: "get", by, object }), content);
          if (length > 100) equal(await oss2({ does: "get", by, object, range: [33, 99] }), content.subarray(33, 100));
        }
      }
    });

    test("an upload in parts is one object, both ways", async () => {
      const [masterKey, by] = masters();
      const content = patternedBytes(2 * PART + 1234, 9);
      const theirs = freshName();
      await oss2({ does: "upload", by, object: theirs, data: base64(content), partSize: PART });
      const { body, headers } = stored(theirs);
      equal(await decryptOssObject(body, headers, { masterKey }), content);

      const multipart = { dataSize: content.length, partSize: PART };
      const ours = await encryptOssObject(content, { masterKey, multipart });
      assert.equal(ours.headers["x-oss-meta-client-side-encryption-data-size"], String(content.length));
      assert.equal(ours.headers["x-oss-meta-client-side-encryption-part-size"], String(PART));
      const object = freshName();
      const at = `${store.address}/bucket/${object}`;
      const init = await (await fetch(`${at}?uploads`, { method: "POST", headers: ours.headers })).text();
      const [, uploadId] = /<UploadId>(.*)<\/UploadId>/.exec(init);
      for (let number = 1, start = 0; start < content.length; number++, start += PART) {
        const part = ours.body.subarray(start, start + PART);
        await fetch(`${at}?partNumber=${number}&uploadId=${uploadId}`, { method: "PUT", body: part });
      }
      await fetch(`${at}?uploadId=${uploadId}`, { method: "POST" });
      equal(await oss2({ does: "get", by, object }), content);
    });
  });
}

test("a description says which master key it is, in any script", async () => {
  const description = { use: "photos", "用途": "相册" };
  for (const [master, by] of [MASTERS["a CMK"](), MASTERS["RSA with PKCS#1"]()]) {
    const { body, headers } = await encryptOssObject(patternedBytes(50, 1), { masterKey: master, description });
    const object = freshName();
    await fetch(`${store.address}/bucket/${object}`, { method: "PUT", body, headers });
    equal(await oss2({ does: "get", by: { ...by, description }, object }), patternedBytes(50, 1));

    const theirs = freshName();
    await oss2({ does: "put", by: { ...by, description }, object: theirs, data: base64(patternedBytes(50, 2)) });
    const asked = [];
    const masterKey = (about) => (asked.push(about), master);
    equal(await decryptOssObject(stored(theirs).body, stored(theirs).headers, { masterKey }), patternedBytes(50, 2));
    assert.deepEqual(asked[0].description, description);
    assert.equal(asked[0].wrapAlgorithm, headers["x-oss-meta-client-side-encryption-wrap-alg"]);
  }
});

/** Nobody writes these any more, so they are made here, and oss2 judges whether they are right. */
test("objects with the headers of old SDKs are decrypted", async () => {
  const content = patternedBytes(1000, 11);
  const { body, headers } = await encryptOssObject(content, { masterKey: MASTERS["RSA with OAEP"]()[0] });
  const unwrap = (name) => {
    const wrapped = Buffer.from(headers[`x-oss-meta-client-side-encryption-${name}`], "base64");
    return privateDecrypt({ key: privateKey, oaepHash: "sha1" }, wrapped);
  };
  const counter = BigInt(`0x${unwrap("start").toString("hex")}`).toString();
  const wrap = (bytes) => publicEncrypt({ key: createPublicKey(publicKey), oaepHash: "sha1" }, bytes).toString("base64");
  const legacy = {
    "x-oss-meta-oss-crypto-key": wrap(unwrap("key")),
    "x-oss-meta-oss-crypto-start": wrap(Buffer.from(counter)),
    "x-oss-meta-oss-cek-alg": "AES/GCM/NoPadding",
    "x-oss-meta-oss-wrap-alg": "rsa",
  };
  const object = freshName();
  await fetch(`${store.address}/bucket/${object}`, { method: "PUT", body, headers: legacy });
  const [masterKey, by] = MASTERS["RSA with OAEP"]();
  equal(await oss2({ does: "get", by, object }), content);
  equal(await decryptOssObject(body, legacy, { masterKey }), content);
});

test("a CMK that is named does not open what another wrapped, and an alias may name either", async () => {
  const { keyMetadata: other } = await kms.createKey();
  const { keyMetadata: one } = await kms.createKey();
  const content = patternedBytes(100, 1);
  const { body, headers } = await encryptOssObject(content, { masterKey: { kms, keyId: one.arn } });
  for (const keyId of [one.arn, one.keyId, "alias/oss"]) {
    equal(await decryptOssObject(body, headers, { masterKey: { kms, keyId } }), content);
  }
  for (const keyId of [other.arn, other.keyId]) {
    const refused = await rejectsWithCode(decryptOssObject(body, headers, { masterKey: { kms, keyId } }), "NoDataKey");
    assert.match(refused.message, new RegExp(one.keyId));
  }
  await kms.disableKey({ keyId: one.keyId });
  const disabled = decryptOssObject(body, headers, { masterKey: { kms, keyId: one.arn } });
  await rejectsWithCode(disabled, "Rejected.Disabled");
});

test("oss2 and we refuse the same wrong master keys", async () => {
  const [masterKey, by] = MASTERS["a CMK with a passphrase"]();
  const { body, headers } = await encryptOssObject(patternedBytes(100, 1), { masterKey });
  const object = freshName();
  await fetch(`${store.address}/bucket/${object}`, { method: "PUT", body, headers });
  await assert.rejects(oss2({ does: "get", by: { ...by, passphrase: "another" }, object }), /OpenApiServerError/);
  const wrong = { ...masterKey, passphrase: "another" };
  const refused = await rejectsWithCode(decryptOssObject(body, headers, { masterKey: wrong }), "InvalidParameter");
  assert.equal(refused.status, 400);
  const rsa = MASTERS["RSA with OAEP"]();
  await assert.rejects(oss2({ does: "get", by: rsa[1], object }), /inconsistent/i);
  await rejectsWithCode(decryptOssObject(body, headers, { masterKey: rsa[0] }), "NoDataKey");
});
