// SPDX-License-Identifier: Apache-2.0

/** `edgekms doctor`: every finding that it has, and what to do about it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { startServer } from "edgekms-server";
import { fails, run, workplace } from "./lib/cli.mjs";
import { startManaged } from "./lib/managed.mjs";

const PAGE = "https://app.example.com";
const METRICS_TOKEN = "a token of a test, long enough".replaceAll(/[^a-z]/g, "-");

let kms;
before(async () => {
  kms = await startManaged({ ALLOWED_ORIGINS: PAGE, METRICS_TOKEN });
});
after(() => kms?.stop());

/** What the doctor finds, by its checks. */
async function found(args = [], { cwd = kms.folder, env = kms.env } = {}) {
  const { code, stdout, stderr } = await run(["doctor", "--json", ...args], { cwd, env });
  assert.ok(stdout.startsWith("{"), stderr);
  const { Ok, Findings } = JSON.parse(stdout);
  assert.equal(code, Ok ? 0 : 1, "0 if nothing is wrong, 1 otherwise");
  for (const { Status, Remedy, Check } of Findings) if (Status !== "ok") assert.ok(Remedy?.length > 10, `${Check} says what to do`);
  const checks = Object.fromEntries(Findings.map((finding) => [finding.Check, finding]));
  return { ok: Ok, of: (check) => checks[check] ?? {}, checks: Object.keys(checks) };
}

describe("of a deployment that is well", () => {
  test("all is well, and each step is told", async () => {
    const { ok, of, checks } = await found(["--origin", PAGE], { env: { ...kms.env, EDGEKMS_METRICS_TOKEN: METRICS_TOKEN } });
    assert.equal(ok, true);
    for (const check of ["endpoint", "name", "version", "clock", "credentials", "region", "root keys", "KV lag", "CORS"]) {
      assert.equal(of(check).Status, "ok", `${check}: ${of(check).Finding}`);
    }
    const ready = checks.filter((check) => check.startsWith("ready: "));
    assert.deepEqual(ready.sort(), ["audit", "keyring", "kv", "root-keys", "settings"].map((check) => `ready: ${check}`));
    assert.ok(ready.every((check) => of(check).Status === "ok"));
    assert.match(of("credentials").Finding, /acs:ram::\d{16}:root, of the environment/);
    assert.equal(of("root keys").Finding, "version 1 wraps everything");
    assert.equal(of("certificate").Status, "skipped", "plain http, on this machine");
    const { code, stdout, stderr } = await run(["doctor"], { cwd: kms.folder, env: kms.env });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^ok +endpoint +http:\/\/127/);
  });

  test("what cannot be known is told so, and is not wrong", async () => {
    const env = { ...kms.env, EDGEKMS_OPERATOR_ACCESS_KEY_ID: "", EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: "" };
    const { ok, of } = await found([], { env });
    assert.equal(ok, true);
    assert.equal(of("root keys").Status, "skipped");
    assert.match(of("KV lag").Remedy, /EDGEKMS_METRICS_TOKEN/);
    const wrong = await found([], { env: { ...env, EDGEKMS_METRICS_TOKEN: "another" } });
    assert.match(wrong.of("KV lag").Finding, /the metrics are refused \(HTTP 401\)/);
  });
});

