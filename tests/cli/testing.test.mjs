// SPDX-License-Identifier: Apache-2.0

/** `edgekms/testing`: a KMS of a test's own, many at once, with a clock that can be moved. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { assumeRole, Envelope } from "edgekms";
import { startServer, VARIABLES } from "edgekms-server";
import { startKms } from "edgekms/testing";
import { until } from "../lib/eventually.mjs";
import { isAlive } from "../lib/worker.mjs";
import { callsTo } from "../worker/lib/calls.mjs";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const OWN_ROOT = { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: ["acs:ram::${account}:root"] } }] };
/** For calls that are signed by the test itself. */
const plain = ({ endpoint, credentials }) => ({ address: endpoint, host: new URL(endpoint).host, credentials });
const rejects = (promise, code, message) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });

test("twenty at once know nothing of each other, and none is left", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => startKms({ seed: { keys: { [`alias/own-${n}`]: {} } } })));
  try {
    assert.equal(new Set(all.map(({ endpoint }) => endpoint)).size, 20);
    assert.equal(new Set(all.map(({ accountId }) => accountId)).size, 20);
    for (const [n, kms] of all.entries()) {
      const { aliases } = await kms.client().listAliases();
      assert.deepEqual(aliases.map(({ aliasName }) => aliasName), [`alias/own-${n}`]);
    }
    const stranger = all[0].client({ credentials: all[1].credentials });
    await rejects(stranger.listKeys(), "InvalidAccessKeyId.NotFound", /./);
  } finally {
    await Promise.all(all.map((kms) => kms.stop()));
  }
  await assert.rejects(fetch(all[0].endpoint), /fetch failed/);
});

describe("a KMS", () => {
  let kms;
  before(async () => {
    kms = await startKms({
      region: "eu-central-1",
      settings: { MAX_KEYS: 3 },
      now: "2029-01-01T00:00:00Z",
      seed: {
        keys: { "alias/photos": {} },
        policies: { assumes: { document: { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }] } } },
        users: { alice: { accessKey: true, policies: ["assumes"] } },
        roles: { reader: { trust: OWN_ROOT, policies: ["AliyunKMSReadOnlyAccess"] } },
      },
    });
  });
  after(() => kms?.stop());

  test("gives clients of both dialects, made with nothing more", async () => {
    const envelope = new Envelope({ keyring: kms.client().keyring("alias/photos") });
    const message = await envelope.encrypt("hello");
    const aws = kms.client({ dialect: "aws" });
    const { keyMetadata } = await aws.describeKey({ keyId: "alias/photos" });
    assert.match(keyMetadata.arn, new RegExp(`eu-central-1:${kms.accountId}:key/`));
    const again = new Envelope({ keyring: kms.client({ dialect: "aliyun" }).keyring(keyMetadata.keyId) });
    assert.equal(Buffer.from((await again.decrypt(message)).plaintext).toString(), "hello");
  });

  test("has the settings and the region that were asked for", async () => {
    const client = kms.client();
    await client.createKey();
    await client.createKey();
    await rejects(client.createKey(), "Rejected.LimitExceeded", /MAX_KEYS/);
    const { regions } = await client.describeRegions();
    assert.deepEqual(regions.map(({ regionId }) => regionId), ["eu-central-1"]);
  });

  test("has an operator", async () => {
    const operator = kms.client({ credentials: kms.operator });
    const { quotas } = await operator.describeQuotas();
    assert.equal(quotas.find(({ quota }) => quota === "Keys").number, 3);
  });

  test("is found by another process by its variables", async () => {
    const program = 'import { KmsClient } from "edgekms"; const { totalCount } = await KmsClient.fromEnv().listKeys(); console.log(totalCount);';
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      env: { ...process.env, ...kms.environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    assert.equal(line, "3");
  });

  test("began when it was told, and its clock only goes forward", async () => {
    const { keyMetadata } = await kms.client().describeKey({ keyId: "alias/photos" });
    assert.match(keyMetadata.creationDate, /^2029-01-01T00:0/);
    const now = await kms.clock.now();
    await rejects(kms.clock.set("2028-12-31"), "ClockFailed", /it is 2029-01-01T.* already: the clock only goes forward/);
    await rejects(kms.clock.advance(-1), "ClockFailed", /at least 0/);
    await rejects(kms.clock.set("next week"), "ClockFailed", /a text that Date reads/);
    const set = await kms.clock.set("2029-02-01");
    assert.ok(set.getTime() - Date.parse("2029-02-01") < 10_000 && set > now, set.toISOString());
  });

  test("lets temporary credentials end by its clock", async () => {
    const { endpoint, region, accountId, seeded } = kms;
    const [credentials] = seeded.accessKeys;
    const roleArn = `acs:ram::${accountId}:role/reader`;
    let made = 0;
    const session = () => assumeRole({ endpoint, region, credentials, roleArn, roleSessionName: "test", durationSeconds: 900 })();
    const held = kms.client({ credentials: await session() });
    const renewed = kms.client({ credentials: async () => ((made += 1), session()) });
    await held.listKeys();
    await renewed.listKeys();
    await kms.clock.advance(HOUR_MS);
    await rejects(held.listKeys(), "InvalidSecurityToken.Expired", /./);
    await renewed.listKeys();
    assert.equal(made, 2, "a client that can renews them");
  });

  test("deletes a key when it is due, and rotates one", async () => {
    const client = kms.client();
    const { keyMetadata: { keyId } } = await client.describeKey({ keyId: "alias/photos" });
    const versions = async () => (await client.listKeyVersions({ keyId })).totalCount;
    await client.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval: "7d" });
    // Its only version is older than that already.
    await kms.clock.advance(0);
    const before = await versions();
    await kms.clock.advance(7 * DAY_MS);
    assert.equal(await versions(), before + 1);
    const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: Buffer.from("x") });
    await client.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    await kms.clock.advance(7 * DAY_MS - HOUR_MS);
    assert.equal((await client.describeKey({ keyId })).keyMetadata.keyState, "PendingDeletion");
    await kms.clock.advance(HOUR_MS);
    await rejects(client.describeKey({ keyId }), "Forbidden.KeyNotFound", /./);
    await assert.rejects(client.decrypt({ ciphertextBlob }));
    assert.equal((await client.listKeys()).totalCount, 2);
  });

  test("is used by AWS's SDK too, which learns the time", async () => {
    const { accessKeyId, accessKeySecret: secretAccessKey } = kms.credentials;
    const aws = new KMSClient({ endpoint: kms.endpoint, region: kms.region, credentials: { accessKeyId, secretAccessKey } });
    const { Keys } = await aws.send(new ListKeysCommand({}));
    assert.ok(Keys.length > 0);
  });

  test("refuses who signs by another clock, and says by its own what time it is", async () => {
    const { status, json, headers } = await callsTo(plain(kms)).send("ListKeys");
    assert.deepEqual([status, json.Code], [400, "InvalidTimeStamp.Expired"]);
    assert.ok(Math.abs(Date.parse(headers.date) - (await kms.clock.now()).getTime()) < 10_000, headers.date);
  });
});

