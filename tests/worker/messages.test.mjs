// SPDX-License-Identifier: Apache-2.0

/**
 * Messages to the running keyring object, sent past the edge: version 3, and version 2 as the release
 * before sends it, are answered, each in its own form; whatever else comes is refused and changes nothing.
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
/** A new one each time, since tests spoil it. */
const create = () => ({ CreateKey: { Description: "by message" } });

const newNonce = () => ({ digest: randomBytes(16).toString("hex"), until_millis: Date.now() + 900_000 });
const principal = () => ({ account: place.account, access_key_id: worker.about.accessKeyId, principal: "root-account" });

/** A question for a view or for changes, which is alike in both versions. */
const view = (v, name = ALIAS) => ({ v, place, ask: { view: { name, missed: false } } });
const changes = (v, since = null) => ({ v, place, ask: { changes: { since } } });

/** A command, and what a keyring must know of its call. */
const command = (asked = create()) => ({
  v: 3,
  place,
  ask: {
    command: {
      command: asked,
      caller: { ...principal(), arn: `acs:ram::${place.account}:root`, permissions: "owner" },
      nonce: newNonce(),
      request_id: randomUUID(),
      facts: {},
    },
  },
});

/** The same in version 2: an action's name and its parameters, to be answered by a text. */
const action = ([name, params] = ["CreateKey", { Description: "by message" }], xml = false) => ({
  v: 2,
  place,
  ask: {
    action: {
      action: name,
      params: Object.entries(params),
      caller: principal(),
      nonce: newNonce(),
      request_id: randomUUID(),
      xml,
      facts: {},
    },
  },
});

/** What the first slice sent, before messages had versions. */
const unversioned = () => {
  const { facts, ...rest } = action().ask.action;
  return { ask: "action", place, ...rest };
};

