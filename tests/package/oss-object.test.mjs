// SPDX-License-Identifier: Apache-2.0

/**
 * Objects of OSS that are encrypted at the client: what `oss2` wrote, any way of cutting and any range, and what is no
 * such object. `oss2` itself runs in tests/foreign/oss2.test.mjs.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { KmsClient, decryptOssObject, encryptOssObject } from "edgekms";
import { patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { compiles } from "./lib/compiles.mjs";
import { failure, faultServer, success } from "./lib/fault-server.mjs";

const PREFIX = "x-oss-meta-client-side-encryption-";
const { privateKey, publicKey, objects } = JSON.parse(
  readFileSync(new URL("../vectors/oss/oss2.json", import.meta.url), "utf8"),
);
const RSA = { padding: "oaep-sha1", publicKey, privateKey };
const fromHex = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

const client = ({ endpoint }) =>
  new KmsClient({ endpoint, region: "cn-hangzhou", credentials: { accessKeyId: "id", accessKeySecret: "secret" } });

/** Answers about the two blobs of an object, under the context of a passphrase. */
async function kmsOf({ kms, passphrase }, keyId = "0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d") {
  const secrets = { [base64(fromHex(kms.keyBlobHex))]: kms.dataKeyHex, [base64(fromHex(kms.startBlobHex))]: kms.startHex };
  const expected = passphrase && JSON.stringify({ "x-passphrase": passphrase });
  return faultServer([
    ({ params }) => {
      const plaintext = secrets[params.get("CiphertextBlob")];
      const fits = plaintext !== undefined && (params.get("EncryptionContext") ?? undefined) === expected;
      return fits ? success({ KeyId: keyId, Plaintext: base64(fromHex(plaintext)) }) : failure(400, "InvalidParameter");
    },
  ]);
}

describe("objects that oss2 wrote", () => {
  for (const object of objects) {
    test(object.name, async () => {
      const { headers, masterKey: kind, passphrase } = object;
      const body = fromHex(object.bodyHex);
      const plaintext = fromHex(object.plaintextHex);
      const about = [];
      if (kind === "kms") {
        await using server = await kmsOf(object);
        const master = { kms: client(server), keyId: "alias/oss", ...(passphrase && { passphrase }) };
        const masterKey = async (asked) => (about.push(asked), master);
        assert.deepEqual(await decryptOssObject(body, headers, { masterKey }), plaintext);
        assert.equal(server.requests.length, 2);
        assert.deepEqual({ ...about[0].description }, object.description ?? {});
      } else {
        const masterKey = { padding: kind, privateKey };
        assert.deepEqual(await decryptOssObject(body, headers, { masterKey }), plaintext);
      }
    });
  }
});

