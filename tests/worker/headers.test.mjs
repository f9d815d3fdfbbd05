// SPDX-License-Identifier: Apache-2.0

/**
 * Headers over a raw connection, line by line: what a header means that comes twice, and which ones an
 * answer has. The runtime hands over the lines of a repeated header as one, joined by ", ", so that
 * `x: b` and `x: a` cannot be told from `x: b, a`; each must be taken as its sender signed it.
 */

import assert from "node:assert/strict";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { wireTime } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

const ORIGIN = "https://app.example.com";
const SHA256_OF_NOTHING = createHash("sha256").digest("hex");

let worker;
before(async () => (worker = await startWorker({ settings: { ALLOWED_ORIGINS: ORIGIN } })));
after(() => worker.stop());

/** Sends the lines, and gives status, headers and body of the answer. */
async function exchange(lines) {
  const { hostname, port } = new URL(worker.address);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => (text += part));
  const sent = lines.map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST / HTTP/1.1\r\n${sent.join("")}connection: close\r\n\r\n`);
  await once(socket, "close", { signal: AbortSignal.timeout(10_000) });
  const [head, ...body] = text.split("\r\n\r\n");
  const [first, ...fields] = head.split("\r\n");
  const headers = fields.map((field) => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 2)]);
  const json = body.join("\r\n\r\n").match(/\{.*\}/s)?.[0];
  return { status: Number(first.split(" ")[1]), headers: new Map(headers), json: JSON.parse(json ?? "null") };
}

/** What every ACS3 request has. */
const common = (action) => [
  ["host", worker.host],
  ["x-acs-action", action],
  ["x-acs-version", "2016-01-20"],
  ["x-acs-date", wireTime()],
  ["x-acs-signature-nonce", randomUUID()],
  ["x-acs-content-sha256", SHA256_OF_NOTHING],
];

/**
 * The lines with their ACS3 signature in the documented form: names in lowercase, the values of a repeated
 * header sorted and joined by a comma.
 */
function signed(lines) {
  const values = Map.groupBy(lines, ([name]) => name.toLowerCase());
  const names = [...values.keys()].sort();
  const canonical = names.map((name) => `${name}:${values.get(name).map(([, value]) => value.trim()).sort().join(",")}\n`);
  const request = `POST\n/\n\n${canonical.join("")}\n${names.join(";")}\n${SHA256_OF_NOTHING}`;
  const stringToSign = `ACS3-HMAC-SHA256\n${createHash("sha256").update(request).digest("hex")}`;
  const { accessKeyId, accessKeySecret } = worker.credentials;
  const signature = createHmac("sha256", accessKeySecret).update(stringToSign).digest("hex");
  const fields = `Credential=${accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return [...lines, ["authorization", `ACS3-HMAC-SHA256 ${fields}`]];
}

describe("a header that may come twice is taken as it was signed", () => {
  for (const [what, ...further] of [
    ["two lines, signed sorted", ["x-acs-meta", "b"], ["x-acs-meta", "a"]],
    ["two lines in order", ["x-acs-meta", "a"], ["x-acs-meta", "b"]],
    ["two lines whose names are written differently", ["X-Acs-Meta", "b"], ["x-acs-META", "a"]],
    ["three lines, two of them equal", ["x-acs-meta", "b"], ["x-acs-meta", "a"], ["x-acs-meta", "b"]],
    ["two lines, one of them empty", ["x-acs-meta", "a"], ["x-acs-meta", ""]],
    ["two lines of a user agent", ["user-agent", "b/2"], ["user-agent", "a/1"]],
    ["one line with a comma and a space", ["x-acs-meta", "b, a"]],
    ["one line with a comma", ["x-acs-meta", "b,a"]],
    ["one line in order", ["x-acs-meta", "a, b"]],
  ]) {
    test(what, async () => {
      const { status, json } = await exchange(signed([...common("ListKeys"), ...further]));
      assert.equal(status, 200, JSON.stringify(json));
    });
  }

  test("and refused if it is not what was signed", async () => {
    const lines = signed([...common("ListKeys"), ["x-acs-meta", "b"], ["x-acs-meta", "a"]]);
    const changed = lines.map(([name, value]) => [name, value === "a" ? "c" : value]);
    assert.equal((await exchange(changed)).json.Code, "SignatureDoesNotMatch");
  });
});

describe("a header that means nothing if it comes twice is refused", () => {
  for (const name of ["x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"]) {
    for (const [what, another] of [
      ["equal", (value) => value],
      ["different", (value) => `${value}0`],
    ]) {
      test(`${name}, ${what}`, async () => {
        const lines = common("ListKeys");
        const [, value] = lines.find(([each]) => each === name);
        const { status, json } = await exchange(signed([...lines, [name, another(value)]]));
        assert.deepEqual([status, json.Code], [400, "IncompleteSignature"], json.Message);
        assert.ok(json.Message.includes(`The header ${name} comes twice.`), json.Message);
      });
    }
  }

  test("authorization", async () => {
    const lines = signed(common("ListKeys"));
    const { status, json } = await exchange([...lines, lines.at(-1)]);
    assert.deepEqual([status, json.Code], [400, "IncompleteSignature"], json.Message);
    assert.match(json.Message, /authorization/i);
  });
});

test("an answer has the request's id, and a page that may read it is told of it", async () => {
  for (const [action, expected] of [["ListKeys", 200], ["NoSuchAction", 404]]) {
    const { status, headers, json } = await exchange([...signed(common(action)), ["origin", ORIGIN]]);
    assert.equal(status, expected, json.Message);
    assert.equal(headers.get("x-acs-request-id"), json.RequestId);
    assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
    assert.equal(
      headers.get("access-control-expose-headers"),
      "date, server-timing, x-acs-request-id, x-acs-retry-after, x-amzn-requestid, x-amzn-errortype",
    );
  }
});
