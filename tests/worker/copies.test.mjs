// SPDX-License-Identifier: Apache-2.0

/**
 * Copies of keys in KV and in isolates: late, refused, hanging, emptied, spoilt, put back. None of it
 * enables a disabled key, has one key used for another or hides an alias, and every copy comes right
 * by itself.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../lib/eventually.mjs";
import { isAlive, removeState, temporaryState } from "../lib/worker.mjs";
import { EVERY_VIEW, MOMENT_MS, startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";

/** After this time every isolate knows of a change (STATE_CONSISTENCY=eventual). */
const BOUND_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every view is published anew so often, and a little more. */
const SWEEP_MS = 17 * HOUR_MS;

const DISABLED = [409, "Rejected.Disabled"];

const newKey = async (worker) => (await worker.call("CreateKey")).KeyMetadata.KeyId;

/** A new key whose copies are in KV. */
async function publishedKey(worker) {
  const { KeyId, PrimaryKeyVersion } = (await worker.call("CreateKey")).KeyMetadata;
  await until("the key is published", () => worker.published(`key/${KeyId}`));
  await until("its version is published", () => worker.published(`version/${PrimaryKeyVersion}`));
  return KeyId;
}

async function refusedEverywhere({ edges }, KeyId) {
  for (const edge of edges) assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId }), DISABLED);
}

const keyUsed = async (edge, KeyId) => (await edge.call("GenerateDataKey", { KeyId })).KeyId;

// The tests mostly wait, each for a worker of its own.
/** What the log tells of faults: an object of JSON a line. */
const faultsIn = (lines) => lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)).filter(({ level }) => level);

describe("a late write", { concurrency: 2 }, () => {
  test("of a view from before DisableKey enables nothing anywhere, and is overwritten", () =>
    withGatedWorker(
      async (worker) => {
        const { edges, views, nameOf } = worker;
        const KeyId = await publishedKey(worker);
        const name = nameOf(`key/${KeyId}`);
        const enabled = await views.get(name);
        const landsLate = () => views.put(name, enabled);
        const isDisabled = async () => (await worker.publishedState(KeyId)) === "Disabled";
        await edges[1].call("GenerateDataKey", { KeyId });
        await worker.call("DisableKey", { KeyId });
        await until("its state is published", isDisabled);

        // Nothing overwrites it meanwhile.
        await worker.faults({ refuse: KeyId });
        await landsLate();
        for (const pass of [
          () => worker.moveClock(BOUND_MS),
          () => worker.killObject(),
          () => worker.moveClock(DAY_MS / 2),
          () => worker.moveClock(3 * DAY_MS),
        ]) {
          await pass();
          await refusedEverywhere(worker, KeyId);
          assert.equal(await views.get(name), enabled, "it is still there");
        }

        await worker.faults({});
        await until("the copy arrives once KV takes it", isDisabled);
        await landsLate();
        let later = 3 * DAY_MS;
        const hoursLater = async () => {
          await worker.moveClock((later += SWEEP_MS / 2));
          return isDisabled();
        };
        await until("the sweep overwrites it", hoursLater);
        await landsLate();
        await worker.call("UpdateKeyDescription", { KeyId, Description: "changed" });
        await until("the next change overwrites it", isDisabled);
        await refusedEverywhere(worker, KeyId);
      },
      { isolates: 3 },
    ));

  test("that never comes back is given up after a while and told, and others go on", () =>
    withGatedWorker(async (worker) => {
      const slow = await publishedKey(worker);
      await worker.faults({ hang: slow });
      await worker.call("DisableKey", { KeyId: slow });
      await publishedKey(worker);
      const lines = [];
      const told = async () => {
        lines.push(...(await worker.lines()));
        return faultsIn(lines).some(({ message, cause }) => message.startsWith(`publish:key/${slow} waits`) && cause.includes("did not come to an end"));
      };
      await until("the log tells of it", told, 15_000);
      await publishedKey(worker);
      assert.equal(await worker.publishedState(slow), "Enabled", "the gate does hang");
      await worker.faults({});
      // The next attempt began before that, and is given up first too.
      await until("the copy arrives", async () => (await worker.publishedState(slow)) === "Disabled", 15_000);
    }));

  test("that never comes back is made again by the next life of the object", async () => {
    const state = await temporaryState();
    let worker = await startGatedWorker({ state, faults: { hang: EVERY_VIEW } });
    try {
      const KeyId = await newKey(worker);
      // Past the alarm that looks after a change, which must leave another behind.
      await sleep(3_000);
      assert.deepEqual(await worker.publishedNames(), [], "the gate does hang");
      const { workerdPid } = worker.about;
      process.kill(workerdPid, "SIGKILL");
      await until("workerd is gone", () => !isAlive(workerdPid));
      await worker.stop();
      worker = await startGatedWorker({ state });
      await worker.moveClock(BOUND_MS);
      await until("the copy arrives although nobody calls", () => worker.published(`key/${KeyId}`));
    } finally {
      await worker.stop();
      await removeState(state);
    }
  });
});