describe("what is encrypted here", () => {
  test("has the headers of oss2, and their bytes where these are not random", async () => {
    for (const [padding, name] of [["oaep-sha1", "RSA with OAEP"], ["pkcs1", "RSA with PKCS#1"]]) {
      const { headers: theirs } = objects.find((object) => object.name === name);
      const { headers } = await encryptOssObject(new Uint8Array(41), { masterKey: { padding, publicKey } });
      const { [`${PREFIX}unencrypted-content-length`]: length, ...ours } = headers;
      assert.equal(length, "41");
      assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort());
      for (const header of ["cek-alg", "wrap-alg"]) assert.equal(ours[PREFIX + header], theirs[PREFIX + header]);
      for (const header of ["key", "start"]) assert.equal(ours[PREFIX + header].length, theirs[PREFIX + header].length);
    }
    const { headers: theirs, description } = objects[1];
    const { headers } = await encryptOssObject(new Uint8Array(1), { masterKey: RSA, description });
    assert.deepEqual(JSON.parse(headers[`${PREFIX}matdesc`]), JSON.parse(theirs[`${PREFIX}matdesc`]));
    assert.match(headers[`${PREFIX}matdesc`], /^[ -~]*$/);
  });

  test("is never the same twice", async () => {
    const one = await encryptOssObject(new Uint8Array(64), { masterKey: RSA });
    const other = await encryptOssObject(new Uint8Array(64), { masterKey: RSA });
    assert.notDeepEqual(one.body, other.body);
  });

  test("is one object however its stream is cut, and so is what is decrypted", async () => {
    const content = patternedBytes(40_001, 3);
    for (const cuts of [[1], [15, 1, 16, 17], [40_001], [4095, 4096, 4097], [0, 333, 0], [10_000, 1]]) {
      const { body, headers } = await encryptOssObject(streamOf(content, cuts), { masterKey: RSA });
      const encrypted = await new Response(body).bytes();
      assert.equal(headers[`${PREFIX}unencrypted-content-length`], undefined);
      assert.deepEqual(await decryptOssObject(encrypted, headers, { masterKey: RSA }), content);
      const opened = await decryptOssObject(streamOf(encrypted, [...cuts].reverse()), headers, { masterKey: RSA });
      assert.deepEqual(await new Response(opened).bytes(), content);
    }
  });

  test("is decrypted from any position, with or without whole blocks", async () => {
    const content = patternedBytes(200, 3);
    const { body, headers } = await encryptOssObject(content, { masterKey: RSA });
    for (const first of [0, 1, 15, 16, 17, 32, 63]) {
      for (const last of [first, first + 15, first + 16, 199]) {
        const part = body.subarray(first, last + 1);
        const answer = { ...headers, "Content-Range": `bytes ${first}-${last}/200` };
        const opened = await decryptOssObject(part, answer, { masterKey: RSA });
        assert.deepEqual(opened, content.subarray(first, last + 1), `${first} to ${last}`);
        const stream = await decryptOssObject(streamOf(part, [3, 20]), answer, { masterKey: RSA });
        assert.deepEqual(await new Response(stream).bytes(), opened);
      }
    }
  });

  test("a counter that overflows counts on from zero, as in oss2", async () => {
    const object = objects[0];
    const start = "f".repeat(31) + "e";
    const overflowing = { ...object, kms: { ...object.kms, startHex: start } };
    await using server = await kmsOf(overflowing);
    const options = { masterKey: { kms: client(server), keyId: "alias/oss" } };
    const zeros = new Uint8Array(64);
    const whole = await decryptOssObject(zeros, object.headers, options);
    for (const at of [16, 32, 48]) {
      const answer = { ...object.headers, "content-range": `bytes ${at}-63/64` };
      assert.deepEqual(await decryptOssObject(zeros.subarray(at), answer, options), whole.subarray(at));
    }
    assert.equal(new Set([0, 16, 32, 48].map((at) => base64(whole.subarray(at, at + 16)))).size, 4);
  });

  test("no chunk of a caller's is changed or detached", async () => {
    const content = patternedBytes(5000, 3);
    const copy = content.slice();
    const { body, headers } = await encryptOssObject(streamOf(content, [100]), { masterKey: RSA });
    const encrypted = await new Response(body).bytes();
    assert.deepEqual(content, copy);
    for (const view of [encrypted.buffer, new DataView(encrypted.buffer), Buffer.from(encrypted)]) {
      assert.deepEqual(await decryptOssObject(view, headers, { masterKey: RSA }), content);
    }
  });
});

describe("lengths", () => {
  test("an object that was cut, or has more, is refused, as bytes and as a stream", async () => {
    const content = patternedBytes(100, 3);
    const { body, headers } = await encryptOssObject(content, { masterKey: RSA });
    for (const [changed, code] of [[body.subarray(0, 99), "TruncatedMessage"], [new Uint8Array([...body, 0]), "TrailingBytes"]]) {
      await rejectsWithCode(decryptOssObject(changed, headers, { masterKey: RSA }), code);
      const stream = await decryptOssObject(streamOf(changed, [7]), headers, { masterKey: RSA });
      await rejectsWithCode(new Response(stream).bytes(), code);
    }
  });

  test("a stream that has another length than its upload in parts fails", async () => {
    const multipart = { dataSize: 1000, partSize: 102_400 };
    const { body } = await encryptOssObject(streamOf(new Uint8Array(999), [100]), { masterKey: RSA, multipart });
    await rejectsWithCode(new Response(body).bytes(), "TruncatedMessage");
    const wrong = encryptOssObject(new Uint8Array(999), { masterKey: RSA, multipart });
    await rejectsWithCode(wrong, "InvalidArgument");
  });

  test("a stream is given up by its signal", async () => {
    const controller = new AbortController();
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(100)) });
    const { body } = await encryptOssObject(endless, { masterKey: RSA, signal: controller.signal });
    const reader = body.getReader();
    await reader.read();
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(async () => {
      for (;;) await reader.read();
    }, reason);
  });
});

