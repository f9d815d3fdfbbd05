// SPDX-License-Identifier: Apache-2.0

/**
 * Parameters that are not what they should be: bytes that are not UTF-8, two values for one name,
 * names of things that are not there, and requests too large to be meant.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BODY_SCHEMES, INVALID, MISSING, QUERY_SCHEMES, assertRefused, fixture, refused, setUp } from "../lib/refusals.mjs";
import { acs3Request, rpcRequest, send } from "../lib/signed-request.mjs";

const KIB = 1024;

setUp();

describe("parameters", () => {
  for (const [name, bytes] of [
    ["a lone byte 0xFF", [0xff]],
    ["a sequence that is cut", [0x61, 0xc3]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
  ]) {
    test(`a value that is not UTF-8 (${name}): InvalidParameter`, () =>
      refused(INVALID, "CreateKey", [["Description", Uint8Array.from(bytes)]]));
    test(`a name that is not UTF-8 (${name}): ParseRequestParameterException`, () =>
      refused([400, "ParseRequestParameterException"], "CreateKey", [[Uint8Array.from(bytes), "x"]]));
  }

  test("the same parameter twice: InvalidParameter", async () => {
    await refused(INVALID, "DescribeKey", [["KeyId", fixture.key.keyId], ["KeyId", fixture.key.keyId]]);
    await refused(INVALID, "CreateKey", [["Description", "one"], ["Description", "two"]]);
  });

  test("one value in the query and another in the body: InvalidParameter", async () => {
    const both = { form: true, query: [["Description", "two"]] };
    const signed = acs3Request(fixture.worker.credentials, fixture.worker.host, "CreateKey", [["Description", "one"]], both);
    assertRefused(await send(fixture.worker.address, signed), INVALID, "ACS3");
    const rpc = rpcRequest(fixture.worker.credentials, "CreateKey", [["Description", "one"]], { form: true });
    assertRefused(await send(fixture.worker.address, { ...rpc, path: "/?Description=two" }), INVALID, "RPC v1");
  });

  test("a key id that is none, another account's ARN, another region's ARN: a code for each", async () => {
    await refused([404, "Forbidden.KeyNotFound"], "DescribeKey", [["KeyId", "11111111-2222-4333-8444-555555555555"]]);
    await refused([404, "Forbidden.AliasNotFound"], "DescribeKey", [["KeyId", "alias/nobody"]]);
    for (const [code, arn] of [
      [[403, "Forbidden.NoPermission"], fixture.key.arn.replace(`:${fixture.worker.accountId}:`, ":9999999999999999:")],
      [[404, "Forbidden.KeyNotFound"], fixture.key.arn.replace(`:${fixture.worker.region}:`, ":nowhere:")],
    ]) {
      await refused(code, "Encrypt", [["KeyId", arn], ["Plaintext", "aGVsbG8="]]);
    }
    await refused(MISSING, "DescribeKey", []);
    await refused(MISSING, "DescribeKey", [["KeyId", ""]]);
  });

  test("a list whose numbers do not go on from 1, or that is too long: InvalidParameter", async () => {
    const { keyId } = fixture.key;
    const rest = [["ResourceType", "key"], ["Tag.1.Key", "a"]];
    for (const names of [["0"], ["2"], ["1", "3"], ["01"], ["1", "1.Key"], ["x"], ["4294967297"]]) {
      await refused(INVALID, "TagResources", [...rest, ...names.map((name) => [`ResourceId.${name}`, keyId])]);
    }
    const many = Array.from({ length: 51 }, (_, index) => [`ResourceId.${index + 1}`, keyId]);
    await refused(INVALID, "TagResources", [...rest, ...many]);
    await refused(INVALID, "TagResources", [...rest, ["ResourceId", keyId], ["ResourceId.1", keyId]]);
    const unknown = [["ResourceId.1", keyId], ["ResourceId.2", "no-such-key"]];
    await refused([404, "Forbidden.KeyNotFound"], "TagResources", [...rest, ...unknown]);
  });

  test("a policy that is none: InvalidParameter", async () => {
    const statement = { Effect: "Allow", Principal: { RAM: ["acs:ram::1234567890123456:root"] }, Action: "kms:*", Resource: "*" };
    for (const policy of [
      "x",
      "{}",
      JSON.stringify({ Version: "2012-10-18", Statement: [statement] }),
      JSON.stringify({ Version: "1", Statement: [{ ...statement, Effect: "Permit" }] }),
      JSON.stringify({ Version: "1", Statement: [{ ...statement, Action: "oss:*" }] }),
      "[".repeat(5_000),
    ]) {
      await refused(INVALID, "SetKeyPolicy", [["KeyId", fixture.key.keyId], ["Policy", policy]]);
    }
  });

  test("numbers out of range: InvalidParameter", async () => {
    for (const size of ["0", "-1", "1025", "1.5", "ten", "4294967297"]) {
      await refused(INVALID, "GenerateDataKey", [["KeyId", fixture.key.keyId], ["NumberOfBytes", size]]);
    }
    for (const page of ["0", "-1", "x"]) await refused(INVALID, "ListKeys", [["PageNumber", page]]);
    await refused(INVALID, "ListKeys", [["PageSize", "101"]]);
  });

  test("aliases out of bounds: InvalidParameter", async () => {
    for (const aliasName of ["photos", "alias/", "alias/a b", "alias/é", `alias/${"x".repeat(256)}`, "alias/acs/mine"]) {
      await refused(INVALID, "CreateAlias", [["KeyId", fixture.key.keyId], ["AliasName", aliasName]]);
    }
  });

  test("a description of 8,193 characters: InvalidParameter", () =>
    refused(INVALID, "CreateKey", [["Description", "x".repeat(8193)]]));

  test("an action that does not exist: InvalidApi.NotFound", () =>
    refused([404, "InvalidApi.NotFound"], "DestroyEverything", [["KeyId", fixture.key.keyId]]));
});

describe("sizes", () => {
  const TOO_LONG = [400, "ParseRequestParameterException"];

  test("a query of 200 KiB: 414, by the runtime itself and before any of the worker runs", async () => {
    for (const [name, sign] of QUERY_SCHEMES) {
      const signed = sign(fixture.worker.credentials, "CreateKey", [["Description", "x".repeat(200 * KIB)]]);
      const answer = await send(fixture.worker.address, signed);
      assert.equal(answer.status, 414, `${name}: ${answer.text.slice(0, 200)}`);
    }
  });

  test("a query of 60 KiB, the most that an SDK's largest call here makes, is read", async () => {
    for (const [name, sign] of QUERY_SCHEMES) {
      const answer = await send(
        fixture.worker.address,
        sign(fixture.worker.credentials, "DescribeRegions", [["Unknown", "x".repeat(60 * KIB)]]),
      );
      assert.equal(answer.status, 200, `${name}: ${answer.text.slice(0, 200)}`);
    }
  });

  test("a body of 129 KiB: ParseRequestParameterException", () =>
    refused(TOO_LONG, "CreateKey", [["Description", "x".repeat(129 * KIB)]], { schemes: BODY_SCHEMES }));

  test("a body of 16 MiB: ParseRequestParameterException, or the connection closes", async () => {
    const [, sign] = BODY_SCHEMES[0];
    const signed = sign(fixture.worker.credentials, "CreateKey", [["Description", "x"]]);
    const body = Buffer.concat([signed.body, Buffer.alloc(16 * KIB * KIB, "x")]);
    const headers = { ...signed.headers, "content-length": String(body.length) };
    // The answer comes before the whole body went out, and the connection may then close.
    const answer = await send(fixture.worker.address, { ...signed, headers, body }).catch((error) => error);
    if (answer instanceof Error) assert.ok(["ECONNRESET", "EPIPE"].includes(answer.code), answer.stack);
    else assertRefused(answer, TOO_LONG, "16 MiB");
  });
});
