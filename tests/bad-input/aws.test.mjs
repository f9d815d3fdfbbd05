// SPDX-License-Identifier: Apache-2.0

/**
 * The AWS dialect, as no SDK speaks it: signatures over another scope or over too little, actions that are
 * none, two dialects in one request, a change that comes again. Most of these would make a key if they
 * were let through, and around each test the keys are read.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import {
  CHANGE,
  INCOMPLETE,
  INVALID,
  MISMATCH,
  UNREADABLE,
  assertAwsRefused,
  assertRefusedByEither,
  call,
  refused,
} from "../lib/aws-refusals.mjs";
import { fixture, setUp } from "../lib/refusals.mjs";
import { amzDate, awsRequest, presignedAwsRequest } from "../lib/signed-aws.mjs";
import { acs3Request, rpcRequest, send } from "../lib/signed-request.mjs";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

setUp();

const [ACTION, INPUT] = CHANGE;
const sign = (options) => awsRequest(fixture.worker, ACTION, INPUT, options);
const hashOf = (text) => createHash("sha256").update(text).digest("hex");
const sendSigned = (signed) => send(fixture.worker.address, signed);

test("a request signed here is good, whatever more it signs", async () => {
  for (const options of [
    {},
    { headers: { "user-agent": "a  b   c", "amz-sdk-request": "attempt=1; max=3" } },
    { unsigned: ["content-type"] },
    { clockOffsetMs: -4 * MINUTE_MS },
    { clockOffsetMs: 4 * MINUTE_MS },
  ]) {
    const { status, headers, json, text } = await call("ListKeys", { Limit: 10 }, options);
    assert.equal(status, 200, `${JSON.stringify(options)}: ${text}`);
    assert.equal(headers["content-type"], "application/x-amz-json-1.1");
    assert.deepEqual(json.Keys.map(({ KeyId }) => KeyId), [fixture.key.keyId]);
  }
});

describe("the scope", () => {
  for (const [name, options, codes] of [
    ["a region that is not served", { region: "mars-north-1" }, MISMATCH],
    ["another service", { service: "s3" }, MISMATCH],
    ["the day before", { scopeDate: amzDate(-DAY_MS).slice(0, 8) }, MISMATCH],
    ["the day after", { scopeDate: amzDate(DAY_MS).slice(0, 8) }, MISMATCH],
    ["no day", { scopeDate: "" }, INCOMPLETE],
    ["no terminator", { terminator: "" }, INCOMPLETE],
    ["another terminator", { terminator: "aws5_request" }, INCOMPLETE],
    ["one part too many", { terminator: "aws4_request/aws4_request" }, INCOMPLETE],
  ]) {
    test(`${name}: ${[codes].flat().join(" or ")}`, () => refused(codes, ACTION, INPUT, options));
  }
});

describe("the signed headers", () => {
  // A part of the request that no signature covers could be exchanged on the way.
  for (const name of ["host", "x-amz-date", "x-amz-target"]) {
    test(`without ${name}: refused`, () => refused(INCOMPLETE, ACTION, INPUT, { unsigned: [name] }));
  }

  test("a session token that is not signed: refused", () =>
    refused([...INCOMPLETE, "UnrecognizedClientException"], ACTION, INPUT, { unsigned: ["x-amz-security-token"] }, {
      ...fixture.worker.credentials,
      securityToken: "unsigned",
    }));

  test("a session token beside a long-lived access key: UnrecognizedClientException", () =>
    refused(["UnrecognizedClientException", MISMATCH], ACTION, INPUT, {}, {
      ...fixture.worker.credentials,
      securityToken: "made up",
    }));

  for (const [name, change] of [
    ["named but not sent", (list) => `${list};x-amz-extra`],
    ["in another order", (list) => list.split(";").reverse().join(";")],
    ["one of them twice", (list) => `${list.split(";")[0]};${list}`],
    ["none", () => ""],
  ]) {
    test(`${name}: refused`, async () => {
      const signed = sign();
      signed.headers.authorization = signed.headers.authorization.replace(
        /(?<=SignedHeaders=)[^,]*/,
        change,
      );
      assertAwsRefused(await sendSigned(signed), INCOMPLETE, name);
    });
  }

  for (const [name, value] of [
    ["x-amz-target", "TrentService.ListKeys"],
    ["x-amz-date", amzDate(60_000)],
    ["content-type", "application/x-amz-json-1.0"],
    ["host", "elsewhere.example"],
  ]) {
    test(`${name} changed after it was signed: refused`, async () => {
      const signed = sign();
      signed.headers[name] = value;
      assertAwsRefused(await sendSigned(signed), [MISMATCH, "UnknownOperationException", ...UNREADABLE], name);
    });
  }
});