describe("a KV that refuses writes", () => {
  test("delays the copies and nothing else", () =>
    withGatedWorker(
      async (worker) => {
        const { edges } = worker;
        const early = await publishedKey(worker);
        await worker.faults({ refuse: EVERY_VIEW });
        const late = await newKey(worker);
        await worker.call("CreateAlias", { KeyId: late, AliasName: "alias/late" });
        await worker.call("DisableKey", { KeyId: early });
        const { CiphertextBlob } = await worker.call("GenerateDataKey", { KeyId: "alias/late" });
        await edges[1].call("GenerateDataKey", { KeyId: "alias/late" });
        await edges[1].call("Decrypt", { CiphertextBlob });
        await refusedEverywhere(worker, early);
        assert.equal(await worker.published("alias/late"), false, "the gate does refuse");
        const faults = faultsIn(await worker.lines());
        assert.ok(faults.some(({ message, cause }) => message.startsWith("publish:alias/late waits") && cause.includes("429")));

        await worker.faults({});
        await until("the copies arrive", async () => (await worker.published(`key/${late}`)) && worker.published("alias/late"));
        await until("the state arrives", async () => (await worker.publishedState(early)) === "Disabled");
        await worker.call("DeleteAlias", { AliasName: "alias/late" });
        await until("a deleted alias leaves a tombstone", () => worker.tombstone("alias/late"));
      },
      { isolates: 2 },
    ));

  test("of 40 names holds up no other", () =>
    withGatedWorker(async (worker) => {
      const KeyId = await publishedKey(worker);
      const aliases = Array.from({ length: 40 }, (_, index) => `alias/refused-${index}`);
      await worker.faults({ refuse: "alias/refused-" });
      await Promise.all(aliases.map((AliasName) => worker.call("CreateAlias", { KeyId, AliasName })));
      await worker.call("CreateAlias", { KeyId, AliasName: "alias/other" });
      await until("another alias is published", () => worker.published("alias/other"), 1_000);
      for (const alias of aliases) assert.equal(await worker.published(alias), false, "the gate does refuse");
      await worker.faults({});
      const all = async () => (await Promise.all(aliases.map(worker.published))).every(Boolean);
      await until("they all arrive", all);
    }));
});

test("a KV that was emptied is filled by use, and wholly by the sweep", () =>
  withGatedWorker(
    async (worker) => {
      const { edges, views } = worker;
      const [used, unused] = [await publishedKey(worker), await publishedKey(worker)];
      await worker.call("CreateAlias", { KeyId: used, AliasName: "alias/used" });
      await until("the alias is published", () => worker.published("alias/used"));
      const names = await worker.publishedNames();
      assert.equal(names.length, 5, "two keys, their versions, an alias");
      await Promise.all(names.map((name) => views.delete(name)));
      assert.equal(await keyUsed(edges[1], "alias/used"), used);
      await until("what was used is published", async () => (await worker.publishedNames()).length === 3);
      assert.equal(await worker.published(`key/${unused}`), false);
      await worker.moveClock(SWEEP_MS);
      await until("everything is", async () => (await worker.publishedNames()).length === 5);
      assert.deepEqual(await worker.publishedNames(), names);
    },
    { isolates: 2 },
  ));

