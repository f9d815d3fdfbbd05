// SPDX-License-Identifier: Apache-2.0

/**
 * Messages to the running keyring object, sent past the edge: version 4, and version 3 as the release
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
/** New ones each time, since tests spoil them. */
const createKey = () => ({ CreateKey: { Description: "by message" } });
const createAlias = () => ({ CreateAlias: { KeyId, AliasName: `alias/${randomUUID()}` } });

const newNonce = () => ({ digest: randomBytes(16).toString("hex"), until_millis: Date.now() + 900_000 });
const principal = () => ({ account: place.account, access_key_id: worker.about.accessKeyId, principal: "root-account" });

/** A question for a view or for changes, which is alike in both versions. */
const view = (v, name = ALIAS) => ({ v, place, ask: { view: { name, missed: false } } });
const changes = (v, since = null) => ({ v, place, ask: { changes: { since } } });

/** A command, and what a keyring must know of its call. */
const command = (asked = createAlias(), v = 4) => ({
  v,
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

/** What the edge has made ready for a new key, which is its material. */
const prepared = (material = { wrapped: { root: "1", sealed: "AAAA" } }, more = {}) => ({
  since: null,
  version: { key_id: randomUUID(), version_id: randomUUID(), spec: "Aliyun_AES_256", material, ...more },
});
const held = (version_id = randomUUID()) => [{ held: { store: "nowhere", version_id } }, { version_id }];

/** A new key with what was made ready for it. */
function createPrepared(ready, v = 4) {
  const message = command(createKey(), v);
  message.ask.command.prepared = ready;
  return message;
}

/** What releases before the last sent: an action's name and its parameters. */
const action = () => ({
  v: 2,
  place,
  ask: {
    action: {
      action: "CreateKey",
      params: [["Description", "by message"]],
      caller: principal(),
      nonce: newNonce(),
      request_id: randomUUID(),
      xml: false,
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
  return JSON.parse(await worker.message(message));
}

/** How many keys there are, and how many aliases. */
const counts = async () => [(await worker.call("ListKeys")).TotalCount, (await worker.call("ListAliases")).TotalCount];
const stateOf = async (key) => (await worker.call("DescribeKey", { KeyId: key })).KeyMetadata.KeyState;

for (const version of [3, 4]) {
  describe(`a message of version ${version}`, () => {
    test("for a view is answered by the view, as of a revision of this life of the keyring", async () => {
      const { v, reads, answer } = await answered(view(version));
      assert.deepEqual([v, reads], [version, 4]);
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
      // What is not done yet is for whoever watches; an isolate of an earlier release passes over it.
      const { backlog, ...told } = (await answered(changes(version, { epoch, revision }))).answer.changes;
      assert.deepEqual(told, nothing);
      assert.equal(backlog.failing_jobs, 0);
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
function checkDone({ key_id, reply, recorded, epoch, revision, views, ...rest }) {
  assert.equal(recorded, true);
  assert.match(epoch, /^[0-9a-f]{32}$/);
  assert.ok(Number.isInteger(revision));
  assert.deepEqual(rest, {});
  return { key_id, reply, views };
}

describe("a command of version 4", () => {
  test("is carried out once, recorded, and answered by a reply that no dialect has written yet", async () => {
    const [keys, aliases] = await counts();
    const message = command();
    const { v, reads, answer } = await answered(message);
    assert.deepEqual([v, reads], [4, 4]);
    const { key_id, reply, views } = checkDone(answer.done);
    assert.deepEqual([key_id, reply], [KeyId, { CreateAlias: {} }]);
    assert.deepEqual(views.map(([{ kind }]) => kind), ["alias"]);
    const { refused } = (await answered(message)).answer;
    assert.equal(refused.code, "SignatureNonceUsed");
    assert.deepEqual(await counts(), [keys, aliases + 1]);
  });

  test("may say first that material will be made elsewhere, which is noted", async () => {
    const { v, answer } = await answered({ v: 4, place, ask: { reserve: held()[0].held } });
    assert.deepEqual([v, answer], [4, "reserved"]);
  });

  for (const [what, ready, code] of [
    ["nothing was made ready", () => undefined, "InternalFailure"],
    ["material of another kind was made ready", () => prepared(undefined, { spec: "EC_P256" }), "InternalFailure"],
    ["material was made ready under no root key of this keyring's", () => prepared(), "ServiceUnavailableTemporary"],
    ["material elsewhere was made ready without a word to the keyring", () => prepared(...held()), "ServiceUnavailableTemporary"],
    ["it was made ready for another life of the keyring", () => ({ ...prepared(), since: { epoch: "0".repeat(32), revision: 0 } }), "ServiceUnavailableTemporary"],
  ]) {
    test(`for a new key is refused if ${what}, and changes nothing`, async () => {
      const before = await counts();
      const { refused } = (await answered(createPrepared(ready()))).answer;
      assert.equal(refused.code, code);
      assert.deepEqual(await counts(), before);
    });
  }

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
      const before = await counts();
      const message = command();
      spoil(message.ask.command);
      const { refused } = (await answered(message)).answer;
      assert.equal(refused.code, code);
      assert.deepEqual(await counts(), before);
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

describe("a command of version 3", () => {
  test("for a new key is carried out once, with material that the keyring makes", async () => {
    const [keys, aliases] = await counts();
    const message = command(createKey(), 3);
    const { v, reads, answer } = await answered(message);
    assert.deepEqual([v, reads], [3, 4]);
    const { key_id, reply, views } = checkDone(answer.done);
    assert.equal(reply.CreateKey.KeyMetadata.KeyId, key_id);
    const records = Object.fromEntries(views.map(([{ kind }, body]) => [kind, JSON.parse(body)]));
    assert.deepEqual(Object.keys(records).sort(), ["key", "version"]);
    const { v: recordVersion, material } = records.version;
    assert.deepEqual([recordVersion, Object.keys(material)], [1, ["root", "sealed"]], "as that release reads it");
    const { refused } = (await answered(message)).answer;
    assert.equal(refused.code, "SignatureNonceUsed");
    assert.deepEqual(await counts(), [keys + 1, aliases]);
    const { CiphertextBlob, Plaintext } = await worker.call("GenerateDataKey", { KeyId: key_id });
    assert.equal((await worker.call("Decrypt", { CiphertextBlob })).Plaintext, Plaintext);
  });

  for (const [what, message, code] of [
    ["a key that the keyring would have to wait for", () => command({ CreateKey: { KeySpec: "RSA_2048" } }, 3), "UnsupportedOperation"],
    ["a key with what was made ready for it", () => createPrepared(prepared(), 3), "InvalidApiNotFound"],
    ["material to be noted", () => ({ v: 3, place, ask: { reserve: held()[0].held } }), "InvalidApiNotFound"],
  ]) {
    test(`for ${what}, which that release does not know, is refused and changes nothing`, async () => {
      const before = await counts();
      const { refused } = (await answered(message())).answer;
      assert.equal(refused.code, code);
      assert.deepEqual(await counts(), before);
    });
  }
});

describe("a message that is refused changes nothing:", () => {
  const spoilt = [
    ["version 5", () => ({ ...command(), v: 5 })],
    ["version 2, of the release before the last", () => action()],
    ["version 1", () => ({ ...action(), v: 1 })],
    ["version 0", () => ({ ...command(), v: 0 })],
    ["the first slice's, which had no version", () => unversioned()],
    ["version 4 without its number", () => ({ ...command(), v: undefined })],
    ["version 2 that says it is 4", () => ({ ...action(), v: 4 })],
    ["version 2 that says it is 3", () => ({ ...action(), v: 3 })],
    ["version 4 that says it is 2", () => ({ ...command(), v: 2 })],
    ["an unknown field", () => ({ ...command(), extra: 1 })],
    ["an unknown field of version 3", () => ({ ...command(createKey(), 3), extra: 1 })],
    ["an unknown field of the call", () => nested((call) => (call.extra = 1))],
    ["an unknown field of the command", () => nested((call) => (call.command.CreateAlias.extra = 1))],
    ["an unknown field of the caller", () => nested((call) => (call.caller.extra = 1))],
    ["an unknown field of the nonce", () => nested((call) => (call.nonce.extra = 1))],
    ["an unknown fact", () => nested((call) => (call.facts.extra = "1"))],
    ["an unknown field of what was made ready", () => createPrepared({ ...prepared(), extra: 1 })],
    ["an unknown field of a version made ready", () => createPrepared(prepared(undefined, { extra: 1 }))],
    ["material of an unknown kind", () => createPrepared(prepared({ engraved: {} }))],
    ["an unknown kind of caller", () => nested((call) => (call.caller.principal = "emperor"))],
    ["unknown permissions", () => nested((call) => (call.caller.permissions = "everything"))],
    ["a command that there is not", () => nested((call) => (call.command = { DeleteEverything: {} }))],
    ["two commands", () => nested((call) => (call.command = { ...createAlias(), DisableKey: { KeyId } }))],
    ["a command that says too little", () => nested((call) => (call.command = { DisableKey: {} }))],
    ["a key's name that none can have", () => nested((call) => (call.command = { DisableKey: { KeyId: "a b" } }))],
    ["a number where a text belongs", () => nested((call) => (call.command = { DisableKey: { KeyId: 1 } }))],
    ["an unknown question", () => ({ v: 4, place, ask: { everything: {} } })],
    ["two questions", () => ({ v: 4, place, ask: { ...command().ask, ...view(4).ask } })],
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

  for (const [what, message] of spoilt) {
    test(what, async () => {
      const before = await counts();
      await assert.rejects(worker.message(message()), /Nothing was done/);
      assert.deepEqual(await counts(), before);
    });
  }

  for (const [what, message, code] of [
    ["another region", () => ({ ...command(), place: { ...place, region: "cn-beijing" } }), "InternalFailure"],
    ["another account", () => ({ ...command(), place: { ...place, account: "1234567890123456" } }), "InternalFailure"],
  ]) {
    test(what, async () => {
      const before = await counts();
      const { refused } = (await answered(message())).answer;
      assert.equal(refused.code, code);
      assert.deepEqual(await counts(), before);
    });
  }
});