describe("the date", () => {
  // What a signature is too old or too new for is for the signature to say; SDKs set their clocks by it.
  const EXPIRED = [MISMATCH, "RequestExpired", "RequestExpiredException"];

  for (const [name, clockOffsetMs] of [
    ["an hour slow", -60 * MINUTE_MS],
    ["an hour fast", 60 * MINUTE_MS],
    ["16 minutes slow", -16 * MINUTE_MS],
    ["16 minutes fast", 16 * MINUTE_MS],
    ["a year slow", -365 * DAY_MS],
  ]) {
    test(`a clock ${name}: refused`, () => refused(EXPIRED, ACTION, INPUT, { clockOffsetMs }));
  }

  for (const date of ["", "20261199T000000Z", "2026-11-24T00:00:00Z", `${amzDate().slice(0, 8)}T250000Z`, "yesterday"]) {
    test(`"${date}": refused`, () => refused([...EXPIRED, ...INCOMPLETE, INVALID, "MissingAuthenticationTokenException"], ACTION, INPUT, { date }));
  }

  test("none at all: refused", async () => {
    const signed = sign({ unsigned: ["x-amz-date"] });
    delete signed.headers["x-amz-date"];
    assertAwsRefused(await sendSigned(signed), [...INCOMPLETE, "MissingAuthenticationTokenException"]);
  });
});

