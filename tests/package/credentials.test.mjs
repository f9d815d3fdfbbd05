// SPDX-License-Identifier: Apache-2.0

/** When a client fetches credentials, renews them, and makes do with those it has. Clock and server are ours. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { KmsClient } from "edgekms";
import { provideRuntime, runtime } from "../../pkg/dist/runtime.js";
import { rejectsWithCode } from "../lib/expect.mjs";

const MINUTE = 60_000;
const BEGIN = Date.parse("2026-01-01T00:00:00Z");
const EXPIRED = "InvalidSecurityToken.Expired";

/** Lets all that can happen without the clock happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise is settled by now. */
async function isSettled(promise) {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await settle();
  return settled;
}

/** A server that takes any key but the refused ones, and notes with which it was called. */
function server() {
  const used = [];
  const refused = new Set();
  const fetch = async (_, { headers }) => {
    const { authorization } = Object.fromEntries(new Headers(headers));
    const [, id] = /Credential=([^,]+)/.exec(authorization);
    used.push(id);
    const isRefused = refused.has(id);
    const body = isRefused ? { Code: EXPIRED, Message: "over" } : { RequestId: "r" };
    return new Response(JSON.stringify(body), { status: isRefused ? 400 : 200 });
  };
  return { used, refused, fetch };
}

/** A credentials function: keys `1`, `2`... of so many minutes, unless `fails` or `waits` say otherwise. */
function provider(minutes) {
  const state = { fetched: 0, fails: undefined, waits: undefined };
  const credentials = async () => {
    state.fetched += 1;
    const accessKeyId = String(state.fetched);
    await state.waits;
    if (state.fails) throw state.fails;
    const expiration = minutes === undefined ? {} : { expiration: Date.now() + minutes * MINUTE };
    return { accessKeyId, accessKeySecret: "s", securityToken: "t", ...expiration };
  };
  return { state, credentials };
}

const client = ({ fetch }, credentials) => new KmsClient({ endpoint: "https://kms.example", credentials, fetch });
const at = (minutes) => mock.timers.setTime(BEGIN + minutes * MINUTE);

beforeEach(() => mock.timers.enable({ apis: ["Date", "setTimeout"], now: BEGIN }));
afterEach(() => mock.restoreAll());
afterEach(() => mock.timers.reset());

describe("renewal", () => {
  for (const [minutes, earliest, latest] of [
    [60, 55, 57.5],
    [15, 12, 13.5],
    [5, 4, 4.5],
  ]) {
    test(`a key of ${minutes} minutes is renewed between minute ${earliest} and ${latest}, by chance`, async () => {
      for (const [chance, due] of [[0, latest], [1, earliest]]) {
        mock.timers.setTime(BEGIN);
        mock.method(Math, "random", () => chance);
        const { state, credentials } = provider(minutes);
        const kms = client(server(), credentials);
        await kms.listKeys();
        at(due - 0.01);
        await kms.listKeys();
        assert.equal(state.fetched, 1, `${due} has not come`);
        at(due + 0.01);
        await Promise.all([kms.listKeys(), kms.listKeys()]);
        assert.equal(state.fetched, 2, `${due} has come`);
        mock.restoreAll();
      }
    });
  }

  test("a key that says no end is kept until the server calls it over", async () => {
    const { state, credentials } = provider(undefined);
    const kms = client(server(), credentials);
    await kms.listKeys();
    at(1e6);
    await kms.listKeys();
    assert.equal(state.fetched, 1);
  });

  test("keys that are over when they come, by a clock that is wrong, are not fetched again and again", async () => {
    const { used, refused, fetch } = server();
    const { state, credentials } = provider(-120);
    const kms = client({ fetch }, credentials);
    for (let call = 0; call < 5; call += 1) await kms.listKeys();
    assert.equal(state.fetched, 1);
    refused.add("1");
    await kms.listKeys();
    assert.deepEqual(used.slice(-2), ["1", "2"], "the server's word counts");
  });

  test("an end that is no date is refused", async () => {
    const credentials = async () => ({ accessKeyId: "a", accessKeySecret: "s", expiration: "soon" });
    const { cause } = await rejectsWithCode(client(server(), credentials).listKeys(), "CredentialsUnavailable");
    assert.match(cause.message, /expiration/);
  });
});