describe("what is wrong is named", { concurrency: 3 }, () => {
  test("an endpoint that is none, is not there, or is something else", async (t) => {
    const at = (endpoint) => found(["--endpoint", endpoint]);
    assert.match((await at("kms.example.com")).of("endpoint").Finding, /'kms\.example\.com', of the command line, is no URL/);
    assert.match((await at("http://kms.example.com")).of("endpoint").Finding, /is plain http to another machine/);
    assert.match((await at("https://127.0.0.1:1/kms")).of("endpoint").Finding, /has more than an origin/);
    assert.match((await at("https://no-such-host.invalid")).of("name").Finding, /is not found/);
    assert.match((await at("http://127.0.0.1:1")).of("version").Finding, /does not answer/);
    assert.match((await at("https://127.0.0.1:1")).of("certificate").Finding, /no TLS with 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
    const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
    await once(other, "listening");
    t.after(() => other.close());
    assert.match((await at(`http://127.0.0.1:${other.address().port}`)).of("version").Finding, /is no KMS \(HTTP 200\)/);
    const { checks } = await at("http://127.0.0.1:1");
    assert.ok(!checks.includes("credentials"), "what needs an answer is not tried without");
  });

  test("no endpoint, no access key, an unknown profile", async (t) => {
    const cwd = await workplace(t);
    assert.match((await found([], { cwd, env: {} })).of("endpoint").Finding, /no KMS is named/);
    const { EDGEKMS_ENDPOINT } = kms.env;
    assert.match((await found([], { cwd, env: { EDGEKMS_ENDPOINT } })).of("credentials").Finding, /no access key is set/);
    await fails(["doctor", "--profile", "wrok"], 3, /there is no profile 'wrok'/, { cwd });
  });

  test("a wrong secret, an access key that is not there, and somebody who may not", async () => {
    const wrong = await found([], { env: { ...kms.env, EDGEKMS_ACCESS_KEY_SECRET: "another one altogether" } });
    assert.match(wrong.of("credentials").Remedy, /of the environment/);
    assert.equal(wrong.of("credentials").Status, "failed");
    const unknown = await found([], { env: { ...kms.env, EDGEKMS_ACCESS_KEY_ID: "LTAI0" } });
    assert.equal(unknown.of("credentials").Status, "failed");
    const { AccessKey } = await kms.told(["users", "create", "nobody", "--access-key"]);
    const env = { ...kms.env, EDGEKMS_ACCESS_KEY_ID: AccessKey.AccessKeyId, EDGEKMS_ACCESS_KEY_SECRET: AccessKey.AccessKeySecret };
    const nobody = await found([], { env });
    assert.deepEqual([nobody.ok, nobody.of("credentials").Status, nobody.of("region").Status], [true, "ok", "skipped"]);
    // The same, as any other command says it: one line, its code.
    await kms.fails(["keys", "list"], 4, /SignatureDoesNotMatch/, { env: { EDGEKMS_ACCESS_KEY_SECRET: "another one altogether" } });
    await kms.fails(["keys", "list"], 5, /NetworkFault.*`edgekms doctor`/, { env: { EDGEKMS_ENDPOINT: "http://127.0.0.1:1" } });
  });

  test("a region that is not served, and a page that may not call", async () => {
    const { of } = await found(["--region", "cn-nowhere", "--origin", "https://other.example.com"]);
    assert.match(of("region").Finding, /RegionId/);
    assert.match(of("CORS").Finding, /pages of https:\/\/other\.example\.com may not call/);
    assert.match(of("CORS").Remedy, /ALLOWED_ORIGINS/);
  });

  test("a clock that is off, by the service's", async (t) => {
    let offMinutes = 60;
    const other = createServer((request, response) => {
      response.setHeader("date", new Date(Date.now() + offMinutes * 60_000).toUTCString());
      response.end(JSON.stringify(request.url === "/readyz" ? READY : { status: "ok", version: "9.9.9" }));
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    t.after(() => other.close());
    const READY = { status: "failed", checks: { settings: { status: "ok" }, kv: { status: "failed", reason: "KV does not take what is written" } } };
    const env = { ...kms.env, EDGEKMS_ENDPOINT: `http://127.0.0.1:${other.address().port}` };
    const ahead = await found([], { env });
    assert.match(ahead.of("clock").Finding, /it is 3\d{3} s behind the service's: requests are refused beyond 15 minutes/);
    assert.match(ahead.of("version").Finding, /release 9\.9\.9, and this program is/);
    assert.deepEqual([ahead.of("ready: settings").Status, ahead.of("ready: kv").Status], ["ok", "failed"]);
    assert.match(ahead.of("ready: kv").Remedy, /KEY_VIEWS/);
    offMinutes = -5;
    assert.equal((await found([], { env })).of("clock").Status, "warning");
  });

  test("a certificate that nobody here trusts, until it is", async () => {
    await using server = await startServer({ https: true, quiet: true });
    const env = { EDGEKMS_ENDPOINT: server.address, EDGEKMS_ACCESS_KEY_ID: server.accessKeyId, EDGEKMS_ACCESS_KEY_SECRET: server.accessKeySecret };
    const refused = await found([], { env });
    assert.equal(refused.of("certificate").Status, "failed");
    assert.match(refused.of("certificate").Remedy, /NODE_EXTRA_CA_CERTS/);
    const trusted = await found([], { env: { ...env, NODE_EXTRA_CA_CERTS: server.trust.authorityFile } });
    assert.match(trusted.of("certificate").Finding, /^trusted, until \d{4}-/);
    assert.equal(trusted.ok, true);
  });
});
