// SPDX-License-Identifier: Apache-2.0

/** Signatures of the client's requests, against what official SDKs sent and against the SDKs themselves. */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { SignatureV4 } from "@smithy/signature-v4";
import { aliyun, aliyunService } from "../../pkg/dist/kms/aliyun.js";
import { aws } from "../../pkg/dist/kms/aws.js";
import { Signer } from "../../pkg/dist/kms/signing.js";

const OpenApiUtil = createRequire(import.meta.url)("@alicloud/openapi-util").default;

const digests = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmacSha256: (key, data) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
};

/** The recordings of a folder of tests/vectors. */
function recordings(folder) {
  const at = new URL(`../vectors/${folder}/`, import.meta.url);
  const names = readdirSync(at).filter((name) => name.endsWith(".json"));
  return names.map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, at), "utf8")) }));
}

/** The headers of a recorded request that its `Authorization` lists, and that header. */
function signedHeaders({ request }) {
  const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const [, names] = /SignedHeaders=([^,]+)/.exec(headers.authorization);
  const listed = Object.fromEntries(names.split(";").map((name) => [name, headers[name]]));
  return { listed, authorization: headers.authorization };
}

const ACS3 = { algorithm: "ACS3-HMAC-SHA256", prefix: "", links: [], scope: [], separator: "," };

/** The access key that a recording was signed with, by our names. */
const signerOf = ({ credentials: { accessKeyId, accessKeySecret, secretAccessKey } }) =>
  new Signer({ accessKeyId, accessKeySecret: accessKeySecret ?? secretAccessKey }, digests);

test("ACS3: the signatures of recorded requests without a query are ours", () => {
  let compared = 0;
  for (const recording of recordings("recorded")) {
    const { request, signature } = recording;
    if (signature.scheme !== ACS3.algorithm || request.url !== "/") continue;
    const signer = signerOf(recording);
    const { listed, authorization } = signedHeaders(recording);
    const ours = signer.headers(ACS3, listed, signer.hash(request.body));
    assert.deepEqual(ours[0], ["authorization", authorization], recording.name);
    compared += 1;
  }
  assert.equal(compared, 10);
});

test("Signature Version 4: the signatures of all recorded requests are ours", () => {
  let compared = 0;
  for (const recording of recordings("recorded-aws")) {
    const { listed, authorization } = signedHeaders(recording);
    const date = listed["x-amz-date"];
    const links = [date.slice(0, 8), "cn-hangzhou", recording.service, "aws4_request"];
    const scope = [date, links.join("/")];
    const scheme = { algorithm: "AWS4-HMAC-SHA256", prefix: "AWS4", links, scope, separator: ", " };
    const signer = signerOf(recording);
    const ours = signer.headers(scheme, listed, signer.hash(recording.request.body));
    assert.deepEqual(ours[0], ["authorization", authorization], recording.name);
    compared += 1;
  }
  assert.ok(compared > 80, String(compared));
});

