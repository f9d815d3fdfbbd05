// SPDX-License-Identifier: Apache-2.0

/** `importKey` of a `KmsClient`: what is sent in each dialect, and that the worker takes it. */

import assert from "node:assert/strict";
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { KmsClient, PublicKey } from "edgekms";
import { utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const TOKEN = "dG9rZW4=";

/** A client of a service that makes this pair, and the calls that it has made. */
function service(dialect, answered = publicKey.export({ type: "spki", format: "der" }).toString("base64")) {
  const calls = [];
  const fetch = async (_url, { headers, body }) => {
    const sent = new Headers(headers);
    const action = sent.get("x-acs-action") ?? sent.get("x-amz-target").split(".")[1];
    const fields = dialect === "aws" ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    delete fields.RegionId;
    calls.push([action, fields]);
    const answer = action === "GetParametersForImport" ? { ImportToken: TOKEN, PublicKey: answered } : {};
    return Response.json({ RequestId: "id", ...answer }, { headers: { "x-amzn-requestid": "id" } });
  };
  const credentials = { accessKeyId: "a", accessKeySecret: "s" };
  const kms = new KmsClient({ endpoint: "https://kms.example", region: "eu-x-1", credentials, dialect, fetch });
  return { kms, calls };
}

/** What was wrapped, by Node. */
function unwrapped(base64) {
  const wrapped = Buffer.from(base64, "base64");
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const first = privateDecrypt({ key: privateKey, ...padding }, wrapped.subarray(0, 256));
  if (wrapped.length === 256) return first;
  const decipher = createDecipheriv("id-aes256-wrap-pad", first, Buffer.from("A65959A6", "hex"));
  return Buffer.concat([decipher.update(wrapped.subarray(256)), decipher.final()]);
}

for (const [dialect, never, at] of [
  ["aliyun", { KeyMaterialExpireUnix: "0" }, { KeyMaterialExpireUnix: "1800000000" }],
  ["aws", { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }, { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: 1_800_000_000 }],
]) {
  describe(dialect, () => {
    for (const length of [16, 32, 190, 191, 200, 1218]) {
      test(`${length} bytes are wrapped so that Node unwraps them`, async () => {
        const { kms, calls } = service(dialect);
        const material = new Uint8Array(randomBytes(length));
        await kms.importKey("k", material);
        const algorithm = length > 190 ? "RSA_AES_KEY_WRAP_SHA_256" : "RSAES_OAEP_SHA_256";
        const [[, asked], [, { EncryptedKeyMaterial, ...given }]] = calls;
        assert.deepEqual(asked, { KeyId: "k", WrappingAlgorithm: algorithm, WrappingKeySpec: "RSA_2048" });
        assert.deepEqual(given, { KeyId: "k", ImportToken: TOKEN, ...never });
        assert.deepEqual(new Uint8Array(unwrapped(EncryptedKeyMaterial)), material);
      });
    }

    test("when it expires is told in the dialect's words", async () => {
      const { kms, calls } = service(dialect);
      await kms.importKey("k", new Uint8Array(32), { expires: new Date(1_800_000_000_999) });
      const [, [, { EncryptedKeyMaterial: _, ...given }]] = calls;
      assert.deepEqual(given, { KeyId: "k", ImportToken: TOKEN, ...at });
    });
  });
}

test("arguments that cannot be are refused before anything is sent", async () => {
  const { kms, calls } = service("aliyun");
  const material = new Uint8Array(32);
  for (const [keyId, given, options] of [
    ["", material, {}],
    ["k", new Uint8Array(0), {}],
    ["k", "text", {}],
    ["k", material, { expires: 1_800_000_000 }],
    ["k", material, { expires: new Date(Number.NaN) }],
    ["k", material, { expires: new Date(0) }],
    ["k", material, { wrappingKeySpec: "RSA_1024" }],
  ]) {
    await rejectsWithCode(kms.importKey(keyId, given, options), "InvalidArgument", JSON.stringify(options));
  }
  assert.deepEqual(calls, []);
});

test("a public key that is none is an answer of no KMS", async () => {
  for (const answered of ["not base64!", "AAAA"]) {
    await rejectsWithCode(service("aws", answered).kms.importKey("k", new Uint8Array(32)), "InvalidAnswer");
  }
});

describe("against the worker", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  for (const dialect of ["aliyun", "aws"]) {
    test(`${dialect}: material of a symmetric key comes again, and no other`, async () => {
      const { address: endpoint, region, credentials } = worker;
      const kms = new KmsClient({ endpoint, region, credentials, dialect });
      const { keyId } = (await kms.createKey({ origin: "EXTERNAL" })).keyMetadata;
      const material = new Uint8Array(randomBytes(32));
      await kms.importKey(keyId, material, { expires: new Date(Date.now() + 3_600_000) });
      const { ciphertextBlob } = await kms.encrypt({ keyId, plaintext: utf8("hello") });
      await kms.importKey(keyId, material, { wrappingKeySpec: "RSA_3072" });
      const other = kms.importKey(keyId, new Uint8Array(32));
      await rejectsWithCode(other, ["InvalidKeyMaterial", "IncorrectKeyMaterialException"]);
      assert.deepEqual((await kms.decrypt({ ciphertextBlob })).plaintext, utf8("hello"));
    });

    test(`${dialect}: a private RSA key signs`, async () => {
      const { address: endpoint, region, credentials } = worker;
      const kms = new KmsClient({ endpoint, region, credentials, dialect });
      const usage = dialect === "aws" ? "SIGN_VERIFY" : "SIGN/VERIFY";
      const { keyMetadata } = await kms.createKey({ origin: "EXTERNAL", keySpec: "RSA_2048", keyUsage: usage });
      await kms.importKey(keyMetadata.keyId, privateKey.export({ type: "pkcs8", format: "der" }));
      const algorithm = "RSA_PSS_SHA_256";
      const signature = await kms.sign(keyMetadata.keyId, utf8("m"), { algorithm });
      const own = PublicKey.fromDer(publicKey.export({ type: "spki", format: "der" }));
      assert.ok(await own.verify(utf8("m"), signature, { algorithm }));
    });
  }
});
