// SPDX-License-Identifier: Apache-2.0

/** `KmsClient` against a server that misbehaves: what is sent again, when, and what comes out. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect as print } from "node:util";
import { EdgekmsError, Envelope, KmsClient } from "edgekms";
import { rejectsWithCode } from "../lib/expect.mjs";
import { throwsWithCode } from "./lib/throws.mjs";
import { BREAK, HANG, failure, faultServer, success } from "./lib/fault-server.mjs";

const CREDENTIALS = { accessKeyId: "testid", accessKeySecret: "the-secret-itself" };

const client = ({ endpoint }, options = {}) =>
  new KmsClient({ endpoint, region: "cn-hangzhou", credentials: CREDENTIALS, ...options });

for (const [status, code] of [
  [400, "Throttling"],
  [400, "Throttling.User"],
  [429, "Rejected.Throttling"],
]) {
  test(`an action that is not repeatable is sent again after ${code}`, async () => {
    await using server = await faultServer([failure(status, code), success({ KeyMetadata: {} })]);
    await client(server).createKey();
    assert.equal(server.requests.length, 2);
  });
}

test("a broken connection is tried again, with a fresh nonce and signature", async () => {
  await using server = await faultServer([BREAK, BREAK, success({ KeyMetadata: { KeyId: "k" } })]);
  const { keyMetadata } = await client(server).describeKey({ keyId: "k" });
  assert.equal(keyMetadata.keyId, "k");
  const nonces = server.requests.map(({ headers }) => headers["x-acs-signature-nonce"]);
  assert.equal(new Set(nonces).size, 3);
  assert.equal(new Set(server.requests.map(({ headers }) => headers.authorization)).size, 3);
});

test("CreateKey is not sent again when nobody knows whether it made a key", async () => {
  await using server = await faultServer([BREAK, success()]);
  await rejectsWithCode(client(server).createKey(), "NetworkFault");
  assert.equal(server.requests.length, 1);
});

test("what is not repeatable is not sent again after ServiceUnavailableTemporary, whose outcome is unknown", async () => {
  const away = failure(503, "ServiceUnavailableTemporary");
  await using making = await faultServer([away, success()]);
  await rejectsWithCode(client(making).createKey(), "ServiceUnavailableTemporary");
  assert.equal(making.requests.length, 1);
  await using reading = await faultServer([away, success()]);
  await client(reading).listKeys();
  assert.equal(reading.requests.length, 2);
});

test("an internal failure is tried again for a repeatable action only", async () => {
  const alias = { keyId: "k", aliasName: "alias/a" };
  for (const repeat of [(kms) => kms.enableKey({ keyId: "k" }), (kms) => kms.updateAlias(alias)]) {
    await using server = await faultServer([failure(500, "InternalFailure"), success()]);
    await repeat(client(server));
    assert.equal(server.requests.length, 2);
  }
  for (const once of [
    (kms) => kms.createAlias(alias),
    (kms) => kms.scheduleKeyDeletion({ keyId: "k", pendingWindowInDays: 7 }),
    (kms) => kms.cancelKeyDeletion({ keyId: "k" }),
  ]) {
    await using server = await faultServer([failure(500, "InternalFailure"), success()]);
    await rejectsWithCode(once(client(server)), "InternalFailure");
    assert.equal(server.requests.length, 1);
  }
});

test("a gateway's page with status 502, 503 or 429 is tried again for a repeatable action only", async () => {
  for (const status of [502, 503, 429]) {
    const page = { status, headers: {}, body: "<html>" };
    await using reading = await faultServer([page, success()]);
    await client(reading).listKeys();
    await using making = await faultServer([page, success()]);
    await rejectsWithCode(client(making).createKey(), "InvalidAnswer");
    assert.equal(making.requests.length, 1);
  }
});

test("the number of attempts ends", async () => {
  await using server = await faultServer([failure(429, "Rejected.Throttling")]);
  const error = await rejectsWithCode(client(server, { maxAttempts: 3 }).listKeys(), "Rejected.Throttling");
  assert.equal(server.requests.length, 3);
  assert.equal(error.status, 429);
  assert.equal(error.requestId, "11111111-2222-4333-8444-555555555555");
});

test("after a throttled call the client waits longer each time, and for a random part of that", async (context) => {
  const throttled = failure(429, "Rejected.Throttling");
  const took = async (random) => {
    context.mock.method(Math, "random", () => random);
    await using server = await faultServer([throttled, throttled, success()]);
    const before = performance.now();
    // A change too: nothing was done.
    await client(server).createKey();
    assert.equal(server.requests.length, 3);
    const nonces = server.requests.map(({ headers }) => headers["x-acs-signature-nonce"]);
    assert.equal(new Set(nonces).size, 3, "each attempt is signed anew");
    return performance.now() - before;
  };
  // Half a second and a whole one at the most; nothing at the least.
  assert.ok((await took(0.999)) >= 1_450);
  assert.ok((await took(0)) < 1_000);
});

test("a refusal is reported at once", async () => {
  await using server = await faultServer([failure(409, "Rejected.Disabled")]);
  await rejectsWithCode(client(server).generateDataKey({ keyId: "k" }), "Rejected.Disabled");
  assert.equal(server.requests.length, 1);
});

test("x-acs-retry-after is waited for", async () => {
  const slow = failure(429, "Rejected.Throttling", { "x-acs-retry-after": "1" });
  await using server = await faultServer([slow, success()]);
  const before = performance.now();
  await client(server).describeRegions();
  assert.ok(performance.now() - before >= 950);
});

test("a server that asks for too much patience is not waited for", async () => {
  const slow = failure(429, "Rejected.Throttling", { "x-acs-retry-after": "3600" });
  await using server = await faultServer([slow]);
  await rejectsWithCode(client(server).describeRegions(), "Rejected.Throttling");
  assert.equal(server.requests.length, 1);
});

test("each attempt has its own time limit", async () => {
  // Long enough that a busy machine has sent the request by then.
  const timeoutMs = 2_000;
  await using server = await faultServer([HANG, success()]);
  await client(server, { timeoutMs }).describeRegions();
  assert.equal(server.requests.length, 2);
  await using hanging = await faultServer([HANG]);
  await rejectsWithCode(client(hanging, { timeoutMs, maxAttempts: 2 }).describeRegions(), "Timeout");
  assert.equal(hanging.requests.length, 2);
});

test("a signal ends a request that hangs, and a wait between attempts, with its reason", async () => {
  await using hanging = await faultServer([HANG]);
  await using throttled = await faultServer([
    failure(429, "Rejected.Throttling", { "x-acs-retry-after": "20" }),
  ]);
  for (const server of [hanging, throttled]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 100);
    const call = client(server).describeRegions({ signal: controller.signal });
    await assert.rejects(call, (error) => error === reason);
  }
});

test("a signal that is aborted already sends nothing", async () => {
  await using server = await faultServer([success()]);
  const signal = AbortSignal.abort(new Error("before"));
  await assert.rejects(client(server).listKeys({}, { signal }), /before/);
  assert.equal(server.requests.length, 0);
});

test("the server's clock is taken over, once, when ours is off", async () => {
  const hourAhead = new Date(Date.now() + 3_600_000);
  const expired = failure(400, "InvalidTimeStamp.Expired", { date: hourAhead.toUTCString() });
  await using server = await faultServer([expired, success(), success()]);
  const kms = client(server);
  await kms.describeRegions();
  await kms.describeRegions();
  const offsets = server.requests.map(({ headers }) => Date.parse(headers["x-acs-date"]) - Date.now());
  assert.ok(Math.abs(offsets[0]) < 10_000);
  assert.ok(Math.abs(offsets[1] - 3_600_000) < 10_000);
  assert.ok(Math.abs(offsets[2] - 3_600_000) < 10_000, "later calls keep the correction");

  await using stubborn = await faultServer([expired]);
  await rejectsWithCode(client(stubborn).describeRegions(), "InvalidTimeStamp.Expired");
  assert.equal(stubborn.requests.length, 2);
});

test("temporary credentials are fetched once for many calls, and sent with their token", async () => {
  await using server = await faultServer([success()]);
  let fetched = 0;
  const credentials = async () => {
    fetched += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    return { accessKeyId: "STS.a", accessKeySecret: "s", securityToken: "token", expiration };
  };
  const kms = client(server, { credentials });
  await Promise.all([kms.describeRegions(), kms.listKeys(), kms.listAliases()]);
  await kms.describeRegions();
  assert.equal(fetched, 1);
  assert.ok(server.requests.every(({ headers }) => headers["x-acs-security-token"] === "token"));
});

test("temporary credentials are renewed before they end", async () => {
  await using server = await faultServer([success()]);
  let fetched = 0;
  const credentials = async () => {
    fetched += 1;
    return { accessKeyId: `STS.${fetched}`, accessKeySecret: "s", expiration: Date.now() + 300 };
  };
  const kms = client(server, { credentials });
  await kms.describeRegions();
  await new Promise((resolve) => setTimeout(resolve, 290));
  await kms.describeRegions();
  assert.equal(fetched, 2);
});

test("credentials that the server calls expired are fetched again, once", async () => {
  let fetched = 0;
  const credentials = async () => ({ accessKeyId: `STS.${++fetched}`, accessKeySecret: "s" });
  const expired = failure(400, "InvalidSecurityToken.Expired");
  await using server = await faultServer([expired, success()]);
  await client(server, { credentials }).describeRegions();
  assert.equal(fetched, 2);
  assert.match(server.requests[1].headers.authorization, /Credential=STS\.2,/);
  await using stubborn = await faultServer([expired]);
  await rejectsWithCode(client(stubborn, { credentials }).describeRegions(), "InvalidSecurityToken.Expired");
  assert.equal(stubborn.requests.length, 2);
});

test("a credentials function that fails is named, with its error as the cause", async () => {
  await using server = await faultServer([success()]);
  const cause = new Error("no session");
  const kms = client(server, { credentials: async () => Promise.reject(cause) });
  const error = await rejectsWithCode(kms.describeRegions(), "CredentialsUnavailable");
  assert.equal(error.cause, cause);
  assert.equal(server.requests.length, 0);
});

test("an answer that is not a KMS's is told from one that is", async () => {
  for (const body of ["", "<html>", "[]", '"text"', "null", "{}"]) {
    await using server = await faultServer([{ status: 404, headers: {}, body }]);
    const error = await rejectsWithCode(client(server).describeRegions(), "InvalidAnswer", body);
    assert.equal(error.status, 404);
  }
  await using moved = await faultServer([{ status: 302, headers: { location: "/x" }, body: "" }]);
  await rejectsWithCode(client(moved).describeRegions(), "InvalidAnswer");
  assert.equal(moved.requests.length, 1, "a redirect is not followed");
});

test("an answer without what it must have is told by keyrings, too", async () => {
  const whole = { KeyId: "k", Plaintext: btoa("\0".repeat(32)), CiphertextBlob: btoa("x".repeat(100)) };
  for (const missing of ["Plaintext", "CiphertextBlob", "KeyMetadata"]) {
    await using server = await faultServer([success({ ...whole, [missing]: undefined })]);
    const envelope = new Envelope({ keyring: client(server).keyring("alias/a") });
    const { message } = await rejectsWithCode(envelope.encrypt("x"), "InvalidAnswer", missing);
    assert.match(message, /the answer('s| has no) /);
  }
});

test("names and values take the wire's form, and come back in JavaScript's", async () => {
  const answer = success({
    KeyId: "k",
    KeyVersionId: "v",
    CiphertextBlob: "Yg==",
    Plaintext: "AP8=",
    DKMSInstanceId: "i",
  });
  await using server = await faultServer([answer]);
  const kms = client(server);
  const generated = await kms.generateDataKey({
    keyId: "alias/a",
    numberOfBytes: 2,
    encryptionContext: { "naïve=&": "ß", __proto__x: "1" },
  });
  assert.deepEqual(generated.plaintext, new Uint8Array([0, 255]));
  assert.equal(generated.ciphertextBlob, "Yg==");
  assert.equal(generated.dkmsInstanceId, "i");
  await kms.encrypt({ keyId: "k", plaintext: new Uint8Array([104, 105]) });
  await kms.createKey({ tags: [{ tagKey: "a", tagValue: "b" }], enableAutomaticRotation: false });
  const [first, second, third] = server.requests;
  assert.equal(first.headers["x-acs-action"], "GenerateDataKey");
  assert.equal(first.headers["x-acs-version"], "2016-01-20");
  assert.equal(first.url, "/");
  assert.equal(first.params.get("KeyId"), "alias/a");
  assert.equal(first.params.get("NumberOfBytes"), "2");
  assert.equal(first.params.get("RegionId"), "cn-hangzhou");
  assert.deepEqual(JSON.parse(first.params.get("EncryptionContext")), { "naïve=&": "ß", __proto__x: "1" });
  assert.equal(second.params.get("Plaintext"), "aGk=");
  assert.equal(third.params.get("Tags"), '[{"TagKey":"a","TagValue":"b"}]');
  assert.equal(third.params.get("EnableAutomaticRotation"), "false");
});

test("a list of one parameter an entry is numbered from 1", async () => {
  await using server = await faultServer([success()]);
  const kms = client(server);
  await kms.tagResources({ resourceType: "key", resourceId: ["k", "l"], tag: [{ key: "a", value: "b" }, { key: "c" }] });
  await kms.untagResources({ resourceType: "key", resourceId: ["k"], tagKey: ["a"] });
  const [tagged, untagged] = server.requests.map(({ params }) => Object.fromEntries(params));
  assert.deepEqual(tagged, {
    RegionId: "cn-hangzhou",
    ResourceType: "key",
    "ResourceId.1": "k",
    "ResourceId.2": "l",
    "Tag.1.Key": "a",
    "Tag.1.Value": "b",
    "Tag.2.Key": "c",
  });
  assert.equal(untagged["TagKey.1"], "a");
  await rejectsWithCode(kms.tagResources({ resourceType: "key", resourceId: "k", tag: [] }), "InvalidArgument");
  assert.equal(server.requests.length, 2);
});

test("a list on the wire is an array, an empty one too", async () => {
  const full = success({ Keys: { Key: [{ KeyId: "k", KeyArn: "a" }] }, TotalCount: 1 });
  await using server = await faultServer([full, success({ Aliases: { Alias: [] }, TotalCount: 0 })]);
  const kms = client(server);
  assert.deepEqual((await kms.listKeys()).keys, [{ keyId: "k", keyArn: "a" }]);
  assert.deepEqual((await kms.listAliases()).aliases, []);
});

test("a request that cannot be sent is refused before it is sent", async () => {
  await using server = await faultServer([success()]);
  const kms = client(server);
  await rejectsWithCode(kms.encrypt({ keyId: "k", plaintext: "text" }), "InvalidArgument");
  const context = { a: ["b"] };
  await rejectsWithCode(kms.decrypt({ ciphertextBlob: "", encryptionContext: context }), "InvalidArgument");
  await rejectsWithCode(kms.describeKey({ keyId: { toString: () => "k" } }), "InvalidArgument");
  assert.equal(server.requests.length, 0);
});

test("options that cannot work are refused by the constructor", () => {
  const make = (options) => () =>
    new KmsClient({ endpoint: "https://kms.example", credentials: CREDENTIALS, ...options });
  make({})();
  for (const options of [
    { endpoint: "kms.example" },
    { endpoint: "ftp://kms.example" },
    { endpoint: "https://kms.example/path" },
    { endpoint: "https://user:password@kms.example" },
    { credentials: undefined },
    { credentials: { accessKeyId: "", accessKeySecret: "s" } },
    { credentials: { accessKeyId: "a" } },
    { region: 1 },
    { dialect: "aws" },
    { dialect: "gcp", region: "r" },
    { dialect: "toString", region: "r" },
    { timeoutMs: 0 },
    { timeoutMs: 2 ** 31 },
    { maxAttempts: 1.5 },
  ]) {
    throwsWithCode(make(options), "InvalidArgument", print(options));
  }
});

test("a keyring is refused names that are not texts", () => {
  const kms = new KmsClient({ endpoint: "https://kms.example", credentials: CREDENTIALS });
  throwsWithCode(() => kms.keyring(), "InvalidArgument");
  throwsWithCode(() => kms.keyring("k", { additionalKeyIds: [1] }), "InvalidArgument");
  throwsWithCode(() => kms.discoveryKeyring({ accountIds: "1" }), "InvalidArgument");
});

test("a signal ends a wait for credentials", async () => {
  await using server = await faultServer([success()]);
  const kms = client(server, { credentials: () => new Promise(() => {}) });
  const signal = AbortSignal.timeout(50);
  await assert.rejects(kms.listKeys({}, { signal }), (error) => error === signal.reason);
});

test("nothing that can be printed shows a secret", async () => {
  await using server = await faultServer([failure(403, "Forbidden.NoPermission")]);
  const kms = client(server);
  const error = await kms.encrypt({ keyId: "k", plaintext: new TextEncoder().encode("plain-text") }).catch((e) => e);
  assert.ok(error instanceof EdgekmsError);
  const depths = { depth: 20, showHidden: true };
  const keyring = kms.keyring("alias/a");
  for (const thing of [kms, error, keyring]) {
    for (const text of [print(thing, depths), JSON.stringify(thing), String(thing), print({ ...thing }, depths)]) {
      assert.doesNotMatch(text, /the-secret-itself|plain-text|cGxhaW4tdGV4dA/);
    }
  }
});
