// SPDX-License-Identifier: Apache-2.0

/** What is acknowledged survives: a restart, a kill, and a KV that refuses writes for a while. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serve } from "../../worker/serve.mjs";
import { isAlive, removeState, startWorker, temporaryState } from "../lib/worker.mjs";
import { base64, callsTo } from "./lib/calls.mjs";

const SERVE = fileURLToPath(new URL("../../worker/serve.mjs", import.meta.url));
const BUILD = fileURLToPath(new URL("../../worker/build", import.meta.url));

async function eventually(what, holds, withinMs = 15_000) {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}

describe("a restart", () => {
  for (const end of ["stop", "kill"]) {
    test(`after ${end}, keys, aliases and blobs are as they were`, async () => {
      const state = await temporaryState();
      let worker = await startWorker({ state });
      try {
        let { call } = callsTo(worker);
        const { KeyId } = (await call("CreateKey", { Description: "kept" })).KeyMetadata;
        await call("CreateAlias", { KeyId, AliasName: "alias/kept" });
        const { CiphertextBlob } = await call("Encrypt", { KeyId: "alias/kept", Plaintext: base64("hello") });
        await worker[end]();
        worker = await startWorker({ state });
        ({ call } = callsTo(worker));
        assert.equal((await call("DescribeKey", { KeyId: "alias/kept" })).KeyMetadata.Description, "kept");
        assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, base64("hello"));
      } finally {
        await worker.kill();
        await removeState(state);
      }
    });
  }
});

describe("the local runner", () => {
  test("when it alone is killed, workerd does not outlive it", async () => {
    const state = await temporaryState();
    const child = spawn(process.execPath, [SERVE, "--port", "0", "--state", state, "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const { workerdPid, accessKeySecret } = JSON.parse(line);
    assert.equal(isAlive(workerdPid), true);
    const file = join(state, "dev-credentials.json");
    assert.equal((await stat(file)).mode & 0o777, 0o600, "only its owner may read the secrets");
    assert.equal(JSON.parse(await readFile(file, "utf8")).accessKeySecret, accessKeySecret);
    child.kill("SIGKILL");
    await eventually("workerd is gone", () => !isAlive(workerdPid));
    await removeState(state);
  });

  test("tells the access key secret at the first start only", async () => {
    const state = await temporaryState();
    try {
      const told = [];
      for (const _ of ["first", "second"]) {
        const { about, stop } = await serve({ port: "0", state, build: BUILD, set: [] });
        await stop();
        told.push(about);
      }
      assert.equal(typeof told[0].accessKeySecret, "string");
      assert.equal("accessKeySecret" in told[1], false);
      assert.equal(told[1].accessKeyId, told[0].accessKeyId, "it is the same key");
    } finally {
      await removeState(state);
    }
  });
});

/** SQLite fails to write a row with this text. */
const SPOILT = "no disk takes this";

/**
 * The built worker with a real KV behind a gate: as long as the KV namespace FAULTS names a fault for a
 * part of a view's name, the keyring's writes of such views are refused as Workers KV refuses them, or
 * never come to an end. And with a disk that some rows cannot be written to. Nothing else is changed.
 */
const GATED_ENTRY = `
import Entry, { KeyringObject as Built } from "./index.js";
const WRITES = new Set(["put", "delete"]);
const gate = (kv, faults) => new Proxy(kv, {
  get(target, name) {
    const value = target[name];
    if (typeof value !== "function") return value;
    return async (...args) => {
      const isMet = async (fault) => WRITES.has(name) && args[0].includes((await faults.get(fault)) ?? "no view is named so");
      if (await isMet("refuse")) throw new Error("KV " + name + " failed: 429 Too Many Requests");
      if (await isMet("hang")) await new Promise(() => {});
      return value.apply(target, args);
    };
  },
});
const gated = (env) => new Proxy(env, {
  get: (target, name) => (name === "KEY_VIEWS" ? gate(target.KEY_VIEWS, target.FAULTS) : target[name]),
});
const replacing = (object, replaced) => new Proxy(object, {
  get(target, name) {
    if (name in replaced) return replaced[name];
    const value = target[name];
    return typeof value === "function" ? value.bind(target) : value;
  },
});
const failing = (sql) => replacing(sql, {
  exec(query, ...bindings) {
    if (bindings.some((value) => String(value).includes("${SPOILT}"))) throw new Error("disk I/O error");
    return sql.exec(query, ...bindings);
  },
});
const onBadDisk = (state) => replacing(state, {
  storage: replacing(state.storage, { sql: failing(state.storage.sql) }),
});
export const KeyringObject = new Proxy(Built, {
  construct: (target, [state, env], newTarget) => Reflect.construct(target, [onBadDisk(state), gated(env)], newTarget),
});
export default Entry;
`;

/** Part of every view's name. */
const EVERY_VIEW = "v1/";

function withGate(all) {
  const [worker] = all.workers;
  worker.modules.unshift({ type: "ESModule", path: join(BUILD, "gated.js"), contents: GATED_ENTRY });
  worker.kvNamespaces.FAULTS = "faults";
  return all;
}

