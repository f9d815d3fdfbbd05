// SPDX-License-Identifier: Apache-2.0

/**
 * What earlier releases stored, under this one: a state folder of schema version 1, the first slice's, is
 * brought to this release's, whole or not at all; later releases' records and events are read as they are, and
 * what comes after them is chained; and a later release's schema is left alone.
 */

import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { until } from "../lib/eventually.mjs";
import { allRows, withKeyringFile } from "../lib/keyring-file.mjs";
import { verifiedTrail } from "../lib/trail-file.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { startGatedWorker } from "./lib/gated-worker.mjs";

const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
/** The fixtures' root key is public. */
const DEVELOPMENT = ["ENVIRONMENT=development"];
/** This release's version of the schema. */
const SCHEMA = "5";
const WEEK_MS = 7 * 86_400_000;
const DISABLED = [409, "Rejected.Disabled"];
const UNAVAILABLE = [503, "ServiceUnavailableTemporary"];

const storyOf = async (fixture) => JSON.parse(await readFile(join(FIXTURES, fixture, "story.json"), "utf8"));
const story = await storyOf("schema-1");
const rowsOf = (state) => withKeyringFile(state, allRows);
const factsOf = ({ meta }) => Object.fromEntries(meta.map(({ name, value }) => [name, value]));

/** Runs `use` with a copy of a fixture. */
async function withFixture(fixture, use) {
  const state = await temporaryState();
  try {
    await cp(join(FIXTURES, fixture), state, { recursive: true });
    await use(state);
  } finally {
    await removeState(state);
  }
}

const withSchema1 = (use) => withFixture("schema-1", use);

async function running(state, options, use) {
  const worker = await startGatedWorker({ state, set: DEVELOPMENT, ...options });
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}

/** Everything that the story tells of is there and works. */
async function assertStory({ call, refused, edges }) {
  assert.equal((await call("ListKeys")).TotalCount, 2);
  for (const edge of edges) {
    const opened = await edge.call("Decrypt", { CiphertextBlob: story.blobOfEnabled, EncryptionContext: '{"from":"schema 1"}' });
    assert.deepEqual([opened.Plaintext, opened.KeyId], [base64("sealed by schema 1"), story.enabled]);
    assert.equal((await edge.call("GenerateDataKey", { KeyId: "alias/published" })).KeyId, story.enabled);
    assert.deepEqual(await edge.refused("Decrypt", { CiphertextBlob: story.blobOfDisabled }), DISABLED);
    assert.deepEqual(await edge.refused("GenerateDataKey", { KeyId: "alias/waiting" }), DISABLED);
  }
  for (const [alias, keyId] of [
    ["alias/published", story.enabled],
    ["alias/waiting", story.disabled],
  ]) {
    assert.equal((await call("DescribeKey", { KeyId: alias })).KeyMetadata.KeyId, keyId);
  }
  assert.deepEqual(await refused("CreateAlias", { KeyId: story.enabled, AliasName: "alias/waiting" }), [400, "AliasAlreadyExists"]);
}

test("the fixture is of schema 1, with views that were not published yet", async () =>
  withSchema1(async (state) => {
    const rows = await rowsOf(state);
    assert.equal(factsOf(rows).schema, "1");
    assert.deepEqual(rows.outbox.map(({ name }) => name), [`key/${story.disabled}`, "alias/waiting"]);
  }));