describe("who is asking", () => {
  test("another secret: InvalidSignatureException", () =>
    refused(MISMATCH, ACTION, INPUT, {}, { ...fixture.worker.credentials, accessKeySecret: "guess" }));

  test("an access key that does not exist: UnrecognizedClientException", () =>
    refused("UnrecognizedClientException", ACTION, INPUT, {}, { accessKeyId: "nobody", accessKeySecret: "nothing" }));

  test("no Authorization: MissingAuthenticationTokenException", async () => {
    const signed = sign();
    delete signed.headers.authorization;
    assertAwsRefused(await sendSigned(signed), "MissingAuthenticationTokenException");
  });

  for (const [name, change] of [
    ["nothing but the algorithm", () => "AWS4-HMAC-SHA256"],
    ["no credential", (text) => text.replace(/Credential=[^,]*, /, "")],
    ["an empty credential", (text) => text.replace(/(?<=Credential=)[^,]*/, "")],
    ["no signed headers", (text) => text.replace(/SignedHeaders=[^,]*, /, "")],
    ["no signature", (text) => text.replace(/, Signature=.*/, "")],
    ["an empty signature", (text) => text.replace(/(?<=Signature=).*/, "")],
    ["half a signature", (text) => text.slice(0, -32)],
    ["a signature that is not hexadecimal", (text) => `${text.slice(0, -1)}g`],
    ["two signatures", (text) => `${text}, Signature=${"0".repeat(64)}`],
    ["another algorithm", (text) => text.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")],
    ["the asymmetric algorithm", (text) => text.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")],
    ["a bearer token", () => "Bearer AKIDEXAMPLE"],
  ]) {
    test(`an Authorization with ${name}: refused`, async () => {
      const signed = sign();
      const changed = change(signed.headers.authorization);
      assert.notEqual(changed, signed.headers.authorization);
      signed.headers.authorization = changed;
      const codes = [...INCOMPLETE, "MissingAuthenticationTokenException", "UnrecognizedClientException"];
      assertAwsRefused(await sendSigned(signed), codes, name);
    });
  }

  test("a presigned URL: refused", async () => {
    const answer = await sendSigned(presignedAwsRequest(fixture.worker, ACTION, INPUT));
    assertAwsRefused(answer, [...INCOMPLETE, "MissingAuthenticationTokenException", INVALID]);
  });

  test("a presigned URL that carries everything, by GET: refused", async () => {
    const query = [["Action", ACTION], ["Version", "2014-11-01"]];
    const signed = presignedAwsRequest(fixture.worker, ACTION, {}, { method: "GET", query, body: "" });
    for (const name of ["content-type", "x-amz-target", "content-length"]) delete signed.headers[name];
    assertRefusedByEither(await sendSigned(signed), "presigned GET");
  });
});

describe("the payload", () => {
  test("a body changed after it was signed: InvalidSignatureException", async () => {
    for (const options of [{}, { payloadHash: hashOf(JSON.stringify(INPUT)) }]) {
      const signed = sign(options);
      const body = Buffer.from(signed.body.toString().replace("must not be", "forged text"));
      assert.equal(body.length, signed.body.length);
      assertAwsRefused(await sendSigned({ ...signed, body }), MISMATCH);
    }
  });

  for (const payloadHash of ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", hashOf("another body"), "x"]) {
    test(`X-Amz-Content-Sha256: ${payloadHash.slice(0, 34)}, signed: refused`, () =>
      refused([...INCOMPLETE, INVALID], ACTION, INPUT, { payloadHash }));
  }
});

describe("the action", () => {
  for (const action of ["DeriveSharedSecret", "CreateGrant", "ReplicateKey", "CreateCustomKeyStore"]) {
    test(`${action}, which this service does not have: UnsupportedOperationException names it`, async () => {
      const message = await refused("UnsupportedOperationException", action, { KeyId: fixture.key.keyId });
      assert.match(message, new RegExp(`\\b${action}\\b`));
    });
  }

  for (const target of ["TrentService.MakeCoffee", "TrentService.createkey", "TrentService.", "TrentService", "DynamoDB_20120810.ListTables", "CreateKey", " TrentService.CreateKey.x"]) {
    test(`"${target}", which is no action: UnknownOperationException`, () =>
      refused("UnknownOperationException", ACTION, INPUT, { target }));
  }

  test("no X-Amz-Target at all: refused", async () => {
    assertRefusedByEither(await call(ACTION, INPUT, { headers: { "x-amz-target": undefined } }), "no target");
  });

  for (const type of ["text/plain", "application/json", "application/x-amz-json-1.0", "application/x-www-form-urlencoded", ""]) {
    test(`a Content-Type of "${type}": refused`, () =>
      refused(["UnknownOperationException", "UnsupportedOperationException", ...UNREADABLE, ...(type === "" ? INCOMPLETE : [])], ACTION, INPUT, { headers: { "content-type": type } }));
  }

  for (const options of [{ method: "GET" }, { method: "PUT" }, { path: "/keys" }]) {
    test(`${JSON.stringify(options)}: refused`, async () => {
      assertRefusedByEither(await call(ACTION, INPUT, options), JSON.stringify(options));
    });
  }
});

describe("two dialects in one request", () => {
  const target = { "x-amz-target": `TrentService.${ACTION}` };

  for (const unsigned of [[], ["x-acs-action", "x-acs-version"]]) {
    test(`Amazon's signature and Alibaba's action, ${unsigned.length ? "un" : ""}signed: refused`, async () => {
      const headers = { "x-acs-action": ACTION, "x-acs-version": "2016-01-20" };
      assertRefusedByEither(await call(ACTION, INPUT, { headers, unsigned }), "ACS3");
    });
  }

  test("Amazon's signature and Alibaba's action in the query: refused", async () => {
    const query = [["Action", ACTION], ["Version", "2016-01-20"]];
    assertRefusedByEither(await call(ACTION, INPUT, { query }), "RPC v1");
  });

  test("Alibaba's signature and Amazon's target: refused", async () => {
    const { credentials, host } = fixture.worker;
    const params = [["Description", "must not be"]];
    for (const [name, signed] of [
      ["ACS3", acs3Request(credentials, host, ACTION, params)],
      ["ACS3, form body", acs3Request(credentials, host, ACTION, params, { form: true })],
      ["RPC v1", rpcRequest(credentials, ACTION, params)],
      ["RPC v1, form body", rpcRequest(credentials, ACTION, params, { form: true })],
    ]) {
      assertRefusedByEither(await sendSigned({ ...signed, headers: { ...signed.headers, ...target } }), name);
    }
  });

  test("both signatures, each good: refused", async () => {
    // The one is over the query; the other, over the query with the one in it.
    const alibaba = rpcRequest(fixture.worker.credentials, ACTION, [["Description", "must not be"]]);
    const query = [...new URLSearchParams(alibaba.path.slice("/?".length))];
    const both = sign({ query });
    assert.deepEqual(new Set(both.path.slice(2).split("&")), new Set(alibaba.path.slice(2).split("&")));
    assertRefusedByEither(await sendSigned(both), "RPC v1");
  });
});

describe("a change that comes again", () => {
  const describeKey = async () => (await call("DescribeKey", { KeyId: fixture.key.keyId })).json.KeyMetadata;

  test("byte for byte: ThrottlingException, so that an SDK signs it anew, and nothing happens", async () => {
    const { description: Description, keyId: KeyId } = fixture.key;
    const change = awsRequest(fixture.worker, "UpdateKeyDescription", { KeyId, Description: "replayed" });
    assert.equal((await sendSigned(change)).status, 200);
    assert.equal((await describeKey()).Description, "replayed");
    assert.equal((await call("UpdateKeyDescription", { KeyId, Description })).status, 200);
    for (let times = 0; times < 3; times += 1) {
      assertAwsRefused(await sendSigned(change), "ThrottlingException");
      assert.equal((await describeKey()).Description, Description);
    }
    // The same change with a signature of its own is another request.
    assert.equal((await call("UpdateKeyDescription", { KeyId, Description })).status, 200);
  });

  test("with its headers named in another case or order, which the signature does not cover: refused too", async () => {
    const { description: Description, keyId: KeyId } = fixture.key;
    const change = awsRequest(fixture.worker, "UpdateKeyDescription", { KeyId, Description });
    assert.equal((await sendSigned(change)).status, 200);
    const shouted = Object.entries(change.headers).reverse().map(([name, value]) => [name.toUpperCase(), value]);
    const again = { ...change, headers: { ...Object.fromEntries(shouted), "X-Not-Signed": "1" } };
    assertAwsRefused(await sendSigned(again), "ThrottlingException");
    const upper = change.headers.authorization.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase());
    const uppercase = { ...change, headers: { ...change.headers, authorization: upper } };
    assertAwsRefused(await sendSigned(uppercase), ["ThrottlingException", ...INCOMPLETE]);
  });
});