test("a KV that was put back to an earlier state is filled by use", () =>
  withGatedWorker(
    async (worker) => {
      const { edges, views, nameOf } = worker;
      const KeyId = await publishedKey(worker);
      const name = nameOf(`key/${KeyId}`);
      const earlier = await views.get(name);
      await worker.call("DisableKey", { KeyId });
      await worker.call("EnableKey", { KeyId });
      await until("the last state is published", async () => JSON.parse(await views.get(name)).revision === 3);
      await views.put(name, earlier);
      assert.equal(await keyUsed(edges[1], KeyId), KeyId);
      assert.equal((await edges[1].asked()).view, 1, "it is not believed");
      await until("it is overwritten", async () => (await views.get(name)) !== earlier, 2_000);
    },
    { isolates: 2 },
  ));

describe("a text in KV that is not this keyring's view of that name", () => {
  const ALIASES = ["alias/a", "alias/b"];

  /** The first key of a worker, under two aliases, all published: the same three revisions in each worker. */
  async function begin(worker) {
    const KeyId = await newKey(worker);
    for (const AliasName of ALIASES) {
      await worker.call("CreateAlias", { KeyId, AliasName });
      await until("the alias is published", () => worker.published(AliasName));
    }
    return KeyId;
  }

  /** What another deployment publishes under the same name. */
  async function publishedElsewhere(view, accountId, rootKeys) {
    let text;
    const use = async (other) => {
      await begin(other);
      text = await other.views.get(other.nameOf(view));
    };
    await withGatedWorker(use, { set: [`ACCOUNT_ID=${accountId}`, `ROOT_KEYS=${rootKeys}`] });
    return text;
  }

  test("counts as absent: the truth is asked, and the view is published again", () =>
    withGatedWorker(
      async (worker) => {
        const { edges, views, nameOf, credentials } = worker;
        const { accountId, rootKeys } = credentials;
        const first = await begin(worker);
        const spoilt = [];
        const spoil = async (what, view, used, spoil) => {
          const name = nameOf(view);
          const text = await spoil(await views.get(name), view);
          spoilt.push({ what, name, text, used, KeyId: view.replace("key/", "") });
        };
        const another = await views.get(nameOf(`key/${await publishedKey(worker)}`));
        for (const [what, by] of [
          ["another key's view", () => another],
          ["a changed body", (text) => text.replace("ENCRYPT/DECRYPT", "SIGN/VERIFY")],
          ["a changed revision", (text) => text.replace('"revision":', '"revision":1')],
          ["a view cut short", (text) => text.slice(0, -10)],
          ["somebody else's text", () => "somebody else's text"],
        ]) {
          const KeyId = await publishedKey(worker);
          await spoil(what, `key/${KeyId}`, KeyId, by);
        }
        const otherRoot = JSON.stringify({ current: "1", keys: { 1: randomBytes(32).toString("base64") } });
        await spoil("a view of another root key", "alias/a", first, (_, view) => publishedElsewhere(view, accountId, otherRoot));
        await spoil("a view of another keyring", "alias/b", first, (_, view) => publishedElsewhere(view, accountId, rootKeys));

        // An isolate that has no copies and has heard of every change.
        const [, edge] = edges;
        assert.equal(await keyUsed(edge, first), first);
        assert.deepEqual(await edge.asked(), { probe: 1, changes: 1 }, "KV's copies are believed");
        for (const { what, name, text, used, KeyId } of spoilt) {
          assert.notEqual(text, await views.get(name), what);
          await views.put(name, text);
          assert.equal(await keyUsed(edge, KeyId), used, what);
          assert.deepEqual(await edge.asked(), { view: 1 }, `${what}: the keyring was asked for that view alone`);
          await until(`${what} is overwritten`, async () => (await views.get(name)) !== text);
          assert.equal(await worker.published(name.slice(nameOf("").length)), true, what);
        }
      },
      { isolates: 2 },
    ));
});

