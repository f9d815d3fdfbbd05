// SPDX-License-Identifier: Apache-2.0

/** `edgekms deploy`, with the real Wrangler: dry, and to as much of Cloudflare as it asks. No network. */

import assert from "node:assert/strict";
import { readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { OFFLINE, startCloudflare } from "./lib/cloudflare.mjs";
import { fails, namesIn, ok, run, workplace } from "./lib/cli.mjs";

const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));
const SECRETS = [
  "ROOT_KEYS", "BACKUP_KEY", "ACCOUNT_ID", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET",
  "OPERATOR_ACCESS_KEY_ID", "OPERATOR_ACCESS_KEY_SECRET", "METRICS_TOKEN",
];

/** A project that has Wrangler. */
async function project(t) {
  const cwd = await workplace(t);
  await symlink(MODULES, join(cwd, "node_modules"));
  const at = (...names) => join(cwd, ...names);
  const json = async (...names) => JSON.parse(await readFile(at(...names), "utf8"));
  return { cwd, at, json };
}

const told = async (args, options) => JSON.parse((await ok(["deploy", ...args, "--json"], options)).stdout);

describe("edgekms deploy --dry-run", () => {
  test("does all but the upload: configuration, worker, secrets in a file of their owner's alone", async (t) => {
    const { cwd, at, json } = await project(t);
    const args = ["--dry-run", "--yes", "--domain", "kms.example.com", "--regions", "cn-hangzhou,cn-beijing", "--origin", "https://app.example.com", "--set", "MAX_KEYS=1000", "--archive", "edgekms-audit"];
    const about = await told(args, { cwd, env: OFFLINE });
    assert.equal(about.Deployed, false);
    assert.deepEqual(about.Endpoints, ["https://kms.example.com", "https://kms.cn-hangzhou.example.com", "https://kms.cn-beijing.example.com"]);
    const config = await json("edgekms-deploy", "wrangler.json");
    const { vars, kv_namespaces, routes, workers_dev, r2_buckets, durable_objects, migrations } = config;
    assert.deepEqual([vars.REGIONS, vars.ALLOWED_ORIGINS, vars.MAX_KEYS, vars.THROTTLE], ["cn-hangzhou,cn-beijing", "https://app.example.com", "1000", "on"]);
    assert.deepEqual(kv_namespaces, [{ binding: "KEY_VIEWS" }], "no placeholder: Wrangler makes the namespace");
    assert.deepEqual(r2_buckets, [{ binding: "AUDIT_ARCHIVE", bucket_name: "edgekms-audit" }]);
    assert.deepEqual(routes.map(({ pattern, custom_domain }) => [pattern, custom_domain]), about.Endpoints.map((url) => [url.slice(8), true]));
    assert.equal(workers_dev, false);
    // What the repository's own configuration says of the worker, word for word.
    const { unstable_readConfig: readConfig } = createRequire(join(MODULES, "../worker/package.json"))("wrangler");
    const own = JSON.parse(JSON.stringify(readConfig({ config: join(MODULES, "../worker/wrangler.toml") }, { hideWarnings: true })));
    assert.deepEqual([config.compatibility_date, config.compatibility_flags, migrations], [own.compatibility_date, own.compatibility_flags, own.migrations]);
    assert.deepEqual(durable_objects.bindings.map(({ name, class_name }) => [name, class_name]).sort(), own.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]).sort());
    const recovery = await json("edgekms-recovery.json");
    assert.deepEqual(Object.keys(recovery).sort(), [...SECRETS].sort());
    assert.equal((await stat(at("edgekms-recovery.json"))).mode & 0o777, 0o600);
    const { current, keys } = JSON.parse(recovery.ROOT_KEYS);
    assert.equal(Buffer.from(keys[current], "base64").length, 32);
    assert.match(recovery.ACCOUNT_ID, /^\d{16}$/);
    const written = [JSON.stringify(config), JSON.stringify(await json("edgekms-deploy", "deployment.json"))].join();
    for (const name of SECRETS) assert.ok(!written.includes(recovery[name]), `${name} is in the recovery file alone`);
    assert.match(await readFile(at("edgekms-deploy", ".gitignore"), "utf8"), /edgekms-recovery/);

    // Once more: the same secrets and settings; what is given changes.
    const before = await readFile(at("edgekms-recovery.json"));
    await told(["--dry-run", "--yes", "--set", "MAX_KEYS=50"], { cwd, env: OFFLINE });
    assert.deepEqual(await readFile(at("edgekms-recovery.json")), before);
    const again = await json("edgekms-deploy", "wrangler.json");
    assert.deepEqual(again, { ...config, vars: { ...vars, MAX_KEYS: "50" } });
  });

  test("asks whether the secrets are kept, and where nobody can be asked goes no further", async (t) => {
    const { cwd } = await project(t);
    const { stderr } = await run(["deploy", "--dry-run"], { cwd, env: OFFLINE });
    assert.match(stderr, /Without the root keys every key is lost/);
    assert.match(stderr, /there is no terminal to ask on\. Give --yes/);
    assert.doesNotMatch(stderr, /Total Upload/, "Wrangler was not called");
  });

  test("writes over nobody's recovery file", async (t) => {
    const { cwd, at } = await project(t);
    await writeFile(at("edgekms-recovery.json"), "another deployment's");
    await fails(["deploy", "--dry-run", "--yes"], 7, /edgekms-recovery\.json is there already, and may be all there is of a deployment's root keys/, { cwd, env: OFFLINE });
    assert.equal(await readFile(at("edgekms-recovery.json"), "utf8"), "another deployment's");
    assert.ok(!(await namesIn(cwd)).includes("edgekms-deploy"), "nothing else was written");
  });

  test("refuses settings that cannot be", async (t) => {
    const { cwd } = await project(t);
    for (const [args, line] of [
      [["--set", "MAX_KYES=1"], /there is no setting MAX_KYES\. Did you mean MAX_KEYS\?/],
      [["--set", "ROOT_KEYS=x"], /ROOT_KEYS is a secret.*`wrangler secret put ROOT_KEYS`/],
      [["--set", "MAX_KEYS"], /--set is NAME=VALUE/],
      [["--domain", "localhost"], /'localhost' is no domain/],
      [["--regions", "Hangzhou"], /'Hangzhou' is no region/],
      [["--name", "Edge KMS"], /'Edge KMS' is no name of a worker/],
    ]) {
      await fails(["deploy", "--dry-run", "--yes", ...args], 2, line, { cwd, env: OFFLINE });
    }
    assert.deepEqual(await namesIn(cwd), ["key", "node_modules"]);
  });
});

