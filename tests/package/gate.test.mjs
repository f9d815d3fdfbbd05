// SPDX-License-Identifier: Apache-2.0

/** The bound on a client's calls at once: thousands together neither fail nor swamp the server. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { KmsClient, assumeRole } from "edgekms";
import { failure, faultServer, success } from "./lib/fault-server.mjs";

const CREDENTIALS = { accessKeyId: "testid", accessKeySecret: "testsecret" };

/** A server that takes its time, and notes the most requests that it had at once and whom it served. */
async function slowServer(millis) {
  const seen = { now: 0, most: 0, keyIds: [] };
  const server = createServer(async (request, response) => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    seen.keyIds.push(new URLSearchParams(body).get("KeyId"));
    await sleep(millis);
    seen.now -= 1;
    response.end('{"RequestId":"r","KeyMetadata":{}}');
  });
  // On a busy machine a connection would be closed as the next request is sent on it.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    seen,
    endpoint: `http://127.0.0.1:${server.address().port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const client = ({ endpoint }, options = {}) =>
  new KmsClient({ endpoint, region: "cn-hangzhou", credentials: CREDENTIALS, ...options });

const describe = (kms, count, options) =>
  Array.from({ length: count }, (_, index) => kms.describeKey({ keyId: `${index}` }, options));

/** The runtime's own `fetch`, with the most requests that were under way at once. */
function countingFetch() {
  const counts = { now: 0, most: 0 };
  const counted = async (...request) => {
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    return fetch(...request).finally(() => (counts.now -= 1));
  };
  return { counts, fetch: counted };
}

test("5,000 calls at once: none fails, and at most 64 are under way", async () => {
  await using server = await slowServer(1);
  const { counts, fetch } = countingFetch();
  await Promise.all(describe(client(server, { fetch }), 5_000));
  assert.equal(new Set(server.seen.keyIds).size, 5_000);
  assert.ok(server.seen.most <= 64, `${server.seen.most}`);
  assert.equal(counts.most, 64);
});

test("another bound is kept, by all clients of an endpoint that have it", async () => {
  await using server = await slowServer(50);
  const [one, another] = [client(server, { maxConcurrentCalls: 3 }), client(server, { maxConcurrentCalls: 3 })];
  await Promise.all([...describe(one, 6), ...describe(another, 6)]);
  assert.ok(server.seen.most <= 3, `${server.seen.most}`);
  for (const [maxConcurrentCalls, most] of [[3, 3], [Infinity, 80]]) {
    const { counts, fetch } = countingFetch();
    await Promise.all(describe(client(server, { fetch, maxConcurrentCalls }), 80));
    assert.equal(counts.most, most);
  }
});

test("calls go in the order in which they were made", async () => {
  await using server = await slowServer(0);
  await Promise.all(describe(client(server, { maxConcurrentCalls: 1 }), 50));
  assert.deepEqual(server.seen.keyIds, Array.from({ length: 50 }, (_, index) => `${index}`));
});

test("a call that is aborted while it waits fails at once, is never sent, and keeps nobody", async () => {
  await using server = await slowServer(200);
  const kms = client(server, { maxConcurrentCalls: 1 });
  const controllers = Array.from({ length: 5 }, () => new AbortController());
  const calls = controllers.map(({ signal }, index) =>
    kms.describeKey({ keyId: `${index}` }, { signal }).then(
      () => "answered",
      (error) => error,
    ),
  );
  await sleep(50);
  const reason = new Error("enough");
  // The first is under way; of those that wait, one in the middle and the last.
  for (const index of [2, 4]) controllers[index].abort(reason);
  assert.equal(await Promise.race([calls[2], sleep(100, "late")]), reason);
  assert.deepEqual(await Promise.all(calls), ["answered", "answered", reason, "answered", reason]);
  assert.deepEqual(server.seen.keyIds, ["0", "1", "3"]);
  await kms.describeKey({ keyId: "after" });
});

test("the time limit counts from when a call is sent, and its date and nonce are of that time", async () => {
  await using server = await slowServer(600);
  const kms = client(server, { maxConcurrentCalls: 1, timeoutMs: 2_000, maxAttempts: 1 });
  const before = performance.now();
  await Promise.all(describe(kms, 5));
  assert.ok(performance.now() - before > 2_500, "the last waited longer than its limit");
});

test("a call that failed, timed out or was aborted under way makes room", async () => {
  await using server = await slowServer(5_000);
  const kms = client(server, { maxConcurrentCalls: 1, timeoutMs: 300, maxAttempts: 1 });
  const outcomes = await Promise.allSettled([
    kms.describeKey({ keyId: "a" }),
    kms.describeKey({ keyId: "b" }, { signal: AbortSignal.timeout(100) }),
    kms.describeKey({ keyId: { no: "text" } }),
    kms.describeKey({ keyId: "c" }),
  ]);
  assert.deepEqual(
    outcomes.map(({ reason }) => reason.code ?? reason.name),
    ["Timeout", 23, "InvalidArgument", "Timeout"],
  );
});

test("a call that waits to be sent again leaves its place to others", async () => {
  const later = failure(429, "Rejected.Throttling", { "x-acs-retry-after": "1" });
  await using server = await faultServer([later, success({ KeyMetadata: {} })]);
  const kms = client(server, { maxConcurrentCalls: 1 });
  const order = [];
  await Promise.all([
    kms.describeKey({ keyId: "first" }).then(() => order.push("first")),
    kms.describeKey({ keyId: "second" }).then(() => order.push("second")),
  ]);
  assert.deepEqual(order, ["second", "first"]);
});

test("credentials that come from the same endpoint do not wait for the calls that wait for them", async () => {
  const Credentials = { AccessKeyId: "STS.a", AccessKeySecret: "s", SecurityToken: "t", Expiration: "2099-01-01T00:00:00Z" };
  await using server = await faultServer([success({ Credentials }), success({ KeyMetadata: {} })]);
  const reach = { endpoint: server.endpoint, maxConcurrentCalls: 1 };
  const credentials = assumeRole({
    ...reach,
    credentials: CREDENTIALS,
    roleArn: "acs:ram::1234567890123456:role/r",
    roleSessionName: "page",
  });
  await Promise.all(describe(new KmsClient({ ...reach, credentials }), 10));
  assert.equal(server.requests.length, 11);
});
