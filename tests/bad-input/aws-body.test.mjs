// SPDX-License-Identifier: Apache-2.0

/**
 * Bodies of the AWS dialect, well signed, that are not what they should be: JSON that is none or says
 * something twice, base64 of another alphabet, sizes and names out of bounds.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHANGE, INVALID, UNREADABLE, call, refused } from "../lib/aws-refusals.mjs";
import { fixture, setUp } from "../lib/refusals.mjs";

setUp();

const [ACTION] = CHANGE;

describe("the body", () => {
  const nested = (open, innermost, close) => `{"Description":${open.repeat(5000)}${innermost}${close.repeat(5000)}}`;
  const key = () => fixture.key.keyId;

  for (const [name, body, code] of [
    ["no JSON", "Description=x"],
    ["cut JSON", '{"Description":"must not be"'],
    ["JSON and more", '{"Description":"must not be"} {}'],
    ["a list", "[]"],
    ["null", "null"],
    ["a text", '"Description"'],
    ["5,000 lists in each other", nested("[", "", "]")],
    ["5,000 objects in each other", nested('{"a":', "1", "}")],
    ["5,000 lists that are never closed", nested("[", "", "")],
    ["a key twice", '{"Description":"one","Description":"two"}'],
    ["a key twice, once escaped", '{"Description":"one","\\u0044escription":"two"}'],
    ["a number where a text belongs", '{"Description":1}'],
    ["a text where a list belongs", '{"Tags":"a=b"}'],
    ["a text where a truth value belongs", '{"MultiRegion":"false"}', "UnsupportedOperationException"],
    ["a tag that is a text", '{"Tags":["a=b"]}'],
    ["a tag with its key twice", '{"Tags":[{"TagKey":"a","TagKey":"b","TagValue":"c"}]}', "TagException"],
    ["half of a surrogate pair", '{"Description":"\\ud83d"}'],
    ["a byte order mark", "\ufeff{}"],
    ["bytes that are not UTF-8", Buffer.from([...Buffer.from('{"Description":"'), 0xff, ...Buffer.from('"}')])],
    ["an overlong slash", Buffer.from([...Buffer.from('{"Description":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ["129 KiB", JSON.stringify({ Description: "x".repeat(129 * 1024) })],
  ]) {
    test(`${name}: refused`, () => refused(code ?? UNREADABLE, ACTION, undefined, { body }));
  }

  test("nothing, where a key must be named: refused", () => refused(UNREADABLE, "DescribeKey", undefined, { body: "" }));

  for (const [name, description] of [
    ["U+0000", "a\u0000b"],
    ["an escape sequence", "\u001b[2J"],
    ["a bell", "\u0007"],
    ["8,193 characters", "x".repeat(8193)],
  ]) {
    test(`a description with ${name}: ValidationException`, async () => {
      await refused(INVALID, "CreateKey", { Description: description });
      await refused(INVALID, "UpdateKeyDescription", { KeyId: key(), Description: description });
    });
  }

  for (const [name, blob] of [
    ["the alphabet of URLs", "-_-_"],
    ["no padding", "aGVsbG8"],
    ["too much padding", "aGVsbG8=="],
    ["a line feed in it", "aGVs\nbG8="],
    ["bits behind its end", "aGVsbG9="],
    ["no base64 at all", "héllo"],
    ["nothing in it", ""],
  ]) {
    test(`base64 with ${name}: refused`, async () => {
      await refused(UNREADABLE, "Encrypt", { KeyId: key(), Plaintext: blob });
      await refused([...UNREADABLE, "InvalidCiphertextException"], "Decrypt", { CiphertextBlob: blob });
    });
  }

  test("sizes out of range, and no size: refused", async () => {
    for (const size of ["0", "-1", "1025", "1.5", '"32"', "4294967297", "1e400", "[32]", "true"]) {
      const body = `{"KeyId":"${key()}","NumberOfBytes":${size}}`;
      await refused(UNREADABLE, "GenerateDataKey", undefined, { body });
    }
    await refused(INVALID, "GenerateDataKey", { KeyId: key() });
    await refused(INVALID, "GenerateDataKey", { KeyId: key(), KeySpec: "AES_512" });
    await refused(INVALID, "Encrypt", { KeyId: key(), Plaintext: Buffer.alloc(4097).toString("base64") });
    for (const PendingWindowInDays of [6, 31, -7, 7.5, "7"]) {
      await refused(UNREADABLE, "ScheduleKeyDeletion", { KeyId: key(), PendingWindowInDays });
    }
    for (const Limit of [0, -1, 1001, "10"]) await refused(UNREADABLE, "ListKeys", { Limit });
  });

  test("a context that is not a map of texts: refused", async () => {
    for (const EncryptionContext of ["album=42", ["album"], { album: 42 }, { album: null }, { album: { a: "b" } }]) {
      await refused(UNREADABLE, "Encrypt", { KeyId: key(), Plaintext: "aGVsbG8=", EncryptionContext });
    }
    const twice = `{"KeyId":"${key()}","Plaintext":"aGVsbG8=","EncryptionContext":{"a":"1","a":"2"}}`;
    await refused(UNREADABLE, "Encrypt", undefined, { body: twice });
  });

  test("a marker that this service did not give: InvalidMarkerException", async () => {
    for (const Marker of ["x", "AAAA", "../../keys", "x".repeat(1024)]) {
      await refused(["InvalidMarkerException", INVALID], "ListKeys", { Marker });
      await refused(["InvalidMarkerException", INVALID], "ListAliases", { Marker });
    }
  });

  test("ARNs of another account, region, partition or service: refused", async () => {
    const arn = `arn:aws:kms:${fixture.worker.region}:${fixture.worker.accountId}:key/${key()}`;
    assert.equal((await call("DescribeKey", { KeyId: arn })).status, 200);
    for (const other of [
      arn.replace(fixture.worker.accountId, "9999999999999999"),
      arn.replace(fixture.worker.region, "nowhere"),
      arn.replace("arn:aws:", "arn:aws-cn:"),
      arn.replace(":kms:", ":s3:"),
      arn.replace("arn:aws:", "acs:aws:"),
      arn.replace(":key/", ":key:"),
      `${arn}/x`,
      "arn:aws:kms",
    ]) {
      const codes = ["NotFoundException", "InvalidArnException", INVALID, "AccessDeniedException"];
      await refused(codes, "DescribeKey", { KeyId: other });
      await refused(codes, "Encrypt", { KeyId: other, Plaintext: "aGVsbG8=" });
    }
  });
});