describe("an isolate that has not asked for longer than the bound", () => {
  test("refuses while it cannot reach its keyring, and not before", () =>
    withGatedWorker(
      async (worker) => {
        const [, edge] = worker.edges;
        const KeyId = await publishedKey(worker);
        await keyUsed(edge, KeyId);
        await edge.faults({ noKeyring: true });
        await worker.moveClock(BOUND_MS - 5_000);
        await keyUsed(edge, KeyId);
        await worker.moveClock(BOUND_MS);
        assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId }), [503, "ServiceUnavailableTemporary"]);
        await edge.faults({});
        await keyUsed(edge, KeyId);
      },
      { isolates: 2 },
    ));

  test("asks once for all who wait, and who hangs up takes no other along", () =>
    withGatedWorker(
      async (worker) => {
        const [, edge] = worker.edges;
        const KeyId = await publishedKey(worker);
        await keyUsed(edge, KeyId);
        await worker.moveClock(BOUND_MS);
        await edge.faults({ slowKeyring: true });
        await edge.asked();
        const first = assert.rejects(edge.send("GenerateDataKey", { KeyId }, { signal: AbortSignal.timeout(MOMENT_MS / 5) }));
        await sleep(MOMENT_MS / 10);
        const begun = Date.now();
        const others = await Promise.all(Array.from({ length: 20 }, () => keyUsed(edge, KeyId)));
        assert.ok(Date.now() < begun + 2 * MOMENT_MS, "none of them asked a second time");
        assert.deepEqual(new Set(others), new Set([KeyId]));
        await first;
        assert.deepEqual(await edge.asked(), { changes: 1 });
      },
      { isolates: 2 },
    ));
});

describe("an alias", () => {
  test("made again by another isolate is not hidden by what an isolate or KV knows of its end", () =>
    withGatedWorker(
      async (worker) => {
        const { edges } = worker;
        const [one, other] = [await newKey(worker), await newKey(worker)];
        const AliasName = "alias/a";
        await edges[1].call("CreateAlias", { KeyId: one, AliasName });
        assert.equal(await keyUsed(edges[1], AliasName), one);
        await edges[1].call("DeleteAlias", { AliasName });
        assert.deepEqual(await edges[1].refused("GenerateDataKey", { KeyId: AliasName }), [404, "Forbidden.AliasNotFound"]);
        await until("KV says that it is gone", () => worker.tombstone(AliasName));
        await worker.faults({ refuse: AliasName });
        await worker.call("CreateAlias", { KeyId: other, AliasName });
        for (const edge of edges) assert.equal(await keyUsed(edge, AliasName), other);
        assert.equal(await worker.tombstone(AliasName), true, "KV still says so");
      },
      { isolates: 3 },
    ));

  test("is not moved back by a read of KV that began before it moved", () =>
    withGatedWorker(
      async (worker) => {
        const [, edge] = worker.edges;
        const [one, other] = [await newKey(worker), await newKey(worker)];
        const AliasName = "alias/a";
        await worker.call("CreateAlias", { KeyId: one, AliasName });
        await until("it is published", () => worker.published(AliasName));
        await edge.faults({ slowReads: AliasName });
        const begun = Date.now();
        const slow = keyUsed(edge, AliasName);
        await sleep(MOMENT_MS / 5);
        await edge.call("UpdateAlias", { KeyId: other, AliasName });
        assert.ok(Date.now() < begun + MOMENT_MS, "it moved while the read was under way");
        assert.equal(await slow, other);
        assert.equal(await keyUsed(edge, AliasName), other);
      },
      { isolates: 2 },
    ));

  test("moved 50 times under use from three isolates is absent at no moment", (t) =>
    withGatedWorker(
      async (worker) => {
        const { edges } = worker;
        const keys = [await newKey(worker), await newKey(worker)];
        const AliasName = "alias/a";
        await worker.call("CreateAlias", { KeyId: keys[0], AliasName });
        let moving = true;
        let calls = 0;
        const users = edges.map(async (edge) => {
          for (; moving; calls += 1) assert.ok(keys.includes(await keyUsed(edge, AliasName)));
        });
        const move = async () => {
          for (let moves = 1; moves <= 50; moves += 1) {
            await worker.call("UpdateAlias", { KeyId: keys[moves % 2], AliasName });
            // Every isolate asks again and reads KV again, which is as late as it is.
            if (moves % 5 === 0) await worker.moveClock((moves / 5) * BOUND_MS);
            await sleep(20);
          }
        };
        await Promise.all([...users, move().finally(() => (moving = false))]);
        t.diagnostic(`${calls} calls while it moved`);
        await worker.call("UpdateAlias", { KeyId: keys[1], AliasName });
        await worker.moveClock(11 * BOUND_MS);
        for (const edge of edges) assert.equal(await keyUsed(edge, AliasName), keys[1]);
      },
      { isolates: 3 },
    ));
});