/** Numbers that are the same in every run (a linear congruential generator). */
function* drawn(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Requests of every shape: reserved, non-Latin and astral characters, numbers, contexts, none at all. */
function* requests(count) {
  const numbers = drawn(7);
  const next = (limit) => Math.floor(numbers.next().value * limit);
  const CHARACTERS = [..."aZ09-_.~!'()*+ /=&%?#\"\\,:;@\t", "ß", "語", "😀"];
  const text = (longest) =>
    Array.from({ length: next(longest) }, () => CHARACTERS[next(CHARACTERS.length)]).join("");
  for (let index = 0; index < count; index += 1) {
    const fields = ["KeyId", "Plaintext", "Description", "Tag.1.Key", "Tag.1"]
      .filter(() => next(2) === 0)
      .map((name) => [name, text(40)]);
    if (next(2) === 0) fields.push(["NumberOfBytes", next(1024)]);
    if (next(2) === 0) fields.push(["EncryptionContext", { [text(8)]: text(8), album: "42" }]);
    const securityToken = next(2) === 0 ? { securityToken: `tok+/=${index}` } : {};
    yield {
      credentials: { accessKeyId: `LTAI${index}`, accessKeySecret: `s${text(30)}`, ...securityToken },
      asked: {
        action: "Encrypt",
        fields,
        region: "cn-hangzhou",
        host: next(2) === 0 ? "kms.example.com" : "127.0.0.1:8787",
        now: new Date(1_767_225_600_000 + index * 86_461_000).toISOString().replace(".000", ""),
        nonce: `nonce-${index}`,
      },
    };
  }
}

test("ACS3: requests as Alibaba's own signer signs them", () => {
  for (const { credentials, asked } of requests(300)) {
    const { headers: sent, body } = aliyun.sign(asked, new Signer(credentials, digests));
    const { authorization, ...headers } = Object.fromEntries(sent);
    const request = { method: "POST", pathname: "/", query: {}, headers: { ...headers, host: asked.host } };
    const theirs = OpenApiUtil.getAuthorization(
      request,
      ACS3.algorithm,
      OpenApiUtil.hexEncode(OpenApiUtil.hash(Buffer.from(body), ACS3.algorithm)),
      credentials.accessKeyId,
      credentials.accessKeySecret,
    );
    assert.equal(authorization, theirs);
    assert.equal(headers["x-acs-security-token"], credentials.securityToken);
    assert.equal(headers["content-type"], body === "" ? undefined : "application/x-www-form-urlencoded");
    const texts = asked.fields.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : `${value}`]);
    const expected = [...texts, ["RegionId", "cn-hangzhou"]].sort(([one], [other]) => (one < other ? -1 : 1));
    assert.deepEqual([...new URLSearchParams(body)], expected);
    // Only unreserved characters (RFC 3986) stand for themselves, and hexadecimal is in capitals.
    assert.match(body, /^([A-Za-z0-9._~=&-]|%[0-9A-F]{2})*$/);
  }
});

test("Signature Version 4: requests as Amazon's own signer signs them", async () => {
  class Sha256 {
    #hash;
    constructor(secret) {
      this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
    }
    update(data) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
  }
  for (const { credentials, asked } of requests(300)) {
    const { headers: sent, body } = aws.sign(asked, new Signer(credentials, digests));
    const { authorization, ...headers } = Object.fromEntries(sent);
    const { accessKeyId, accessKeySecret: secretAccessKey, securityToken: sessionToken } = credentials;
    const signer = new SignatureV4({
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      region: asked.region,
      service: "kms",
      sha256: Sha256,
    });
    const { host } = asked;
    const request = { method: "POST", protocol: "https:", hostname: host, path: "/", query: {}, body };
    const signed = await signer.sign(
      { ...request, headers: { ...headers, host } },
      { signingDate: new Date(asked.now) },
    );
    assert.equal(authorization, signed.headers.authorization);
    assert.equal(headers["x-amz-target"], "TrentService.Encrypt");
    assert.equal(headers["content-type"], "application/x-amz-json-1.1");
    assert.equal(headers["amz-sdk-invocation-id"], asked.nonce);
    assert.deepEqual(JSON.parse(body), Object.fromEntries(asked.fields));
  }
});

test("a request without a field has no body and no type of one", () => {
  const signer = new Signer({ accessKeyId: "a", accessKeySecret: "b" }, digests);
  const asked = { action: "DescribeRegions", fields: [], host: "h", now: "2026-11-24T00:00:00Z", nonce: "n" };
  const { headers, body } = aliyunService("2016-01-20").sign({ ...asked, region: undefined }, signer);
  assert.equal(body, "");
  assert.deepEqual(headers.map(([name]) => name), [
    "authorization",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
  ]);
});

test("keys on the way to a signature are wiped, and nobody else's bytes are", () => {
  const keys = [];
  const spy = {
    sha256: digests.sha256,
    hmacSha256(key, data) {
      assert.ok(key.some((byte) => byte !== 0), "wiped only after its use");
      keys.push(key);
      return digests.hmacSha256(key, data);
    },
  };
  const asked = { action: "Encrypt", fields: [], host: "h", now: "2026-11-24T00:00:00Z", nonce: "n", region: "r" };
  const signer = new Signer({ accessKeyId: "a", accessKeySecret: "secret" }, spy);
  for (const [dialect, count] of [[aliyun, 1], [aws, 5]]) {
    keys.length = 0;
    dialect.sign(asked, signer);
    assert.equal(keys.length, count);
    for (const key of keys) assert.ok(key.every((byte) => byte === 0));
  }
});