describe("edgekms deploy", () => {
  test("sends the secrets with the worker, once; then the worker alone", async (t) => {
    const { cwd, json } = await project(t);
    const cloud = await startCloudflare(t);
    const { env } = cloud;
    const about = await told(["--yes", "--domain", "kms.example.com"], { cwd, env });
    assert.deepEqual([about.Deployed, about.Endpoint], [true, "https://kms.example.com"]);
    const recovery = await json("edgekms-recovery.json");
    const [{ bindings, migrations, files }] = cloud.uploads;
    const secrets = Object.fromEntries(bindings.filter(({ type }) => type === "secret_text").map(({ name, text }) => [name, text]));
    assert.deepEqual(secrets, recovery);
    assert.deepEqual(bindings.filter(({ type }) => type === "kv_namespace").map(({ name, namespace_id }) => [name, namespace_id]), [["KEY_VIEWS", "f".repeat(32)]]);
    assert.equal(cloud.namespaces.length, 1);
    assert.deepEqual(cloud.domains, ["kms.example.com"]);
    assert.ok(migrations.steps.length > 0 && files.some((name) => name.endsWith(".wasm")));

    // The recovery file is where it is kept, and no longer here.
    await rename(join(cwd, "edgekms-recovery.json"), join(cwd, "kept"));
    const again = await told(["--set", "MAX_KEYS=50"], { cwd, env });
    assert.equal(again.Deployed, true);
    const [, { bindings: later }] = cloud.uploads;
    assert.ok(!later.some(({ type }) => type === "secret_text"), "no secret is sent again");
    assert.equal(later.find(({ name }) => name === "MAX_KEYS").text, "50");
    assert.ok(!(await namesIn(cwd)).includes("edgekms-recovery.json"), "none are made");
    await fails(["deploy", "--name", "another"], 7, /is the deployment of edgekms\. Another one has a folder of its own/, { cwd, env });
  });

  test("that fails after the upload goes on with the secrets that were sent", async (t) => {
    const { cwd } = await project(t);
    const cloud = await startCloudflare(t);
    const { env } = cloud;
    cloud.refusesDomains = true;
    const failed = await run(["deploy", "--yes", "--domain", "kms.example.com"], { cwd, env });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /edgekms deploy: wrangler deploy ended with 1\. It says why, above\. The same line goes on from here\.\n$/);
    cloud.refusesDomains = false;
    await told(["--yes", "--domain", "kms.example.com"], { cwd, env });
    const sent = cloud.uploads.map(({ bindings }) => bindings.some(({ type }) => type === "secret_text"));
    assert.deepEqual(sent, [true, false]);
  });

  test("never sends root keys to a worker that has some, nor where it cannot be known", async (t) => {
    const { cwd } = await project(t);
    const cloud = await startCloudflare(t);
    cloud.secrets = ["ROOT_KEYS"];
    cloud.uploads.push({ bindings: [] });
    const refused = await run(["deploy", "--yes"], { cwd, env: cloud.env });
    assert.equal(refused.code, 7);
    assert.match(refused.stderr, /the worker edgekms is deployed, and has root keys, which new ones would lock out/);
    const unknown = await run(["deploy", "--yes"], { cwd, env: { ...cloud.env, CLOUDFLARE_API_TOKEN: "" } });
    assert.equal(unknown.code, 5);
    assert.match(unknown.stderr, /Cloudflare does not say which secrets the worker has\. `npx wrangler login`/);
    assert.equal(cloud.uploads.length, 1);
  });
});
