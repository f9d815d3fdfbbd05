// SPDX-License-Identifier: Apache-2.0

/**
 * Callers that the worker must not believe: a wrong clock, a used nonce, a wrong or missing
 * signature, in both schemes and every placement of parameters.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BODY_SCHEMES, MISSING, SCHEMES, assertRefused, fixture, refused, setUp } from "../lib/refusals.mjs";
import { acs3Request, send, wireTime } from "../lib/signed-request.mjs";

const HOUR_MS = 3_600_000;

setUp();

describe("who is asking", () => {
  const EXPIRED = [400, "InvalidTimeStamp.Expired"];

  for (const [name, clockOffsetMs] of [
    ["an hour slow", -HOUR_MS],
    ["an hour fast", HOUR_MS],
    ["16 minutes slow", -16 * 60_000],
    ["16 minutes fast", 16 * 60_000],
  ]) {
    test(`a clock ${name}: InvalidTimeStamp.Expired`, () =>
      refused(EXPIRED, "CreateKey", [["Description", "late"]], { options: { clockOffsetMs } }));
  }

  test("a clock 14 minutes off is good enough", async () => {
    for (const clockOffsetMs of [-14 * 60_000, 14 * 60_000]) {
      for (const [name, sign] of SCHEMES) {
        const answer = await send(fixture.worker.address, sign(fixture.worker.credentials, "ListKeys", [], { clockOffsetMs }));
        assert.equal(answer.status, 200, `${name}: ${answer.text}`);
      }
    }
  });

  test("a timestamp of another form: InvalidTimeStamp.Format", async () => {
    const signed = acs3Request(fixture.worker.credentials, fixture.worker.host, "ListKeys", []);
    signed.headers["x-acs-date"] = wireTime().replace("T", " ");
    assertRefused(await send(fixture.worker.address, signed), [400, "InvalidTimeStamp.Format"], "ACS3");
  });

  test("a nonce that was used: SignatureNonceUsed", async () => {
    for (const [name, sign] of SCHEMES) {
      const signed = sign(fixture.worker.credentials, "ListKeys", []);
      assert.equal((await send(fixture.worker.address, signed)).status, 200, name);
      assertRefused(await send(fixture.worker.address, signed), [400, "SignatureNonceUsed"], name);
    }
  });

  test("another secret: SignatureDoesNotMatch, with the string that the server signed", async () => {
    const credentials = { ...fixture.worker.credentials, accessKeySecret: "guess" };
    for (const message of await refused([400, "SignatureDoesNotMatch"], "CreateKey", [["Description", "x"]], { credentials })) {
      assert.match(message, /server string to sign is:/);
      assert.ok(!message.includes(fixture.worker.credentials.accessKeySecret));
    }
  });

  test("an access key that does not exist: InvalidAccessKeyId.NotFound", () =>
    refused([404, "InvalidAccessKeyId.NotFound"], "CreateKey", [], {
      credentials: { accessKeyId: "nobody", accessKeySecret: "nothing" },
    }));

  test("a body changed after it was signed: SignatureDoesNotMatch", async () => {
    for (const [name, sign] of BODY_SCHEMES) {
      const signed = sign(fixture.worker.credentials, "CreateKey", [["Description", "signed"]]);
      const body = Buffer.from(signed.body.toString("latin1").replace("=signed", "=forged"), "latin1");
      assert.notDeepEqual(body, signed.body);
      assertRefused(await send(fixture.worker.address, { ...signed, body }), [400, "SignatureDoesNotMatch"], name);
    }
  });

  test("no credentials at all: a code that says so", async () => {
    const bare = [
      ["nothing but the address", { method: "GET", path: "/", headers: {} }],
      ["an action and no signature", { method: "GET", path: "/?Action=ListKeys&Version=2016-01-20", headers: {} }],
      [
        "an ACS3 request without its Authorization",
        { method: "POST", path: "/", headers: { "x-acs-action": "ListKeys", "x-acs-version": "2016-01-20" } },
      ],
    ];
    for (const [name, request] of bare) {
      assertRefused(await send(fixture.worker.address, request), MISSING, name);
    }
    const broken = acs3Request(fixture.worker.credentials, fixture.worker.host, "ListKeys", []);
    broken.headers.authorization = "ACS3-HMAC-SHA256 Credential=";
    assertRefused(await send(fixture.worker.address, broken), [400, "IncompleteSignature"], "half an Authorization");
  });

  test("a method or path that does not exist", async () => {
    const signed = acs3Request(fixture.worker.credentials, fixture.worker.host, "ListKeys", []);
    assertRefused(await send(fixture.worker.address, { ...signed, method: "PUT" }), [403, "UnsupportedHTTPMethod"], "PUT");
    assertRefused(await send(fixture.worker.address, { ...signed, path: "/keys" }), [404, "InvalidApi.NotFound"], "/keys");
  });
});
