// SPDX-License-Identifier: Apache-2.0

/**
 * Root keys: another key under a known version's name is refused before anything is wrapped under it, a
 * version named twice and a key that everybody can read are refused at once, and rotation loses nothing.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { startGatedWorker } from "./lib/gated-worker.mjs";

const PLAINTEXT = base64("hello");
const randomKey = () => randomBytes(32).toString("base64");
const rootKeys = (current, keys) => JSON.stringify({ current, keys });

/** Runs `use` with a worker on `state` that is given these root keys, or its own. */
async function running(state, roots, use, set = []) {
  const worker = await startGatedWorker({ state, set: [...set, ...(roots === undefined ? [] : [`ROOT_KEYS=${roots}`])] });
  try {
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

async function withState(use) {
  const state = await temporaryState();
  try {
    await use(state);
  } finally {
    await removeState(state);
  }
}

/** A key, with a blob that it has sealed. */
async function sealed({ call }) {
  const { KeyId } = (await call("CreateKey")).KeyMetadata;
  return call("Encrypt", { KeyId, Plaintext: PLAINTEXT });
}

async function assertOpens({ call }, { CiphertextBlob }) {
  assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, PLAINTEXT);
}

/** Every kind of call is refused by a sentence. */
async function assertRefused({ send }, { KeyId, CiphertextBlob }, sentence) {
  for (const [action, params] of [
    ["GenerateDataKey", { KeyId }],
    ["Encrypt", { KeyId, Plaintext: PLAINTEXT }],
    ["Decrypt", { CiphertextBlob }],
    ["CreateKey", {}],
    ["DisableKey", { KeyId }],
    ["DescribeKey", { KeyId }],
  ]) {
    const { status, json } = await send(action, params);
    assert.deepEqual([status, json.Code], [500, "InternalFailure"], action);
    assert.match(json.Message, sentence, action);
  }
}

describe("another root key under the name of a version that wrapped keys", () => {
  test("is refused to every call by a sentence, and nothing is lost once the right one is back", () =>
    withState(async (state) => {
      const blob = await running(state, undefined, sealed);
      await running(state, rootKeys("1", { 1: randomKey() }), (worker) =>
        assertRefused(worker, blob, /^The secret ROOT_KEYS holds, as version "1", another key than the one/),
      );
      await running(state, undefined, async (worker) => {
        await assertOpens(worker, blob);
        assert.equal((await worker.call("ListKeys")).TotalCount, 1);
      });
    }));

  test("is refused too where it is not the current one, and after rotation", () =>
    withState(async (state) => {
      const [one, two] = [randomKey(), randomKey()];
      const early = await running(state, rootKeys("1", { 1: one }), sealed);
      const late = await running(state, rootKeys("2", { 1: one, 2: two }), async (worker) => {
        await assertOpens(worker, early);
        return sealed(worker);
      });
      for (const [keys, version] of [
        [{ 1: one, 2: one }, 2],
        [{ 1: randomKey(), 2: two }, 1],
      ]) {
        await running(state, rootKeys("2", keys), async (worker) => {
          for (const blob of [early, late]) await assertRefused(worker, blob, new RegExp(`ROOT_KEYS holds, as version "${version}"`));
        });
      }
      await running(state, rootKeys("2", { 1: one, 2: two }), async (worker) => {
        await assertOpens(worker, early);
        await assertOpens(worker, late);
      });
    }));
});

test("a version that is not listed any more refuses its own keys alone, until it is put back", () =>
  withState(async (state) => {
    const [one, two] = [randomKey(), randomKey()];
    const early = await running(state, rootKeys("1", { 1: one }), sealed);
    await running(state, rootKeys("2", { 2: two }), async (worker) => {
      const { status, json } = await worker.send("Decrypt", { CiphertextBlob: early.CiphertextBlob });
      assert.deepEqual([status, json.Code], [500, "InternalFailure"]);
      assert.ok((await worker.lines()).some((line) => line.includes("a root key version that ROOT_KEYS does not hold")));
      await assertOpens(worker, await sealed(worker));
    });
    await running(state, rootKeys("1", { 1: one, 2: two }), (worker) => assertOpens(worker, early));
  }));

describe("root keys that cannot be meant", () => {
  const KEY = { KeyId: "k", CiphertextBlob: "AAAA" };

  test("one version name twice is refused by its name", () =>
    withState((state) =>
      running(state, `{"current":"1","keys":{"1":"${randomKey()}","2":"${randomKey()}","1":"${randomKey()}"}}`, (worker) =>
        assertRefused(worker, KEY, /^The secret ROOT_KEYS names the version "1" twice/),
      ),
    ));

  test("the example's key is refused outside development, whatever its version's name", async () => {
    const example = await readFile(new URL("../../worker/.dev.vars.example", import.meta.url), "utf8");
    const [, roots] = /^ROOT_KEYS=(.*)$/m.exec(example);
    const renamed = rootKeys("2", { 2: randomKey(), mine: JSON.parse(roots).keys[1] });
    await withState(async (state) => {
      for (const [given, version] of [
        [roots, "1"],
        [renamed, "mine"],
      ]) {
        const sentence = new RegExp(`^Version "${version}" in the secret ROOT_KEYS is a key from this repository's examples`);
        for (const set of [["ENVIRONMENT="], ["ENVIRONMENT=production"]]) {
          await running(state, given, (worker) => assertRefused(worker, KEY, sentence), set);
        }
      }
      await running(state, roots, async (worker) => assertOpens(worker, await sealed(worker)), ["ENVIRONMENT=development"]);
    });
  });
});