async function answered(message) {
  const { status, text } = await worker.message(message);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

const countKeys = async () => (await worker.call("ListKeys")).TotalCount;
const stateOf = async (key) => (await worker.call("DescribeKey", { KeyId: key })).KeyMetadata.KeyState;

for (const version of [2, 3]) {
  describe(`a message of version ${version}`, () => {
    test("for a view is answered by the view, as of a revision of this life of the keyring", async () => {
      const { v, reads, answer } = await answered(view(version));
      assert.deepEqual([v, reads], [version, 3]);
      assert.match(answer.view.epoch, /^[0-9a-f]{32}$/);
      assert.ok(answer.view.revision >= 2);
      assert.equal(JSON.parse(answer.view.body).key_id, KeyId);
      const none = await answered(view(version, { kind: "key", name: "no-such-key" }));
      assert.equal(none.answer.view.body, null);
    });

    test("for changes is answered by those since a revision, or by all to whom this life is new", async () => {
      const { changes: all } = (await answered(changes(version))).answer;
      assert.equal(all.complete_since, 0);
      const names = all.altered.map(([{ kind, name }]) => `${kind} ${name}`);
      assert.ok(names.includes("alias alias/a") && names.includes(`key ${KeyId}`), names.join());
      const { epoch, revision } = all;
      const nothing = { epoch, revision, complete_since: revision, altered: [], roots: all.roots };
      assert.deepEqual((await answered(changes(version, { epoch, revision }))).answer.changes, nothing);
      await worker.call("UpdateKeyDescription", { KeyId, Description: `changed, ${version}` });
      const { changes: later } = (await answered(changes(version, { epoch, revision }))).answer;
      assert.deepEqual(later.altered, [[{ kind: "key", name: KeyId }, revision + 1]]);
      for (const since of [{ epoch: "0".repeat(32), revision }, { epoch, revision: revision + 1_000 }]) {
        assert.equal((await answered(changes(version, since))).answer.changes.complete_since, 0);
      }
    });
  });
}

/** What both versions tell of a change that was carried out. */
function checkCreated({ key_id, views, recorded, epoch, revision, ...rest }) {
  assert.equal(recorded, true);
  assert.match(epoch, /^[0-9a-f]{32}$/);
  assert.ok(Number.isInteger(revision));
  assert.deepEqual(views.map(([{ kind }]) => kind).sort(), ["key", "version"]);
  return { key_id, ...rest };
}

describe("a command of version 3", () => {
  test("is carried out once, recorded, and answered by a reply that no dialect has written yet", async () => {
    const count = await countKeys();
    const message = command();
    const { v, reads, answer } = await answered(message);
    assert.deepEqual([v, reads], [3, 3]);
    const { key_id, reply, ...rest } = checkCreated(answer.done);
    assert.deepEqual(rest, {});
    assert.deepEqual(Object.keys(reply), ["CreateKey"]);
    assert.equal(reply.CreateKey.KeyMetadata.KeyId, key_id);
    const { refused } = (await answered(message)).answer;
    assert.equal(refused.code, "SignatureNonceUsed");
    assert.equal(await countKeys(), count + 1);
  });

  test("says what it means, also where clouds mean different things", async () => {
    const { KeyId: key } = (await worker.call("CreateKey")).KeyMetadata;
    const done = async (asked) => (await answered(command(asked))).answer.done.reply;
    assert.deepEqual(await done({ DisableKey: { KeyId: key } }), { DisableKey: {} });
    assert.equal(await stateOf(key), "Disabled");
    for (const [becomes, state] of [["enabled", "Enabled"], ["disabled", "Disabled"]]) {
      const { ScheduleKeyDeletion } = await done({ ScheduleKeyDeletion: { KeyId: key, PendingWindowInDays: 7, dated: true } });
      assert.match(ScheduleKeyDeletion.DeleteDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      await done({ CancelKeyDeletion: { KeyId: key, becomes } });
      assert.equal(await stateOf(key), state);
    }
  });

  for (const [what, spoil, code] of [
    ["a caller who may nothing", (call) => (call.caller.permissions = "none"), "ForbiddenNoPermission"],
    ["a caller of another account", (call) => (call.caller.account = "1234567890123456"), "ForbiddenNoPermission"],
    ["no nonce that is good any more", (call) => (call.nonce.until_millis = Date.now() - 1), "InvalidTimeStampExpired"],
    ["a command that no keyring carries out", (call) => (call.command = { GenerateRandom: { NumberOfBytes: 1 } }), "InvalidApiNotFound"],
  ]) {
    test(`with ${what} is refused by the keyring itself, and changes nothing`, async () => {
      const count = await countKeys();
      const message = command();
      spoil(message.ask.command);
      const { refused } = (await answered(message)).answer;
      assert.equal(refused.code, code);
      assert.equal(await countKeys(), count);
    });
  }

  test("of another account's key is refused whether the key exists or not", async () => {
    for (const key of [KeyId, "no-such-key"]) {
      const arn = `acs:kms:${place.region}:1234567890123456:key/${key}`;
      const { refused } = (await answered(command({ DisableKey: { KeyId: arn } }))).answer;
      assert.equal(refused.code, "ForbiddenNoPermission");
    }
    assert.equal(await stateOf(KeyId), "Enabled");
  });
});

describe("an action of version 2", () => {
  test("is carried out once, recorded, and answered by the text that its caller gets", async () => {
    const count = await countKeys();
    const message = action();
    const { v, reads, answer } = await answered(message);
    assert.deepEqual([v, reads], [2, 3]);
    const { key_id, body, ...rest } = checkCreated(answer.done);
    assert.deepEqual(rest, {});
    const { RequestId, KeyMetadata } = JSON.parse(body);
    assert.deepEqual([RequestId, KeyMetadata.KeyId], [message.ask.action.request_id, key_id]);
    const { refused } = (await answered(message)).answer;
    assert.equal(refused.code, "SignatureNonceUsed");
    assert.equal(await countKeys(), count + 1);
    const { body: xml } = (await answered(action(undefined, true))).answer.done;
    assert.match(xml, /<CreateKeyResponse>/);
  });

  test("whose parameters cannot be is refused with a code of Alibaba's, and uses no nonce", async () => {
    const malformed = action(["DisableKey", { KeyId: "a b" }]);
    const { refused } = (await answered(malformed)).answer;
    assert.deepEqual([refused.code, refused.recorded], ["InvalidParameter", false]);
    const message = action(["EnableKey", { KeyId }]);
    message.ask.action.nonce = malformed.ask.action.nonce;
    assert.ok((await answered(message)).answer.done);
  });
});

describe("a message that is refused changes nothing:", () => {
  const spoilt = [
    ["version 4", () => ({ ...command(), v: 4 })],
    ["version 1", () => ({ ...action(), v: 1 })],
    ["version 0", () => ({ ...command(), v: 0 })],
    ["the first slice's, which had no version", () => unversioned()],
    ["version 3 without its number", () => ({ ...command(), v: undefined })],
    ["version 2 that says it is 3", () => ({ ...action(), v: 3 })],
    ["version 3 that says it is 2", () => ({ ...command(), v: 2 })],
    ["an unknown field", () => ({ ...command(), extra: 1 })],
    ["an unknown field of version 2", () => ({ ...action(), extra: 1 })],
    ["an unknown field of the call", () => nested((call) => (call.extra = 1))],
    ["an unknown field of the command", () => nested((call) => (call.command.CreateKey.extra = 1))],
    ["an unknown field of the caller", () => nested((call) => (call.caller.extra = 1))],
    ["an unknown field of the nonce", () => nested((call) => (call.nonce.extra = 1))],
    ["an unknown fact", () => nested((call) => (call.facts.extra = "1"))],
    ["an unknown field of version 2's action", () => nestedV2((call) => (call.extra = 1))],
    ["a field of version 3 in version 2's caller", () => nestedV2((call) => (call.caller.permissions = "owner"))],
    ["an unknown kind of caller", () => nested((call) => (call.caller.principal = "emperor"))],
    ["unknown permissions", () => nested((call) => (call.caller.permissions = "everything"))],
    ["a command that there is not", () => nested((call) => (call.command = { DeleteEverything: {} }))],
    ["two commands", () => nested((call) => (call.command = { ...create(), DisableKey: { KeyId } }))],
    ["a command that says too little", () => nested((call) => (call.command = { DisableKey: {} }))],
    ["a key's name that none can have", () => nested((call) => (call.command = { DisableKey: { KeyId: "a b" } }))],
    ["a number where a text belongs", () => nested((call) => (call.command = { DisableKey: { KeyId: 1 } }))],
    ["an unknown question", () => ({ v: 3, place, ask: { everything: {} } })],
    ["two questions", () => ({ v: 3, place, ask: { ...command().ask, ...view(3).ask } })],
    ["no place", () => ({ ...command(), place: undefined })],
    ["an unknown field of the place", () => ({ ...command(), place: { ...place, extra: 1 } })],
    ["a list", () => [command()]],
    ["nothing", () => ""],
    ["garbage", () => "\u0000{{{"],
    ["half a message", () => JSON.stringify(command()).slice(0, -20)],
    ["depth", () => "[".repeat(100_000)],
  ];

  /** A change with something inside it spoilt. */
  function nested(spoil) {
    const message = command();
    spoil(message.ask.command);
    return message;
  }

  /** The same in version 2. */
  function nestedV2(spoil) {
    const message = action();
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
    ["another region", () => ({ ...command(), place: { ...place, region: "cn-beijing" } }), "InternalFailure"],
    ["another account", () => ({ ...command(), place: { ...place, account: "1234567890123456" } }), "InternalFailure"],
    ["version 2's action that no keyring has", () => nestedV2((call) => (call.action = "DeleteEverything")), "InvalidApi.NotFound"],
    ["version 2's nonce whose time is over", () => nestedV2((call) => (call.nonce.until_millis = Date.now() - 1)), "InvalidTimeStamp.Expired"],
  ]) {
    test(what, async () => {
      const count = await countKeys();
      const { refused } = (await answered(message())).answer;
      assert.equal(refused.code, code);
      assert.equal(await countKeys(), count);
    });
  }
});