/** A worker in this process, so that the test can look into its KV. */
async function startInProcess(state, extend) {
  const { about, stop, miniflare } = await serve({ port: "0", state, build: BUILD, set: ["MAX_KEYS=100"] }, extend);
  const credentials = JSON.parse(await readFile(about.credentialsFile, "utf8"));
  const views = await miniflare.getKVNamespace("KEY_VIEWS", "edgekms");
  const publishedNames = async () => (await views.list()).keys.map((key) => key.name);
  const nameOf = (view) => `v1/${about.accountId}/${about.region}/${view}`;
  return {
    ...callsTo({ ...about, host: new URL(about.address).host, credentials }),
    workerdPid: about.workerdPid,
    faults: extend && (await miniflare.getKVNamespace("FAULTS", "edgekms")),
    publishedNames,
    published: async (view) => (await publishedNames()).includes(nameOf(view)),
    publishedState: async (keyId) => JSON.parse(await views.get(nameOf(`key/${keyId}`)))?.state,
    stop,
  };
}

async function withGatedWorker(use) {
  const state = await temporaryState();
  const worker = await startInProcess(state, withGate);
  try {
    await use(worker, state);
  } finally {
    await worker.stop();
    await removeState(state);
  }
}

test("a write that fails in the middle of a change takes the whole change back", () =>
  withGatedWorker(async ({ call, refused, publishedNames }) => {
    const { KeyId } = (await call("CreateKey", { Description: "before" })).KeyMetadata;
    const unavailable = [503, "ServiceUnavailableTemporary"];
    // The version's row and its place in the outbox come first, then the key's row, which fails.
    assert.deepEqual(await refused("CreateKey", { Description: SPOILT }), unavailable);
    assert.deepEqual(await refused("UpdateKeyDescription", { KeyId, Description: SPOILT }), unavailable);
    assert.equal((await call("DescribeKey", { KeyId })).KeyMetadata.Description, "before");
    await call("CreateKey");
    assert.equal((await call("ListKeys")).TotalCount, 2);
    await eventually("a view for each key and its version, and none besides", async () => (await publishedNames()).length === 4);
    await sleep(500);
    assert.equal((await publishedNames()).length, 4);
  }));

describe("a KV that does not take writes for a while", () => {
  test("delays the copy and nothing else, and the copy arrives by itself", () =>
    withGatedWorker(async ({ call, refused, faults, published, publishedState }) => {
      const early = (await call("CreateKey")).KeyMetadata;
      await eventually("a key is published", () => published(`key/${early.KeyId}`));

      await faults.put("refuse", EVERY_VIEW);
      const late = (await call("CreateKey")).KeyMetadata;
      await call("CreateAlias", { KeyId: late.KeyId, AliasName: "alias/late" });
      const { CiphertextBlob } = await call("GenerateDataKey", { KeyId: "alias/late" });
      await call("Decrypt", { CiphertextBlob });
      await call("DisableKey", { KeyId: early.KeyId });
      assert.deepEqual(await refused("GenerateDataKey", { KeyId: early.KeyId }), [409, "Rejected.Disabled"]);
      assert.equal(await published(`key/${late.KeyId}`), false, "the gate does refuse");
      // Past the isolate's cache: the keyring answers for what KV does not have.
      await sleep(5_500);
      await call("Decrypt", { CiphertextBlob });

      await faults.delete("refuse");
      await eventually("the copies arrive", async () => (await published(`key/${late.KeyId}`)) && published("alias/late"));
      await eventually("the state arrives", async () => (await publishedState(early.KeyId)) === "Disabled");

      await call("DeleteAlias", { AliasName: "alias/late" });
      await eventually("a deleted alias's copy goes", async () => !(await published("alias/late")));
    }));

  test("for one name alone, holds up no other", () =>
    withGatedWorker(async ({ call, faults, published, publishedState }) => {
      const early = (await call("CreateKey")).KeyMetadata;
      await eventually("a key is published", () => published(`key/${early.KeyId}`));
      await faults.put("refuse", early.KeyId);
      await call("DisableKey", { KeyId: early.KeyId });
      const late = (await call("CreateKey")).KeyMetadata;
      await eventually("another key is published", () => published(`key/${late.KeyId}`));
      assert.equal(await publishedState(early.KeyId), "Enabled", "the gate does refuse");
      await faults.delete("refuse");
      await eventually("the state arrives", async () => (await publishedState(early.KeyId)) === "Disabled");
    }));

  test("and that never answers: after a kill the copy is published by the next start", () =>
    withGatedWorker(async ({ call, faults, published, workerdPid }, state) => {
      await faults.put("hang", EVERY_VIEW);
      const { KeyId } = (await call("CreateKey")).KeyMetadata;
      // Past the alarm that looks after a change, which must leave another behind.
      await sleep(3_000);
      assert.equal(await published(`key/${KeyId}`), false, "the gate does hang");
      process.kill(workerdPid, "SIGKILL");
      await eventually("workerd is gone", () => !isAlive(workerdPid));
      const again = await startInProcess(state);
      try {
        await again.call("ListKeys");
        await eventually("the copy arrives", () => again.published(`key/${KeyId}`));
      } finally {
        await again.stop();
      }
    }));
});
