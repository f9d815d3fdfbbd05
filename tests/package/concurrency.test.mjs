// SPDX-License-Identifier: Apache-2.0

/** Many messages at once share one call to the key service, whatever becomes of any of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { Envelope } from "edgekms";
import { runtime } from "../../pkg/dist/runtime.js";
import { utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { HANG, Refusal, startKmsServer } from "../lib/kms-server.mjs";

const cache = { maxAgeSeconds: 3600 };
const many = (count, work) => Promise.all(Array.from({ length: count }, (_, turn) => work(turn)));

test("a thousand messages at once, sealed and opened: one GenerateDataKey, one Decrypt", async () => {
  await using server = await startKmsServer({ delayMillis: 20 });
  const { arn } = server.createKey();
  const sealing = new Envelope({ keyring: server.client().keyring(arn), cache });
  const messages = await many(1000, (turn) => sealing.encrypt(`${turn}`));
  assert.equal(server.count("GenerateDataKey"), 1);
  assert.deepEqual(sealing.cacheCounters(), {
    hits: 999, misses: 1, joins: 999, fetches: 1, evictions: 0, messages: 1000, bytes: 10 + 90 * 2 + 900 * 3,
  });
  const opening = new Envelope({ keyring: server.client().keyring(arn), cache });
  await many(1000, async (turn) => {
    assert.deepEqual((await opening.decrypt(messages[turn])).plaintext, utf8(`${turn}`));
  });
  assert.equal(server.count("Decrypt"), 1);
});

test("by an alias too, and in several contexts at once", async () => {
  await using server = await startKmsServer({ delayMillis: 20 });
  server.createKey("alias/a");
  const envelope = new Envelope({ keyring: server.client().keyring("alias/a"), cache });
  const contextOf = (turn) => ({ encryptionContext: { album: `${turn % 10}` } });
  const messages = await many(1000, (turn) => envelope.encrypt(`${turn}`, contextOf(turn)));
  await many(1000, (turn) => envelope.decrypt(messages[turn], contextOf(turn)));
  assert.equal(server.count("GenerateDataKey"), 10);
  assert.equal(server.count("Decrypt"), 10);
});

test("more messages at once than a data key may seal: as few calls as can be, made at the same time", async () => {
  await using server = await startKmsServer();
  const { arn } = server.createKey();
  const envelope = new Envelope({ keyring: server.client().keyring(arn), cache: { ...cache, maxMessages: 100 } });
  // None is answered before all have come.
  const { promise, resolve } = Promise.withResolvers();
  server.fault = () => {
    if (server.calls.length === 10) resolve();
    return promise;
  };
  await many(1000, () => envelope.encrypt("x"));
  // One more may be made ahead of need.
  const { length } = server.calls;
  assert.ok(length === 10 || length === 11, `${length}`);
});

test("a call that fails fails all that waited for it, with its own error, and the next message asks anew", async () => {
  await using server = await startKmsServer({ delayMillis: 20 });
  const key = server.createKey();
  const envelope = new Envelope({ keyring: server.client().keyring(key.arn), cache });
  key.enabled = false;
  await many(100, () => rejectsWithCode(envelope.encrypt("x"), "Rejected.Disabled"));
  assert.equal(server.count("GenerateDataKey"), 1);
  key.enabled = true;
  const message = await envelope.encrypt("x");
  server.fault = ({ action }) => (action === "Decrypt" ? new Refusal("Forbidden.NoPermission") : undefined);
  await many(100, () => rejectsWithCode(envelope.decrypt(message), "Forbidden.NoPermission"));
  assert.equal(server.count("Decrypt"), 1);
  server.fault = () => undefined;
  assert.deepEqual((await envelope.decrypt(message)).plaintext, utf8("x"));
});

test("where the host may end a request's work, its call is given up, and those that wait make another", async (t) => {
  // As in a Worker whose caller hangs up: what was begun for it never settles.
  runtime().orphanedAfterMillis = 500;
  t.after(() => delete runtime().orphanedAfterMillis);
  await using server = await startKmsServer();
  const { arn } = server.createKey();
  const envelope = new Envelope({ keyring: server.client().keyring(arn), cache });
  server.fault = () => (server.calls.length === 1 ? HANG : undefined);
  const controller = new AbortController();
  const orphan = envelope.encrypt("x", { signal: controller.signal });
  const lost = assert.rejects(orphan, { name: "AbortError" });
  await many(10, () => envelope.encrypt("x"));
  assert.equal(server.count("GenerateDataKey"), 2);
  controller.abort();
  await lost;
  await envelope.encrypt("x");
  assert.equal(server.count("GenerateDataKey"), 2);
});

test("whoever gives up leaves the call to the others, even if it was theirs", async () => {
  await using server = await startKmsServer({ delayMillis: 100 });
  const { arn } = server.createKey();
  const envelope = new Envelope({ keyring: server.client().keyring(arn), cache });
  for (const work of [
    (options) => envelope.encrypt("x", options),
    (() => {
      let message;
      return async (options) => envelope.decrypt((message ??= await envelope.encrypt("x")), options);
    })(),
  ]) {
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    const reason = new Error("enough");
    const working = controllers.map(({ signal }) => work({ signal }));
    const outcomes = Promise.allSettled(working);
    await after(30);
    for (const [turn, controller] of controllers.entries()) if (turn % 2 === 0) controller.abort(reason);
    for (const [turn, outcome] of (await outcomes).entries()) {
      if (turn % 2 === 1) assert.equal(outcome.status, "fulfilled", outcome.reason?.stack);
      else if (outcome.status === "rejected") assert.equal(outcome.reason, reason);
    }
  }
  assert.equal(server.count("GenerateDataKey"), 1);
  assert.equal(server.count("Decrypt"), 1);
});
