// SPDX-License-Identifier: Apache-2.0

/**
 * What an operator sees of the running worker: `/healthz`, `/readyz` and `/metrics`, points of calls, and how
 * long the stages of a call took. What a scraper of another make reads of the metrics is in
 * tests/foreign/openmetrics.test.mjs.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../../worker/serve.mjs";
import { until } from "../lib/eventually.mjs";
import { acs3Request } from "../lib/signed-request.mjs";
import { removeState, startWorker, temporaryState } from "../lib/worker.mjs";
import { base64, callsTo } from "./lib/calls.mjs";
import { BUILD, withGatedWorker } from "./lib/gated-worker.mjs";

const TOKEN = "a-token-of-the-tests";
const ORIGIN = "https://app.example.com";
const VERSION = /version = "([^"]+)"/.exec(await readFile(new URL("../../Cargo.toml", import.meta.url), "utf8"))[1];

const scrape = (address, init = { headers: { authorization: `Bearer ${TOKEN}` } }) => fetch(`${address}/metrics`, init);

/** The value of a sample, by its whole name with labels; 0 if there is none. */
async function sample(address, name) {
  const line = (await (await scrape(address)).text()).split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

const calls = (action, code = "OK", caller = "root") => `edgekms_calls_total{action="${action}",code="${code}",caller="${caller}"}`;

async function withWorker(settings, use) {
  const worker = await startWorker({ settings });
  try {
    await use({ ...worker, ...callsTo(worker) });
  } finally {
    await worker.stop();
  }
}

describe("/healthz", () => {
  test("says that the worker lives and which one it is, whatever its settings are", () =>
    withWorker({ ROOT_KEYS: "hunter2" }, async ({ address }) => {
      const response = await fetch(`${address}/healthz`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.deepEqual(await response.json(), { status: "ok", version: VERSION });
      const head = await fetch(`${address}/healthz`, { method: "HEAD" });
      assert.deepEqual([head.status, await head.text()], [200, ""]);
      assert.equal((await fetch(`${address}/healthz`, { method: "POST" })).status, 500, "a call, of a worker without settings");

      const ready = await fetch(`${address}/readyz`);
      assert.equal(ready.status, 503);
      const { checks } = await ready.json();
      assert.deepEqual(Object.keys(checks), ["settings"]);
      assert.match(checks.settings.reason, /ROOT_KEYS is not JSON/);
      assert.doesNotMatch(JSON.stringify(checks), /hunter2/);
    }));
});

describe("/readyz", { concurrency: true }, () => {
  const ask = async ({ address }, init) => {
    const response = await fetch(`${address}/readyz`, init);
    return response.json();
  };

  test("names what is checked, and what has failed", () =>
    withGatedWorker(async (worker) => {
      const good = { status: "ok" };
      const checks = { settings: good, keyring: good, "root-keys": good, kv: good, audit: good };
      assert.deepEqual(await ask(worker), { status: "ok", checks });
      assert.equal((await fetch(`${worker.address}/readyz`, { method: "HEAD" })).status, 200);

      await worker.faults({ noKeyring: true, noAudit: true, hangReads: "v2/ready" });
      await worker.moveClock(6_000);
      const { status, checks: failed } = await ask(worker);
      assert.equal(status, "failed");
      assert.deepEqual(failed.keyring, { status: "failed", reason: "cn-hangzhou: the keyring cannot be reached" });
      assert.deepEqual(failed.audit, { status: "failed", reason: "an audit object cannot be reached" });
      assert.deepEqual(failed.kv, { status: "failed", reason: "KV did not answer in time" });
      assert.equal((await fetch(`${worker.address}/readyz`)).status, 503);
    }));

  test("is asked by many and checked once, and by somebody else if whoever checks is ended", () =>
    withGatedWorker(async (worker) => {
      await worker.call("ListKeys");
      await worker.asked();
      await worker.faults({ slowKeyring: true });
      const hangsUp = new AbortController();
      const first = ask(worker, { signal: hangsUp.signal }).catch(({ name }) => name);
      await sleep(100);
      const others = Array.from({ length: 30 }, () => ask(worker));
      hangsUp.abort();
      assert.equal(await first, "AbortError");
      for (const { status } of await Promise.all(others)) assert.equal(status, "ok");
      assert.deepEqual(await worker.asked(), { changes: 1 }, "the first one's question, although it is gone");

      await worker.moveClock(6_000);
      await worker.faults({ slowKeyring: true, mortal: true });
      const ended = new AbortController();
      const gone = ask(worker, { signal: ended.signal }).catch(() => {});
      await sleep(100);
      ended.abort();
      await gone;
      assert.equal((await ask(worker)).status, "ok");
    }));
});

describe("/metrics", { concurrency: true }, () => {
  test("is for whoever shows the token", () =>
    withWorker({ METRICS_TOKEN: TOKEN }, async ({ address }) => {
      const refused = await scrape(address, {});
      assert.deepEqual([refused.status, refused.headers.get("www-authenticate")], [401, 'Bearer realm="metrics"']);
      assert.doesNotMatch(await refused.text(), /edgekms_calls/);
      assert.equal((await scrape(address, { headers: { authorization: `Bearer ${TOKEN}s` } })).status, 401);
      const told = await scrape(address);
      assert.equal(told.status, 200);
      assert.equal(told.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
      assert.equal((await scrape(address, { method: "HEAD", headers: { authorization: `Bearer ${TOKEN}` } })).status, 200);
    }));

  test("is not there without a token", () =>
    withWorker({}, async ({ address }) => {
      assert.equal((await scrape(address)).status, 404);
    }));

  test("has the calls of every isolate, told by itself or as it is asked", () =>
    withGatedWorker(
      async ({ edges }) => {
        const [one, other] = edges;
        await one.call("CreateKey");
        await other.call("ListKeys");
        assert.equal(await sample(other.address, calls("ListKeys")), 1);
        assert.equal(await sample(one.address, calls("CreateKey")), 1);
        assert.equal(await sample(other.address, "edgekms_isolates"), 2);
        await other.call("ListKeys");
        const told = async () => (await sample(one.address, calls("ListKeys"))) === 2;
        assert.equal(await told(), false, "the other has not told yet");
        await until("it tells by itself", told, 25_000);
      },
      { isolates: 2, set: [`METRICS_TOKEN=${TOKEN}`] },
    ));

  test("never tells less than before, although the process is killed", async () => {
    const state = await temporaryState();
    const settings = { METRICS_TOKEN: TOKEN };
    try {
      const worker = await startWorker({ state, settings });
      const { call, refused } = callsTo(worker);
      await call("ListKeys");
      await refused("DescribeKey", { KeyId: "none" });
      assert.equal(await sample(worker.address, calls("ListKeys")), 1);
      await worker.kill();
      const again = await startWorker({ state, settings });
      try {
        assert.equal(await sample(again.address, calls("ListKeys")), 1);
        assert.equal(await sample(again.address, calls("DescribeKey", "Forbidden.KeyNotFound")), 1);
        await callsTo(again).call("ListKeys");
        assert.equal(await sample(again.address, calls("ListKeys")), 2);
      } finally {
        await again.stop();
      }
    } finally {
      await removeState(state);
    }
  });

  test("counts requests that were refused before they were calls", () =>
    withWorker({ METRICS_TOKEN: TOKEN }, async ({ address }) => {
      const body = "x".repeat(200_000);
      assert.equal((await fetch(address, { method: "POST", body })).status, 400);
      assert.equal(await sample(address, calls("unknown", "ParseRequestParameterException", "unauthenticated")), 1);
    }));
});

describe("points of calls", { concurrency: true }, () => {
  test("one for each, with nothing of its own", () =>
    withGatedWorker(
      async (worker) => {
        const { KeyId } = (await worker.call("CreateKey", { Description: "hush" })).KeyMetadata;
        await worker.call("Encrypt", { KeyId, Plaintext: base64("hush") });
        await worker.refused("DescribeKey", { KeyId: "hush" });
        const points = await worker.points();
        assert.equal(points.length, 3);
        const [created, encrypted, refused] = points;
        assert.deepEqual(created.indexes, ["CreateKey"]);
        assert.deepEqual(created.blobs, ["CreateKey", "OK", "root", "create-key", "cn-hangzhou", VERSION]);
        assert.deepEqual(encrypted.blobs.slice(0, 4), ["Encrypt", "OK", "root", "symmetric"]);
        assert.deepEqual(refused.blobs.slice(0, 3), ["DescribeKey", "Forbidden.KeyNotFound", "root"]);
        const [millis, status] = refused.doubles;
        assert.ok(millis >= 0 && millis < 60_000 && status === 404, refused.doubles);
        assert.doesNotMatch(JSON.stringify(points), new RegExp(`hush|${KeyId}|${base64("hush")}|${worker.credentials.accessKeyId}`));
      },
      { keepsPoints: true },
    ));

  test("a dataset of Analytics Engine takes them", async () => {
    const state = await temporaryState();
    const bind = (all) => {
      all.workers[0].analyticsEngineDatasets = { METRICS: { dataset: "edgekms_calls" } };
      return all;
    };
    const { about, stop } = await serve({ port: "0", state, build: BUILD, set: [] }, bind);
    try {
      const credentials = JSON.parse(await readFile(about.credentialsFile, "utf8"));
      const { call } = callsTo({ address: about.address, host: new URL(about.address).host, credentials });
      await call("ListKeys");
    } finally {
      await stop();
      await removeState(state);
    }
  });
});

test("who asks how long the stages of a call took is told, and pages that may call, too", () =>
  withWorker({ ALLOWED_ORIGINS: ORIGIN }, async ({ address, host, credentials }) => {
    const send = async (action, params, headers) => {
      const signed = acs3Request(credentials, host, action, Object.entries(params));
      const response = await fetch(`${address}${signed.path}`, { ...signed, headers: { ...signed.headers, ...headers } });
      return { response, json: await response.json() };
    };
    const asks = { "x-edgekms-timing": "1" };
    const { json } = await send("CreateKey", {}, {});
    const { KeyId } = json.KeyMetadata;
    const { response } = await send("GenerateDataKey", { KeyId }, asks);
    assert.match(
      response.headers.get("server-timing"),
      /^identity;dur=\d+, authorise;dur=\d+, resolve;dur=\d+, do;dur=\d+, record;dur=\d+$/,
    );
    assert.equal(response.headers.get("timing-allow-origin"), null);
    const page = await send("GenerateDataKey", { KeyId }, { ...asks, origin: ORIGIN });
    assert.equal(page.response.headers.get("timing-allow-origin"), ORIGIN);
    assert.match(page.response.headers.get("access-control-expose-headers"), /\bserver-timing\b/);
    const other = await send("GenerateDataKey", { KeyId }, { ...asks, origin: "https://evil.example.com" });
    assert.equal(other.response.headers.get("timing-allow-origin"), null);
    assert.equal((await send("GenerateDataKey", { KeyId }, {})).response.headers.get("server-timing"), null);
    const refused = await send("GenerateDataKey", { KeyId: "none" }, asks);
    assert.equal(refused.response.status, 404);
    assert.equal(refused.response.headers.get("server-timing"), null);
    const preflight = await fetch(address, {
      method: "OPTIONS",
      headers: { origin: ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "x-edgekms-timing" },
    });
    assert.equal(preflight.headers.get("access-control-allow-headers"), "x-edgekms-timing");
  }));
