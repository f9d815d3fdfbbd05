// SPDX-License-Identifier: Apache-2.0

/**
 * The worker is killed while it wraps everything under another root key, and while a backup is restored.
 * Nothing is unreadable at any moment, and both come to their end.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eachOf, workerOnKeptState } from "../lib/kept-state.mjs";

const KEYS = 240;
const PLAINTEXT = Buffer.from("sealed before the kill").toString("base64");
const OPERATOR = { OPERATOR_ACCESS_KEY_ID: "operator", OPERATOR_ACCESS_KEY_SECRET: "operator-secret-for-tests-1" };
const BACKUP_KEY = randomBytes(32).toString("base64");
const ENDS_WITHIN_MS = 60_000;

const settings = () => ({ MAX_KEYS: "1000", BACKUP_KEY, ...OPERATOR });

describe(`${KEYS} keys while the worker is killed`, () => {
  /** What each key has sealed. @type {string[]} */
  const blobs = [];
  const given = settings();
  let worker;
  let target;

  before(async () => {
    worker = await workerOnKeptState(given);
    await eachOf(Array.from({ length: KEYS }), async () => {
      const { KeyMetadata } = await worker.call("CreateKey");
      const { CiphertextBlob } = await worker.call("Encrypt", { KeyId: KeyMetadata.KeyId, Plaintext: PLAINTEXT });
      blobs.push(CiphertextBlob);
    });
  });
  after(async () => {
    await worker?.remove();
    await target?.remove();
  });

  async function assertOpens({ call }, some) {
    await eachOf(some, async (CiphertextBlob) => {
      assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
    });
  }

  /** What the first worker was given. */
  async function secrets() {
    return JSON.parse(await readFile(join(worker.state, "dev-credentials.json"), "utf8"));
  }

  /** Kills it again and again until `isDone`, which is asked of each new start. */
  async function killUntil(killed, isDone) {
    const deadline = Date.now() + ENDS_WITHIN_MS;
    for (let kills = 0; ; kills += 1) {
      if (await isDone()) return kills;
      assert.ok(Date.now() < deadline, "it does not come to an end");
      await sleep(300);
      await killed.kill();
      await killed.start();
    }
  }

  test("everything is wrapped under another root key", { timeout: 120_000 }, async (t) => {
    await worker.stop();
    const { rootKeys } = await secrets();
    const { current, keys } = JSON.parse(rootKeys);
    const next = { ...keys, next: randomBytes(32).toString("base64") };
    given.ROOT_KEYS = JSON.stringify({ current: "next", keys: next });
    await worker.start();
    await worker.operate("RewrapKeys");
    const kills = await killUntil(worker, async () => {
      await assertOpens(worker, blobs.slice(0, 20));
      return (await worker.operate("DescribeRootKeys")).Rewrap.Status === "Done";
    });
    t.diagnostic(`killed ${kills} times`);
    const { RootKeys } = await worker.operate("DescribeRootKeys");
    const references = new Map(RootKeys.RootKey.map((row) => [row.RootKeyVersion, row.References]));
    assert.deepEqual(references, new Map([[current, 0], ["next", KEYS]]));

    await worker.stop();
    given.ROOT_KEYS = JSON.stringify({ current: "next", keys: { next: next.next } });
    await worker.start();
    await assertOpens(worker, blobs);
  });

  test("a backup is restored on another deployment", { timeout: 120_000 }, async (t) => {
    const parts = [];
    let marker;
    do {
      const page = await worker.operate("BackupKeyring", marker === undefined ? {} : { Marker: marker });
      parts.push(...page.Parts.BackupPart.map(({ Part }) => Part));
      marker = page.NextMarker;
    } while (marker !== undefined);
    assert.ok(parts.length > 2, `${parts.length} parts`);

    // The same account; its own root keys.
    const { accountId } = await secrets();
    target = await workerOnKeptState({ ...settings(), ACCOUNT_ID: accountId });
    for (const Part of parts) {
      await target.operate("RestoreKeyring", { Part });
      await target.kill();
      await target.start();
    }
    const kills = await killUntil(target, async () => (await target.operate("RestoreKeyring")).Status === "Done");
    t.diagnostic(`killed ${parts.length + kills} times`);
    assert.deepEqual(await target.listKeyIds(), await worker.listKeyIds());
    await assertOpens(target, blobs);
  });
});
