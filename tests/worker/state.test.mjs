// SPDX-License-Identifier: Apache-2.0

/**
 * What is acknowledged survives a restart and a kill, and what fails in the middle leaves nothing. The
 * local runner leaves no process behind. Copies are in copies.test.mjs.
 */

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
import { until } from "../lib/eventually.mjs";
import { isAlive, removeState, startWorker, temporaryState } from "../lib/worker.mjs";
import { base64, callsTo } from "./lib/calls.mjs";
import { BUILD, SPOILT, withGatedWorker } from "./lib/gated-worker.mjs";

const SERVE = fileURLToPath(new URL("../../worker/serve.mjs", import.meta.url));

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
    await until("workerd is gone", () => !isAlive(workerdPid));
    await removeState(state);
  });

  test("tells the access key at every start, and it is the same", async () => {
    const state = await temporaryState();
    try {
      const told = [];
      for (const _ of ["first", "second"]) {
        const { about, stop } = await serve({ port: "0", state, build: BUILD, set: [] });
        await stop();
        told.push(about);
      }
      assert.match(told[0].accessKeySecret, /^.{32}$/);
      assert.equal(told[1].accessKeySecret, told[0].accessKeySecret);
      assert.equal(told[1].accessKeyId, told[0].accessKeyId);
    } finally {
      await removeState(state);
    }
  });
});

test("a write that fails in the middle of a change takes the whole change back", () =>
  withGatedWorker(async (worker) => {
    const { call, refused } = worker;
    const { KeyId } = (await call("CreateKey", { Description: "before" })).KeyMetadata;
    const unavailable = [503, "ServiceUnavailableTemporary"];
    // The version's row comes first, then the key's row, which fails.
    assert.deepEqual(await refused("CreateKey", { Description: SPOILT }), unavailable);
    assert.deepEqual(await refused("UpdateKeyDescription", { KeyId, Description: SPOILT }), unavailable);
    assert.equal((await call("DescribeKey", { KeyId })).KeyMetadata.Description, "before");
    // The event comes last, when both rows are written.
    await worker.faults({ failStatement: "INSERT INTO events" });
    assert.deepEqual(await refused("CreateKey"), unavailable);
    assert.deepEqual(await refused("DisableKey", { KeyId }), unavailable);
    await worker.faults({});
    assert.equal((await call("DescribeKey", { KeyId })).KeyMetadata.KeyState, "Enabled");
    await call("CreateKey");
    assert.equal((await call("ListKeys")).TotalCount, 2);
    const views = async () => (await worker.publishedNames()).length;
    await until("a view for each key and its version", async () => (await views()) === 4);
    await sleep(500);
    assert.equal(await views(), 4, "and none besides");
  }));
