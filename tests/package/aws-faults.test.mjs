// SPDX-License-Identifier: Apache-2.0

/** `KmsClient` in the AWS dialect against a server that misbehaves. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { KmsClient } from "edgekms";
import { rejectsWithCode } from "../lib/expect.mjs";
import { faultServer } from "./lib/fault-server.mjs";

const ID = "11111111-2222-4333-8444-555555555555";
const MEDIA_TYPE = "application/x-amz-json-1.1";
const CREDENTIALS = { accessKeyId: "testid", accessKeySecret: "the-secret-itself" };

const headers = (more = {}) => ({ "content-type": MEDIA_TYPE, "x-amzn-requestid": ID, ...more });
const success = (fields) => ({ status: 200, headers: headers(), body: fields ? JSON.stringify(fields) : "" });
const failure = (code, { status = 400, ...more } = {}) => ({
  status,
  headers: headers({ "x-amzn-errortype": code, ...more }),
  body: JSON.stringify({ __type: code, message: `because ${code}` }),
});
const client = ({ endpoint }, options = {}) =>
  new KmsClient({ endpoint, region: "eu-x-1", dialect: "aws", credentials: CREDENTIALS, ...options });

test("a request is JSON with numbers and booleans, signed by SigV4", async () => {
  await using server = await faultServer([success({ Plaintext: "AP8=", CiphertextBlob: "Yg==", KeyId: "arn" })]);
  const credentials = { ...CREDENTIALS, securityToken: "the-token" };
  const generated = await client(server, { credentials }).generateDataKey({
    keyId: "alias/a",
    numberOfBytes: 2,
    dryRun: false,
    encryptionContext: { "naïve=&": "ß", __proto__x: "1" },
  });
  const plaintext = new Uint8Array([0, 255]);
  assert.deepEqual(generated, { plaintext, ciphertextBlob: "Yg==", keyId: "arn", requestId: ID });
  const [{ headers: sent, params, url }] = server.requests;
  assert.equal(url, "/");
  assert.equal(sent["x-amz-target"], "TrentService.GenerateDataKey");
  assert.equal(sent["content-type"], MEDIA_TYPE);
  assert.equal(sent["x-amz-security-token"], "the-token");
  assert.match(sent["x-amz-date"], /^\d{8}T\d{6}Z$/);
  const scope = `testid/${sent["x-amz-date"].slice(0, 8)}/eu-x-1/kms/aws4_request`;
  const signed =
    "amz-sdk-invocation-id;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target";
  assert.ok(sent.authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed}, Signature=`));
  const body = params.toString();
  assert.equal(
    new URLSearchParams(
      '{"KeyId":"alias/a","NumberOfBytes":2,"DryRun":false,"EncryptionContext":{"naïve=&":"ß","__proto__x":"1"}}',
    ).toString(),
    body,
  );
});

test("an error is named by its header or its body, with whatever stands around the name", async () => {
  const told = { status: 400, body: JSON.stringify({ __type: "com.amazonaws.kms#NotFoundException", Message: "m" }) };
  for (const answer of [
    failure("NotFoundException"),
    failure("NotFoundException:http://internal.amazon.com/coral/"),
    { ...told, headers: headers() },
  ]) {
    await using server = await faultServer([answer]);
    const error = await rejectsWithCode(client(server).describeKey({ keyId: "k" }), "NotFoundException");
    assert.equal(error.requestId, ID);
    assert.equal(error.status, 400);
  }
});

test("an answer that is not a KMS's is told from one that is", async () => {
  for (const [status, body] of [[200, ""], [200, "<html>"], [404, "{}"], [404, ""]]) {
    await using server = await faultServer([{ status, headers: {}, body }]);
    await rejectsWithCode(client(server).listKeys(), "InvalidAnswer", `${status} ${body}`);
  }
});

test("a throttled call is sent again whatever the action; one whose outcome is unknown only if that is harmless", async () => {
  await using throttled = await faultServer([failure("ThrottlingException"), success({ KeyMetadata: {} })]);
  await client(throttled).createKey();
  assert.equal(throttled.requests.length, 2);
  const ids = throttled.requests.map(({ headers }) => headers["amz-sdk-invocation-id"]);
  assert.notEqual(ids[0], ids[1]);
  for (const [code, status] of [["KMSInternalException", 500], ["DependencyTimeoutException", 503]]) {
    await using reading = await faultServer([failure(code, { status }), success({ Keys: [] })]);
    assert.deepEqual((await client(reading).listKeys()).keys, []);
    assert.equal(reading.requests.length, 2);
    await using making = await faultServer([failure(code, { status }), success({ KeyMetadata: {} })]);
    await rejectsWithCode(client(making).createKey(), code);
    assert.equal(making.requests.length, 1);
  }
});

test("the server's clock is taken over if it is more than 5 minutes from ours", async () => {
  const refused = (minutes) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    return failure("InvalidSignatureException", { date });
  };
  await using far = await faultServer([refused(-6), success({ Keys: [] }), success({ Keys: [] })]);
  const kms = client(far);
  await kms.listKeys();
  await kms.listKeys();
  const dates = far.requests.map(({ headers }) => headers["x-amz-date"]);
  const iso = (date) => date.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:");
  const offsets = dates.map((date) => (Date.parse(iso(date)) - Date.now()) / 60_000);
  assert.ok(Math.abs(offsets[0]) < 0.2, offsets);
  assert.ok(Math.abs(offsets[1] + 6) < 0.2 && Math.abs(offsets[2] + 6) < 0.2, offsets);
  await using stubborn = await faultServer([refused(-60)]);
  await rejectsWithCode(client(stubborn).listKeys(), "InvalidSignatureException");
  assert.equal(stubborn.requests.length, 2);
  await using near = await faultServer([refused(4)]);
  await rejectsWithCode(client(near).listKeys(), "InvalidSignatureException");
  assert.equal(near.requests.length, 1, "a wrong secret, then");
});

test("credentials that the server calls expired are fetched again, once", async () => {
  let fetched = 0;
  const credentials = async () => ({ accessKeyId: `STS.${++fetched}`, accessKeySecret: "s", securityToken: "t" });
  const expired = failure("ExpiredTokenException");
  await using server = await faultServer([expired, success({ Keys: [] })]);
  await client(server, { credentials }).listKeys();
  assert.match(server.requests[1].headers.authorization, /Credential=STS\.2\//);
  await using stubborn = await faultServer([expired]);
  await rejectsWithCode(client(stubborn, { credentials }).listKeys(), "ExpiredTokenException");
  assert.equal(stubborn.requests.length, 2);
});

test("a request that cannot be sent is refused before it is sent", async () => {
  await using server = await faultServer([success({})]);
  const kms = client(server);
  await rejectsWithCode(kms.encrypt({ keyId: "k", plaintext: "text" }), "InvalidArgument");
  await rejectsWithCode(kms.decrypt({ ciphertextBlob: new Uint8Array(3) }), "InvalidArgument");
  await rejectsWithCode(kms.decrypt({ ciphertextBlob: "", encryptionContext: { a: 1 } }), "InvalidArgument");
  assert.equal(server.requests.length, 0);
});