test("the trail forgets what is older than it keeps, and keeps the rest", async () => {
  await using kms = await startKms({ settings: { AUDIT_RETENTION_DAYS: 30 } });
  const client = kms.client();
  const { keyMetadata: { keyId } } = await client.createKey();
  const began = Date.now();
  let movedBy = 0;
  const { call } = callsTo(plain(kms), () => ({ version: "2020-07-06", clockOffsetMs: movedBy }));
  const second = (millis) => new Date(millis).toISOString().replace(/\.\d+Z$/, "Z");
  const events = async () => {
    const about = { "LookupAttribute.1.Key": "ResourceName", "LookupAttribute.1.Value": keyId };
    const { Events } = await call("LookupEvents", { StartTime: second(began - HOUR_MS), EndTime: second(began + 40 * DAY_MS), ...about });
    return Events.map(({ eventName }) => eventName);
  };
  // A change, which its keyring keeps, and a call that is none, which the trail's own objects keep.
  await client.encrypt({ keyId, plaintext: Buffer.from("old") });
  await until("both are there", async () => (await events()).join() === "Encrypt,CreateKey");
  movedBy = 31 * DAY_MS;
  await kms.clock.advance(movedBy);
  await client.describeKey({ keyId });
  await until("the old ones are gone", async () => (await events()).join() === "DescribeKey");
});

describe("what is refused", () => {
  test("options, settings and seeds that are wrong", async () => {
    await rejects(startKms({ sed: {} }), "InvalidArgument", /no option sed; it has seed/);
    await rejects(startKms(7), "InvalidArgument", /an object of options/);
    await rejects(startKms({ settings: { max_keys: 1 } }), "UnknownSetting", /Did you mean MAX_KEYS\?/);
    await rejects(startKms({ settings: { MAX_KEYS: null } }), "InvalidSetting", /MAX_KEYS must be a text or a number/);
    await rejects(startKms({ settings: { REGIONS: "a" }, region: "b" }), "InvalidOption", /leave one out/);
    await rejects(startKms({ seed: { keyz: {} } }), "InvalidArgument", /keyz/);
    await rejects(startKms({ now: "soon" }), "InvalidOption", /now must be a Date/);
    await rejects(startServer({ now: 0 }), "InvalidOption", /goes with movableClock/);
    await rejects(startServer({ port: 1.5 }), "InvalidOption", /port must be/);
    await rejects(startServer({ https: "yes" }), "InvalidOption", /https must be true or false/);
  });

  test("a seed that does not fit ends what was begun", async () => {
    await rejects(startKms({ seed: { keys: { "alias/a": { spec: "EC_SM2" } } } }), "UnsupportedOperation", /alias\/a/);
  });
});

test("a seed may be a file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-testing-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "seed.json");
  await writeFile(file, JSON.stringify({ keys: { "alias/filed": {} } }));
  await using kms = await startKms({ seed: pathToFileURL(file), https: true });
  assert.match(kms.endpoint, /^https:/);
  const { keyMetadata } = await kms.client().describeKey({ keyId: "alias/filed" });
  assert.equal(Object.values(kms.seeded.keys)[0], keyMetadata.keyId);
  // By its own fetch, and by nobody else's.
  await assert.rejects(fetch(kms.endpoint));
  assert.equal((await kms.fetch(`${kms.endpoint}/`, {})).status, 400);
  await kms.stop();
  await kms.stop();
});

test("a process that is killed leaves none behind, and one that ends by itself", async () => {
  const program = `
    import { startKms } from "edgekms/testing";
    await Promise.all([startKms(), startKms()]);
    const { execFileSync } = await import("node:child_process");
    const pids = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
    console.log(pids.split("\\n").filter((line) => line.includes("workerd")).map((line) => parseInt(line)).join());
    process.stdin.once("data", () => process.exit(0));`;
  for (const end of [(child) => child.kill("SIGKILL"), (child) => child.stdin.end("now")]) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const pids = line.split(",").map(Number);
    assert.equal(pids.filter(isAlive).length, 2, line);
    end(child);
    await until("the runtimes are gone", () => !pids.some(isAlive));
  }
});

test("the settings that are known are those of the manual", async () => {
  const { readFile } = await import("node:fs/promises");
  const manual = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const [table] = manual.split("## Settings\n")[1].split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((line) => [...line.split("|")[1].matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(VARIABLES.map(({ name }) => name), named.sort());
});
