// SPDX-License-Identifier: Apache-2.0

/**
 * Messages to the running keyring object, sent past the edge: version 1 as the first slice sends it and
 * version 2 are answered, each in its own form; whatever else comes is refused and changes nothing.
 */

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { startGatedWorker } from "./lib/gated-worker.mjs";

let worker;
let place;
let KeyId;

before(async () => {
  worker = await startGatedWorker();
  const { accountId: account, region } = worker.about;
  place = { account, region };
  ({ KeyId } = (await worker.call("CreateKey", { Description: "was here before" })).KeyMetadata);
  await worker.call("CreateAlias", { KeyId, AliasName: "alias/a" });
});
after(() => worker?.stop());

const ALIAS = { kind: "alias", name: "alias/a" };

/** What every version tells of an action. */
const action = (name, params) => ({
  action: name,
  params: Object.entries(params),
  caller: { account: place.account, access_key_id: worker.about.accessKeyId, principal: "root-account" },
  nonce: { digest: randomBytes(16).toString("hex"), until_millis: Date.now() + 900_000 },
  request_id: randomUUID(),
  xml: false,
});
const createV1 = () => ({ ask: "action", place, ...action("CreateKey", { Description: "by message" }) });
const createV2 = () => ({ v: 2, place, ask: { action: { ...action("CreateKey", { Description: "by message" }), facts: {} } } });
const viewV2 = () => ({ v: 2, place, ask: { view: { name: ALIAS, missed: false } } });
const changesV2 = (since = null) => ({ v: 2, place, ask: { changes: { since } } });

