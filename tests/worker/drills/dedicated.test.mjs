// SPDX-License-Identifier: Apache-2.0

/**
 * docs/operations.md, A dedicated deployment: a second worker for one account over the objects of the first, with the
 * configuration of that section, bound to a third one as a service, which calls it by the package's client.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { KmsClient } from "edgekms";
import { parse } from "smol-toml";
import { serve } from "../../../worker/serve.mjs";
import { until } from "../../lib/eventually.mjs";
import { removeState, temporaryState } from "../../lib/worker.mjs";
import { base64 } from "../lib/calls.mjs";
import { BUILD } from "../lib/gated-worker.mjs";
import { accessKeyOf, callsAs, operatorOf, ramOf } from "./lib/calling.mjs";

const WITHIN = { timeout: 120_000 };
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGE = await readFile(join(ROOT, "docs/operations.md"), "utf8");
const [, TOML, SERVICE] = /^## A dedicated deployment\n[^]*?```toml\n([^]*?)```[^]*?```js\n([^]*?)```/m.exec(PAGE);
const DEDICATED = parse(TOML);
const SHOP = { accessKeyId: "LTAIshop", accessKeySecret: "a secret of the dedicated one" };
const SHOP_OPERATOR = { accessKeyId: "LTAIshopoperator", accessKeySecret: "an operator's of the dedicated one" };

let state;
let server;
let shared;
let dedicated;
let accountId;
let blob;
let user;
let origin;

/** The worker of the section that uses the client, bundled as for workerd. */
async function serviceModules() {
  const { outputFiles } = await build({
    stdin: { contents: SERVICE, resolveDir: join(ROOT, "tests"), sourcefile: "app.mjs" },
    bundle: true,
    write: false,
    format: "esm",
    outdir: ROOT,
    entryNames: "app",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  const typeOf = (path) => (path.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
  const modules = outputFiles.map(({ path, contents }) => ({ type: typeOf(path), path, contents }));
  return modules.sort((one, other) => Number(one.type === "CompiledWasm") - Number(other.type === "CompiledWasm"));
}

/** The shared worker; and the second one for an account, with the bindings that its configuration says. */
async function start(account, more = []) {
  const extend = (all) => {
    const [worker] = all.workers;
    if (account === undefined) return all;
    const objects = DEDICATED.durable_objects.bindings.map(({ name, class_name: className, script_name: scriptName }) => {
      assert.equal(scriptName, worker.name);
      return [name, { className, scriptName, useSQLite: true }];
    });
    const [kv] = DEDICATED.kv_namespaces;
    all.workers.push({
      ...worker,
      name: DEDICATED.name,
      bindings: {
        ...worker.bindings,
        ...DEDICATED.vars,
        ACCOUNT_ID: account,
        ACCESS_KEY_ID: SHOP.accessKeyId,
        ACCESS_KEY_SECRET: SHOP.accessKeySecret,
        OPERATOR_ACCESS_KEY_ID: SHOP_OPERATOR.accessKeyId,
        OPERATOR_ACCESS_KEY_SECRET: SHOP_OPERATOR.accessKeySecret,
      },
      durableObjects: Object.fromEntries(objects),
      kvNamespaces: { [kv.binding]: Object.values(worker.kvNamespaces)[0] },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    });
    all.workers.push(...more);
    return all;
  };
  server = await serve({ port: "0", state, build: BUILD, set: ["THROTTLE=on", "STATE_CONSISTENCY=strict", "SYMMETRIC_RATE=20"] }, extend);
  const credentials = JSON.parse(await readFile(server.about.credentialsFile, "utf8"));
  shared = { address: server.about.address, credentials };
  if (account === undefined) return;
  origin = (await server.miniflare.unsafeGetDirectURL(DEDICATED.name)).origin;
  dedicated = callsAs({ address: origin }, SHOP);
}

before(async () => {
  state = await temporaryState();
  await start();
  // The account is made in the shared one, as any other.
  const operator = ramOf(callsAs(shared, operatorOf(shared.credentials)));
  const { AccountId } = (await operator("CreateAccount", { DisplayName: "shop" })).Account;
  accountId = AccountId;
  const root = accessKeyOf(await operator("CreateAccountAccessKey", { AccountId }));
  const there = callsAs(shared, root);
  const { KeyId } = (await there.call("CreateKey")).KeyMetadata;
  await there.call("CreateAlias", { KeyId, AliasName: "alias/orders" });
  blob = (await there.call("Encrypt", { KeyId, Plaintext: base64("before") })).CiphertextBlob;
  await ramOf(there)("CreateUser", { UserName: "till" });
  await ramOf(there)("AttachPolicyToUser", { UserName: "till", PolicyType: "System", PolicyName: "AliyunKMSCryptoUserAccess" });
  user = accessKeyOf(await ramOf(there)("CreateAccessKey", { UserName: "till" }));
  await server.stop();
  const name = "app";
  const modules = await serviceModules();
  const [{ binding, service }] = parse(PAGE.match(/```toml\n(\[\[services\]\][^]*?)```/)[1]).services;
  const app = {
    name,
    modules,
    modulesRoot: ROOT,
    compatibilityDate: "2026-01-01",
    bindings: { KMS_ACCESS_KEY_ID: user.accessKeyId, KMS_ACCESS_KEY_SECRET: user.accessKeySecret },
    serviceBindings: { [binding]: service },
  };
  await start(accountId, [app]);
});
after(async () => {
  await server?.stop();
  await removeState(state);
});

test("it has the account's keys and users, and what it changes the shared one has as well", WITHIN, async () => {
  assert.equal((await dedicated.call("Decrypt", { CiphertextBlob: blob })).Plaintext, base64("before"));
  assert.equal((await callsAs({ address: origin }, user).call("Decrypt", { CiphertextBlob: blob })).Plaintext, base64("before"));
  const { KeyId } = (await dedicated.call("CreateKey")).KeyMetadata;
  const { CiphertextBlob } = await dedicated.call("Encrypt", { KeyId, Plaintext: base64("after") });
  await ramOf(dedicated)("AttachPolicyToUser", { UserName: "till", PolicyType: "System", PolicyName: "AliyunKMSReadOnlyAccess" });
  await until("the shared one opens it for the account's user", async () => {
    const { Plaintext } = await callsAs(shared, user).call("Decrypt", { CiphertextBlob });
    return Plaintext === base64("after");
  });
});

test("it is nobody else's: other accounts' access keys are refused, and its own are no good elsewhere", WITHIN, async () => {
  const refused = [404, "InvalidAccessKeyId.NotFound"];
  assert.deepEqual(await callsAs({ address: origin }, shared.credentials).refused("ListKeys"), refused);
  assert.deepEqual(await callsAs(shared, SHOP).refused("ListKeys"), refused);
  assert.deepEqual(await callsAs({ address: origin }, operatorOf(shared.credentials)).refused("DescribeQuotas"), refused);
});

test("it has a rate of its own class, which the operator gives the account there", WITHIN, async () => {
  const operator = callsAs({ address: origin }, SHOP_OPERATOR);
  const own = async (caller, name) => (await caller.call("DescribeQuotas")).Quotas.Quota.find(({ Quota }) => Quota === name).Number;
  await operator.call("SetQuota", { Quota: "SoftwareGatewayRate", Number: "2000" });
  assert.equal(await own(operator, "SoftwareGatewayRate"), 2_000);
  assert.equal(await own(callsAs(shared, operatorOf(shared.credentials)), "SoftwareGatewayRate"), 0, "the shared account's are its own");
  const burst = async (caller, KeyId) => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => caller.send("GenerateDataKey", { KeyId })));
    return answers.filter(({ status }) => status === 429).length;
  };
  await until("the rate is leased", async () => (await burst(dedicated, "alias/orders")) === 0, 20_000);
  const other = callsAs(shared, shared.credentials);
  const { KeyId } = (await other.call("CreateKey")).KeyMetadata;
  assert.ok((await burst(other, KeyId)) > 0, "20 a second are all that others have");
});