test("its root key is public: without ENVIRONMENT=development every call is refused by a sentence about ROOT_KEYS", () =>
  withSchema1((state) =>
    running(state, { set: ["ENVIRONMENT="] }, async ({ send }) => {
      const { status, json } = await send("Decrypt", { CiphertextBlob: story.blobOfEnabled });
      assert.deepEqual([status, json.Code], [500, "InternalFailure"]);
      assert.match(json.Message, /^Version "1" in the secret ROOT_KEYS is a key from this repository's examples/);
    }),
  ));

describe("a keyring of schema 1", () => {
  test("works as before, and its copies are published anew with a seal", () =>
    withSchema1(async (state) => {
      await running(state, { isolates: 2 }, async (worker) => {
        await assertStory(worker);
        const names = async () => (await worker.publishedNames()).filter((name) => !name.startsWith("v2/"));
        await until("copies without a seal are taken away", async () => (await names()).length === 0);
        await until("all are published anew", async () => (await worker.publishedNames()).length === 6);
        assert.equal(await worker.publishedState(story.disabled), "Disabled");
        assert.equal(await worker.published("alias/waiting"), true);
        await worker.call("EnableKey", { KeyId: story.disabled });
        await worker.call("Decrypt", { CiphertextBlob: story.blobOfDisabled });
        await worker.call("CreateKey");
      });
      const rows = await rowsOf(state);
      assert.equal(factsOf(rows).schema, SCHEMA);
      const records = ["aliases", "events", "keys", "meta", "nonces", "roots", "tags", "versions"];
      const tables = [...records, "agenda", "altered", "counts", "key_blocks", "key_groups", "parts", "usage"].sort();
      assert.deepEqual(Object.keys(rows).filter((name) => name !== "sqlite_sequence").sort(), tables);
      assert.deepEqual(rows.events.map(({ line }) => JSON.parse(line).eventName), ["CreateAlias", "EnableKey", "CreateKey"]);
      assert.deepEqual(rows.roots.map(({ version }) => version), ["1"]);
      assert.match(rows.roots[0].check_value, /^[0-9a-f]{32}$/);
    }));

  test("whose migration is interrupted is as it was, and is migrated by the next start", () =>
    withSchema1(async (state) => {
      const before = await rowsOf(state);
      await running(state, { faults: { failStatement: "DROP TABLE outbox" } }, async (worker) => {
        assert.deepEqual(await worker.refused("ListKeys"), UNAVAILABLE);
        assert.deepEqual(await worker.refused("Decrypt", { CiphertextBlob: story.blobOfEnabled }), UNAVAILABLE);
        assert.match((await worker.lines()).join("\n"), /cannot be opened.*disk I\/O error/);
      });
      assert.deepEqual(await rowsOf(state), before);
      await running(state, {}, assertStory);
      assert.equal(factsOf(await rowsOf(state)).schema, SCHEMA);
    }));

  test("whose migration failed once is migrated as soon as the disk is well again", () =>
    withSchema1((state) =>
      running(state, { faults: { failStatement: "DROP TABLE outbox" } }, async (worker) => {
        assert.deepEqual(await worker.refused("ListKeys"), UNAVAILABLE);
        await worker.faults({});
        await until("it answers", async () => (await worker.send("ListKeys")).status === 200, 5_000);
        await assertStory(worker);
      }),
    ));
});

test("a keyring of schema 2 keeps its records, and works beside what only this one makes", () =>
  withFixture("schema-2", async (state) => {
    const { key, version, blob } = await storyOf("schema-2");
    const before = await rowsOf(state);
    const recordOf = ({ record }) => JSON.parse(record);
    assert.equal(factsOf(before).schema, "2");
    assert.deepEqual(before.versions.map(recordOf).map(({ v, version_id }) => [v, version_id]), [[1, version]]);
    await running(state, { isolates: 2 }, async ({ call, edges }) => {
      for (const edge of edges) {
        const opened = await edge.call("Decrypt", { CiphertextBlob: blob, EncryptionContext: '{"from":"schema 2"}' });
        assert.deepEqual([opened.Plaintext, opened.KeyId], [base64("sealed by schema 2"), key]);
      }
      const sealed = await call("Encrypt", { KeyId: "alias/photos", Plaintext: base64("sealed anew") });
      assert.equal(sealed.KeyVersionId, version);
      const { KeyId } = (await call("CreateKey", { KeySpec: "RSA_2048", KeyUsage: "SIGN/VERIFY" })).KeyMetadata;
      const { KeyVersionId } = (await call("ListKeyVersions", { KeyId })).KeyVersions.KeyVersion[0];
      const named = { KeyId, KeyVersionId, Algorithm: "RSA_PSS_SHA_256", Digest: base64(Buffer.alloc(32, 7)) };
      const { Value } = await call("AsymmetricSign", named);
      for (const edge of edges) {
        assert.equal((await edge.call("Decrypt", { CiphertextBlob: sealed.CiphertextBlob })).Plaintext, base64("sealed anew"));
        assert.equal((await edge.call("AsymmetricVerify", { ...named, Value })).Value, true);
      }
    });
    const rows = await rowsOf(state);
    assert.equal(factsOf(rows).epoch, factsOf(before).epoch);
    // When a version was made became a column, so that lists are sorted by an index.
    const [{ created }] = before.versions.map(recordOf);
    const kept = rows.versions.find(({ version_id }) => version_id === version);
    assert.deepEqual({ ...kept }, { ...before.versions[0], created });
    assert.deepEqual(rows.versions.map(recordOf).map(({ v }) => v).sort(), [1, 2]);
  }));

test("a keyring of the last release keeps its events as they are, and those that come are chained", () =>
  withFixture("schema-3", async (state) => {
    const { key, blob, events } = await storyOf("schema-3");
    const before = await rowsOf(state);
    assert.equal(factsOf(before).schema, "3");
    await running(state, {}, async ({ call }) => {
      const opened = await call("Decrypt", { CiphertextBlob: blob, EncryptionContext: '{"from":"schema 3"}' });
      assert.deepEqual([opened.Plaintext, opened.KeyId], [base64("sealed by schema 3"), key]);
      await call("DisableKey", { KeyId: key });
      await call("EnableKey", { KeyId: key });
    });
    const rows = await rowsOf(state);
    assert.equal(factsOf(rows).schema, SCHEMA);
    const unchained = rows.events.slice(0, events.length);
    assert.deepEqual(unchained.map(({ root, mac, ...row }) => [root, mac, row]), before.events.map((row) => ["", "", { ...row }]));
    const trail = await verifiedTrail(state);
    const changes = trail.map(({ eventName }) => eventName).filter((name) => name !== "Decrypt");
    assert.deepEqual(changes, [...events, "DisableKey", "EnableKey"]);
    assert.ok(rows.events.slice(events.length).every(({ root, mac }) => root === "1" && mac.length === 64));
  }));

test("a keyring of a later release's schema is refused and left as it is", () =>
  withSchema1(async (state) => {
    await running(state, {}, assertStory);
    await withKeyringFile(state, (keyring) => keyring.exec("UPDATE meta SET value = '9' WHERE name = 'schema'"));
    const before = await rowsOf(state);
    await running(state, {}, async (worker) => {
      assert.deepEqual(await worker.refused("ListKeys"), UNAVAILABLE);
      assert.deepEqual(await worker.refused("CreateKey"), UNAVAILABLE);
      assert.match((await worker.lines()).join("\n"), new RegExp(`cannot be opened.*schema version 9; this release knows ${SCHEMA}`));
    });
    assert.deepEqual(await rowsOf(state), before);
  }));

test("an alarm that rings while a keyring cannot be opened is not lost", () =>
  withSchema1(async (state) => {
    const setSchema = (version) =>
      withKeyringFile(state, (keyring) => keyring.exec(`UPDATE meta SET value = '${version}' WHERE name = 'schema'`));
    await running(state, {}, async (worker) => {
      await worker.call("ScheduleKeyDeletion", { KeyId: story.enabled, PendingWindowInDays: "7" });
    });
    await setSchema(9);
    await running(state, {}, async (worker) => {
      await worker.moveClock(WEEK_MS);
      await sleep(500);
    });
    await setSchema(SCHEMA);
    await running(state, {}, async (worker) => {
      await worker.moveClock(WEEK_MS + 600_000);
      await until("the key is deleted although nobody calls", () => worker.tombstone(`key/${story.enabled}`), 2_000);
    });
  }));