async function answered(message) {
  const { status, text } = await worker.message(message);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

const countKeys = async () => (await worker.call("ListKeys")).TotalCount;

describe("a message of version 1", () => {
  test("for a view is answered by the view as version 1 has it", async () => {
    const { text, ...rest } = await answered({ ask: "view", place, view: ALIAS });
    assert.deepEqual(rest, { reply: "view", reads: 2 });
    const { created, ...alias } = JSON.parse(text);
    assert.deepEqual(alias, { v: 1, name: "alias/a", key_id: KeyId });
    assert.ok(Number.isInteger(created));
    const key = await answered({ ask: "view", place, view: { kind: "key", name: KeyId } });
    const { v, key_id, state, revision } = JSON.parse(key.text);
    assert.deepEqual([v, key_id, state], [1, KeyId, "Enabled"]);
    assert.ok(Number.isInteger(revision), "which version 1's keys have");
    const none = await answered({ ask: "view", place, view: { kind: "key", name: "no-such-key" } });
    assert.deepEqual(none, { reply: "view", text: null, reads: 2 });
  });

  test("for an action is carried out once", async () => {
    const count = await countKeys();
    const message = createV1();
    const { body, key_id, views, ...rest } = await answered(message);
    assert.deepEqual(rest, { reply: "done", reads: 2 });
    assert.equal(JSON.parse(body).KeyMetadata.KeyId, key_id);
    assert.deepEqual(views.map(([{ kind }]) => kind).sort(), ["key", "version"]);
    const { code, ...again } = await answered(message);
    assert.deepEqual([again.reply, code, again.reads], ["refused", "SignatureNonceUsed", 2]);
    assert.equal(await countKeys(), count + 1);
  });
});

describe("a message of version 2", () => {
  test("for a view is answered by the view, as of a revision of this life of the keyring", async () => {
    const { v, reads, answer } = await answered(viewV2());
    assert.deepEqual([v, reads], [2, 2]);
    assert.match(answer.view.epoch, /^[0-9a-f]{32}$/);
    assert.ok(answer.view.revision >= 2);
    assert.equal(JSON.parse(answer.view.body).key_id, KeyId);
  });

  test("for changes is answered by those since a revision, or by all to whom this life is new", async () => {
    const { changes: all } = (await answered(changesV2())).answer;
    assert.equal(all.complete_since, 0);
    const names = all.altered.map(([{ kind, name }]) => `${kind} ${name}`);
    assert.ok(names.includes("alias alias/a") && names.includes(`key ${KeyId}`), names.join());
    const { epoch, revision } = all;
    const nothing = { epoch, revision, complete_since: revision, altered: [], roots: all.roots };
    assert.deepEqual((await answered(changesV2({ epoch, revision }))).answer.changes, nothing);
    await worker.call("UpdateKeyDescription", { KeyId, Description: "changed" });
    const { changes: later } = (await answered(changesV2({ epoch, revision }))).answer;
    assert.deepEqual(later.altered, [[{ kind: "key", name: KeyId }, revision + 1]]);
    for (const since of [{ epoch: "0".repeat(32), revision }, { epoch, revision: revision + 1_000 }]) {
      assert.equal((await answered(changesV2(since))).answer.changes.complete_since, 0);
    }
  });

  test("for an action is carried out, and recorded with what it tells of the request", async () => {
    const count = await countKeys();
    const { done } = (await answered(createV2())).answer;
    assert.equal(done.recorded, true);
    assert.equal(JSON.parse(done.body).KeyMetadata.KeyId, done.key_id);
    assert.equal(await countKeys(), count + 1);
  });
});

describe("a message that is refused changes nothing:", () => {
  const spoilt = [
    ["version 3", () => ({ ...createV2(), v: 3 })],
    ["version 0", () => ({ ...createV2(), v: 0 })],
    ["version 2 without its number", () => ({ ...createV2(), v: undefined })],
    ["an unknown field", () => ({ ...createV2(), extra: 1 })],
    ["an unknown field of version 1", () => ({ ...createV1(), extra: 1 })],
    ["an unknown field of the action", () => nested((call) => (call.extra = 1))],
    ["an unknown field of the caller", () => nested((call) => (call.caller.extra = 1))],
    ["an unknown field of the nonce", () => nested((call) => (call.nonce.extra = 1))],
    ["an unknown fact", () => nested((call) => (call.facts.extra = "1"))],
    ["an unknown kind of caller", () => nested((call) => (call.caller.principal = "emperor"))],
    ["an unknown question", () => ({ v: 2, place, ask: { everything: {} } })],
    ["two questions", () => ({ v: 2, place, ask: { ...createV2().ask, ...viewV2().ask } })],
    ["no place", () => ({ ...createV2(), place: undefined })],
    ["an unknown field of the place", () => ({ ...createV2(), place: { ...place, extra: 1 } })],
    ["a list", () => [createV2()]],
    ["nothing", () => ""],
    ["garbage", () => "\u0000{{{"],
    ["half a message", () => JSON.stringify(createV2()).slice(0, -20)],
    ["depth", () => "[".repeat(100_000)],
  ];

  /** A change in version 2 with something inside it spoilt. */
  function nested(spoil) {
    const message = createV2();
    spoil(message.ask.action);
    return message;
  }

  for (const [what, message] of spoilt) {
    test(what, async () => {
      const count = await countKeys();
      const { status, text } = await worker.message(message());
      assert.equal(status, 400, text);
      assert.match(text, /Nothing was done/);
      assert.equal(await countKeys(), count);
    });
  }

  for (const [what, message, code] of [
    ["another region", () => ({ ...createV2(), place: { ...place, region: "cn-beijing" } }), "InternalFailure"],
    ["another account", () => ({ ...createV2(), place: { ...place, account: "1234567890123456" } }), "InternalFailure"],
    ["an action that no keyring has", () => nested((call) => (call.action = "DeleteEverything")), "InvalidApi.NotFound"],
    ["a nonce whose time is over", () => nested((call) => (call.nonce.until_millis = Date.now() - 1)), "InvalidTimeStamp.Expired"],
  ]) {
    test(what, async () => {
      const count = await countKeys();
      const { refused } = (await answered(message())).answer;
      assert.equal(refused.code, code);
      assert.equal(await countKeys(), count);
    });
  }
});