describe("bad input", () => {
  const body = fromHex(objects[3].bodyHex);
  const { headers } = objects[3];
  const open = (changed, masterKey = RSA) => decryptOssObject(body, { ...headers, ...changed }, { masterKey });

  for (const [what, code, changed] of [
    ["no data key", "MalformedHeader", { [`${PREFIX}key`]: undefined }],
    ["no start", "MalformedHeader", { [`${PREFIX}start`]: undefined }],
    ["a data key that is no base64", "MalformedHeader", { [`${PREFIX}key`]: "*" }],
    ["a description that is no JSON", "MalformedHeader", { [`${PREFIX}matdesc`]: "{" }],
    ["a description of numbers", "MalformedHeader", { [`${PREFIX}matdesc`]: '{"a":1}' }],
    ["a length that is no number", "MalformedHeader", { [`${PREFIX}unencrypted-content-length`]: "-1" }],
    ["a length that is past all numbers", "MalformedHeader", { [`${PREFIX}unencrypted-content-length`]: "9".repeat(30) }],
    ["a range of something else", "MalformedHeader", { "content-range": "lines 1-2/3" }],
    ["another algorithm", "UnsupportedSuite", { [`${PREFIX}cek-alg`]: "AES/GCM/NoPadding" }],
    ["no algorithm", "UnsupportedSuite", { [`${PREFIX}cek-alg`]: undefined }],
    ["another wrapping", "UnsupportedSuite", { [`${PREFIX}wrap-alg`]: "ROT13" }],
    ["the wrapping of another master key", "NoDataKey", { [`${PREFIX}wrap-alg`]: "KMS/ALICLOUD" }],
    ["another padding", "NoDataKey", { [`${PREFIX}wrap-alg`]: "RSA/NONE/PKCS1Padding" }],
    ["a changed data key", "NoDataKey", { [`${PREFIX}key`]: base64(new Uint8Array(256)) }],
    ["data key and start exchanged", "NoDataKey", { [`${PREFIX}key`]: headers[`${PREFIX}start`], [`${PREFIX}start`]: headers[`${PREFIX}key`] }],
  ]) {
    test(`${what} is ${code}`, async () => {
      await rejectsWithCode(open(changed), code);
    });
  }

  test("headers of an object that is not encrypted say so", async () => {
    const refused = await rejectsWithCode(decryptOssObject(body, {}, { masterKey: RSA }), "MalformedHeader");
    assert.match(refused.message, /x-oss-meta-client-side-encryption-key/);
  });

  test("headers are found whatever their letters' case and the kind of object", async () => {
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    for (const given of [upper, new Headers(headers), new Map(Object.entries(headers)), Object.entries(headers)]) {
      const opened = await decryptOssObject(body, given, { masterKey: RSA });
      assert.deepEqual(opened, fromHex(objects[3].plaintextHex));
    }
  });

  for (const [what, masterKey] of [
    ["nothing", undefined],
    ["a text", "alias/oss"],
    ["a CMK without an id", { kms: {} }],
    ["an empty passphrase", { kms: {}, keyId: "k", passphrase: "" }],
    ["an unknown padding", { padding: "oaep-sha256", publicKey, privateKey }],
    ["an inherited padding", { padding: "toString", publicKey, privateKey }],
    ["no half of a key pair", { padding: "oaep-sha1" }],
    ["a key that is none", { padding: "oaep-sha1", publicKey: "PEM", privateKey: "PEM" }],
  ]) {
    test(`${what} as master key is InvalidArgument`, async () => {
      await rejectsWithCode(encryptOssObject(body, { masterKey }), "InvalidArgument");
      await rejectsWithCode(decryptOssObject(body, headers, { masterKey }), "InvalidArgument");
    });
  }

  test("what OSS would refuse is refused before anything is encrypted", async () => {
    for (const options of [
      { description: "photos" },
      { description: { a: 1 } },
      { description: ["a"] },
      { multipart: { dataSize: 0, partSize: 102_400 } },
      { multipart: { dataSize: 100, partSize: 102_401 } },
      { multipart: { dataSize: 100, partSize: 16 } },
      { multipart: { dataSize: 102_400 * 10_001, partSize: 102_400 } },
    ]) {
      await rejectsWithCode(encryptOssObject(body, { masterKey: RSA, ...options }), "InvalidArgument");
    }
    for (const content of ["text", 1, null, [1]]) {
      await rejectsWithCode(encryptOssObject(content, { masterKey: RSA }), "InvalidArgument");
      await rejectsWithCode(decryptOssObject(content, headers, { masterKey: RSA }), "InvalidArgument");
    }
    await rejectsWithCode(decryptOssObject(body, "headers", { masterKey: RSA }), "InvalidArgument");
  });

  test("the KMS's own error comes through, and a CMK that was not named opens nothing", async () => {
    const object = objects[0];
    await using server = await kmsOf(object);
    const bytes = fromHex(object.bodyHex);
    const masterKey = (more) => ({ masterKey: { kms: client(server), keyId: "alias/oss", ...more } });
    const refused = await rejectsWithCode(
      decryptOssObject(bytes, object.headers, masterKey({ passphrase: "wrong" })),
      "InvalidParameter",
    );
    assert.equal(refused.status, 400);
    const other = decryptOssObject(bytes, object.headers, masterKey({ keyId: "11111111-2222-4333-8444-555555555555" }));
    await rejectsWithCode(other, "NoDataKey");
  });
});

test("the compiler knows what messages and objects of others take and give", () => compiles("formats.ts"));

/** A stream whose chunks have these lengths, again and again. */
function streamOf(bytes, lengths) {
  let at = 0;
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const length = lengths[next++ % lengths.length];
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}
