// SPDX-License-Identifier: Apache-2.0

/**
 * Messages of the Alibaba Encryption SDK under CMKs of the running worker, in two regions. What is written is opened by
 * `node:crypto`, an official Alibaba SDK and the layout as docs/foreign-formats.md has it, and nothing of edgekms.
 */

import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { after, before, test } from "node:test";
import { KmsClient, decryptAliyunMessage, encryptAliyunMessage, inspectAliyunMessage, multiKeyring } from "edgekms";
import { patternedBytes } from "../lib/bytes.mjs";
import { genericClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const REGIONS = ["cn-hangzhou", "cn-beijing"];
const CONTEXT = { album: "42", "größe": "é+*~ 中文", a: "" };
const PLAINTEXT = patternedBytes(70_000, 17);

let worker;
/** A client and a CMK's metadata in each region. */
let [near, far] = [];
before(async () => {
  worker = await startWorker({ settings: { REGIONS: REGIONS.join(",") } });
  const { address: endpoint, credentials } = worker;
  [near, far] = await Promise.all(
    REGIONS.map(async (region) => {
      const kms = new KmsClient({ endpoint, region, credentials });
      const { keyMetadata: cmk } = await kms.createKey();
      await kms.createAlias({ keyId: cmk.keyId, aliasName: "alias/message" });
      return { kms, cmk, keyring: kms.keyring("alias/message") };
    }),
  );
});
after(() => worker?.stop());

test("a message of two regions is opened in each, alone", async () => {
  const keyring = multiKeyring({ generator: near.keyring, children: [far.keyring] });
  for (const layout of ["der", "stream"]) {
    for (const algorithm of ["AES_GCM_NOPADDING_256", "AES_GCM_NOPADDING_128", "SM4_GCM_NOPADDING_128"]) {
      const message = await encryptAliyunMessage(PLAINTEXT, { keyring, encryptionContext: CONTEXT, layout, algorithm });
      const { keyArns } = await inspectAliyunMessage(message);
      assert.deepEqual([...keyArns], [near.cmk.arn, far.cmk.arn].sort());
      for (const { kms, cmk, keyring: own } of [near, far]) {
        for (const one of [own, kms.keyring(cmk.arn), kms.discoveryKeyring()]) {
          const opened = await decryptAliyunMessage(message, { keyring: one });
          assert.deepEqual(opened.plaintext, PLAINTEXT);
          assert.deepEqual({ ...opened.encryptionContext }, CONTEXT);
        }
      }
    }
  }
});

test("an official SDK's Decrypt and GCM are all that is needed to open what is written", async () => {
  const encryptionContext = { b: "2", a: "1" };
  const message = await encryptAliyunMessage(PLAINTEXT, { keyring: near.keyring, encryptionContext });
  const [header, body] = elements(contentOf(Buffer.from(message)));
  const [version, algorithm, keys, context, headerIv, headerTag] = elements(header);
  assert.deepEqual([...version, ...algorithm], [1, 2]);
  const [arn, blob] = elements(elements(keys)[0]);
  assert.equal(arn.toString(), near.cmk.arn);
  assert.deepEqual(elements(context).map((pair) => elements(pair).map(String)), [["a", "1"], ["b", "2"]]);

  const { Plaintext } = await genericClient(worker).call("Decrypt", {
    CiphertextBlob: blob.toString("base64"),
    EncryptionContext: JSON.stringify(encryptionContext),
  });
  const key = Buffer.from(Plaintext, "base64");
  const pairs = Buffer.concat([u32(2), ...["a", "1", "b", "2"].map((text) => counted(Buffer.from(text)))]);
  const authenticated = [u32(1), u32(2), u32(2), pairs, u32(1), counted(arn), counted(Buffer.from(blob.toString("base64")))];
  const cipher = createCipheriv("aes-256-gcm", key, headerIv).setAAD(Buffer.concat(authenticated));
  cipher.final();
  assert.deepEqual(cipher.getAuthTag(), headerTag);

  const [iv, ciphertext, tag] = elements(body);
  const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(pairs).setAuthTag(tag);
  const plaintext = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  assert.deepEqual(new Uint8Array(plaintext), PLAINTEXT);
});

test("a CMK that may not be used, and one that is another's, are told apart", async () => {
  const { kms } = near;
  const { keyMetadata: cmk } = await kms.createKey();
  const keyring = kms.keyring(cmk.arn);
  const message = await encryptAliyunMessage("text", { keyring });
  await rejectsWithCode(decryptAliyunMessage(message, { keyring: near.keyring }), "NoDataKey");
  await kms.disableKey({ keyId: cmk.keyId });
  await rejectsWithCode(decryptAliyunMessage(message, { keyring }), "Rejected.Disabled");
  await rejectsWithCode(encryptAliyunMessage("text", { keyring }), "Rejected.Disabled");
});

test("a message whose context was changed is opened by no CMK", async () => {
  const message = await encryptAliyunMessage("text", { keyring: near.keyring, encryptionContext: { album: "42" } });
  const changed = Buffer.from(message);
  changed[changed.indexOf("album") + 7] = "3".charCodeAt(0);
  await rejectsWithCode(decryptAliyunMessage(changed, { keyring: near.keyring }), "NoDataKey");
});

/** The content of one element of DER, and what follows it. */
function split(der) {
  const short = der[1] < 0x80;
  const sizeBytes = short ? 0 : der[1] & 0x7f;
  const length = short ? der[1] : der.readUIntBE(2, sizeBytes);
  const start = 2 + sizeBytes;
  return [der.subarray(start, start + length), der.subarray(start + length)];
}

const contentOf = (der) => split(der)[0];

function elements(content) {
  const found = [];
  for (let rest = content; rest.length > 0; ) {
    const [element, after] = split(rest);
    found.push(element);
    rest = after;
  }
  return found;
}

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

const counted = (bytes) => Buffer.concat([u32(bytes.length), bytes]);