describe("one fetch for many", () => {
  test("a caller who gives up fails alone", async () => {
    const { promise, resolve } = Promise.withResolvers();
    const { state, credentials } = provider(60);
    state.waits = promise;
    const kms = client(server(), credentials);
    const controller = new AbortController();
    const givingUp = kms.listKeys({}, { signal: controller.signal });
    const waiting = [kms.listKeys(), kms.listAliases()];
    await settle();
    controller.abort(new Error("enough"));
    await assert.rejects(givingUp, /enough/);
    assert.equal(await isSettled(Promise.race(waiting)), false);
    resolve();
    await Promise.all(waiting);
    assert.equal(state.fetched, 1);
  });

  test("calls that the server refuses together cause one fetch, and are repeated", async () => {
    const { used, refused, fetch } = server();
    const { state, credentials } = provider(60);
    const kms = client({ fetch }, credentials);
    await kms.listKeys();
    refused.add("1");
    await Promise.all([kms.listKeys(), kms.listKeys(), kms.listKeys()]);
    assert.equal(state.fetched, 2);
    assert.deepEqual(used.sort(), ["1", "1", "1", "1", "2", "2", "2"]);
  });

  test("a function of the user's is asked by each client that has it, since it may answer each otherwise", async () => {
    const { state, credentials } = provider(60);
    await Promise.all([client(server(), credentials).listKeys(), client(server(), credentials).listKeys()]);
    assert.equal(state.fetched, 2);
  });
});

describe("a renewal that does not come off", () => {
  /** A client in the last minutes of its first key. */
  async function late() {
    const remote = server();
    const { state, credentials } = provider(60);
    const kms = client(remote, credentials);
    await kms.listKeys();
    at(58);
    return { ...remote, state, kms };
  }

  test("fails nobody while the old key is good, and is tried again a second later", async () => {
    const { used, state, kms } = await late();
    state.fails = new Error("away");
    await Promise.all([kms.listKeys(), kms.listKeys()]);
    await kms.listKeys();
    assert.equal(state.fetched, 2, "not asked at every call");
    mock.timers.tick(1_000);
    await kms.listKeys();
    assert.equal(state.fetched, 3);
    state.fails = undefined;
    mock.timers.tick(1_000);
    await kms.listKeys();
    assert.deepEqual(used, ["1", "1", "1", "1", "1", "4"]);
  });

  test("keeps a call waiting for a second at most, and those after it not at all", async () => {
    const { used, state, kms } = await late();
    const { promise, resolve } = Promise.withResolvers();
    state.waits = promise;
    const first = kms.listKeys();
    assert.equal(await isSettled(first), false);
    mock.timers.tick(1_000);
    await first;
    await settle();
    const second = kms.listKeys();
    await settle();
    mock.timers.tick(0);
    await second;
    assert.deepEqual(used, ["1", "1", "1"]);
    resolve();
    await settle();
    await kms.listKeys();
    assert.deepEqual([used.at(-1), state.fetched], ["2", 2], "what came late is used");
  });

  test("fails calls once the old key is over, each with the reason, and the next one tries again", async () => {
    const { used, state, kms } = await late();
    state.fails = new Error("away");
    at(61);
    for (let call = 0; call < 2; call += 1) {
      const { cause } = await rejectsWithCode(kms.listKeys(), "CredentialsUnavailable");
      assert.equal(cause, state.fails);
    }
    assert.equal(state.fetched, 3);
    state.fails = undefined;
    await kms.listKeys();
    assert.equal(used.at(-1), "4");
  });

  test("fails a call whose key the server calls over: that one is not tried again", async () => {
    const { used, refused, state, kms } = await late();
    at(30);
    refused.add("1");
    state.fails = new Error("away");
    await rejectsWithCode(kms.listKeys(), "CredentialsUnavailable");
    assert.deepEqual(used, ["1", "1"]);
  });
});

describe("a host that ends work whose caller hung up", () => {
  const original = runtime();
  beforeEach(() => provideRuntime({ ...original, orphanedAfterMillis: 15_000 }));
  afterEach(() => provideRuntime(original));

  test("those who wait for a fetch that never settles start another, one for all", async () => {
    const { used, fetch } = server();
    const { state, credentials } = provider(60);
    state.waits = new Promise(() => {});
    const kms = client({ fetch }, credentials);
    const waiting = [kms.listKeys(), kms.listKeys()];
    await settle();
    mock.timers.tick(14_999);
    assert.equal(await isSettled(Promise.race(waiting)), false);
    state.waits = undefined;
    mock.timers.tick(1);
    await Promise.all(waiting);
    assert.deepEqual([state.fetched, used], [2, ["2", "2"]]);
  });
});