test("a worker has it as a service, and calls it by the client", WITHIN, async () => {
  const app = await server.miniflare.getWorker("app");
  const answer = await app.fetch("http://app/");
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  const { keyId, opened } = JSON.parse(text);
  const { KeyId } = (await dedicated.call("DescribeKey", { KeyId: "alias/orders" })).KeyMetadata;
  assert.deepEqual([keyId, opened], [KeyId, true]);
  const client = new KmsClient({ endpoint: origin, region: server.about.region, credentials: user });
  assert.equal((await client.describeKey({ keyId: "alias/orders" })).keyMetadata.keyId, KeyId);
});

test("its objects are all that the worker of this repository has", async () => {
  const own = parse(await readFile(join(ROOT, "worker/wrangler.toml"), "utf8"));
  const classes = ({ durable_objects: { bindings } }) => bindings.map(({ name, class_name }) => `${name} ${class_name}`);
  assert.deepEqual(classes(DEDICATED), classes(own));
  assert.deepEqual(DEDICATED.durable_objects.bindings.map(({ script_name }) => script_name), classes(own).map(() => own.name));
  assert.deepEqual([DEDICATED.main, DEDICATED.compatibility_date, DEDICATED.compatibility_flags], [own.main, own.compatibility_date, own.compatibility_flags]);
  const namespaces = ({ kv_namespaces }) => kv_namespaces.map(({ binding, id }) => [binding, id !== undefined]);
  assert.deepEqual([namespaces(own), namespaces(DEDICATED)], [[["KEY_VIEWS", false]], [["KEY_VIEWS", true]]]);
});

test("Wrangler takes its configuration", WITHIN, async () => {
  const requireOfWorker = createRequire(join(ROOT, "worker/package.json"));
  const config = join(state, "wrangler.toml");
  await writeFile(config, TOML.replace("src/entry.js", join(ROOT, "worker/src/entry.js")));
  const wrangler = join(dirname(requireOfWorker.resolve("wrangler/package.json")), "bin", "wrangler.js");
  const args = ["deploy", "--dry-run", "--config", config, "--outdir", join(state, "bundle")];
  const { stdout } = await promisify(execFile)(process.execPath, [wrangler, ...args], { env: { ...process.env, WRANGLER_SEND_METRICS: "false" } });
  for (const { name } of DEDICATED.durable_objects.bindings) assert.match(stdout, new RegExp(`env\\.${name} \\(\\w+Object, defined in edgekms\\)`));
});
