// SPDX-License-Identifier: Apache-2.0

/** Procedures of docs/operations.md, as an operator has them on the command line: recovery, a region that is gone, leaks. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Envelope, multiKeyring } from "edgekms";
import { applySeed } from "edgekms/seed";
import { startKms } from "edgekms/testing";
import { eventually } from "../lib/eventually.mjs";
import { edgekmsClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";
import { fails, ok, workplace } from "./lib/cli.mjs";
import { environmentOf, OPERATOR, startManaged } from "./lib/managed.mjs";

const WITHIN = { timeout: 120_000 };
const REGIONS = ["cn-hangzhou", "cn-beijing"];
/** Each is a process of its own, which mostly waits. */
const AT_ONCE = { concurrency: 3 };
const PEOPLE = { users: { till: { policies: ["AliyunKMSCryptoUserAccess"], accessKey: true } } };
const LEAKY = {
  policies: { assumes: { document: { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }] } } },
  users: {
    alice: { policies: ["AliyunKMSReadOnlyAccess"], accessKey: true },
    server: { policies: ["assumes"], accessKey: true },
  },
  roles: {
    web: {
      trust: { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: ["acs:ram::${account}:root"] } }] },
      policies: ["AliyunKMSReadOnlyAccess"],
    },
  },
  keys: { "alias/photos": {} },
};

describe("with what was kept", AT_ONCE, () => {
  test("all is lost but backups, the recovery file and a seed: what was encrypted in either region opens again", WITHIN, async (t) => {
    const cwd = await workplace(t);
    const state = join(cwd, "state");
    const kept = {
      BACKUP_KEY: randomBytes(32).toString("base64"),
      ACCOUNT_ID: "1234567890123456",
      OPERATOR_ACCESS_KEY_ID: OPERATOR.accessKeyId,
      OPERATOR_ACCESS_KEY_SECRET: OPERATOR.accessKeySecret,
    };
    let worker = await startWorker({ state, settings: { ...kept, REGIONS: REGIONS.join(",") } });
    t.after(() => worker.kill());
    const there = () => ({ cwd, env: environmentOf(worker) });
    const inRegion = (region) => edgekmsClient({ ...worker, region });
    const before = worker.credentials;
    await writeFile(join(cwd, "people.json"), JSON.stringify(PEOPLE));
    await ok(["seed", "people.json", "--vault", "first-vault.json"], there());
    const keyIds = {};
    const messages = {};
    for (const region of REGIONS) {
      const { keyMetadata } = await inRegion(region).createKey();
      keyIds[region] = keyMetadata.keyId;
      await inRegion(region).createAlias({ keyId: keyMetadata.keyId, aliasName: "alias/photos" });
      messages[region] = await new Envelope({ keyring: inRegion(region).keyring("alias/photos") }).encrypt("kept");
      await ok(["keys", "backup", `${region}.edgekms`, "--region", region], there());
    }
    const [one, other] = REGIONS;
    await rejectsWithCode(inRegion(other).describeKey({ keyId: keyIds[one] }), "Forbidden.KeyNotFound");
    await rejectsWithCode(new Envelope({ keyring: inRegion(other).keyring("alias/photos") }).decrypt(messages[one]), "NoDataKey");

    await worker.kill();
    await rm(state, { recursive: true, maxRetries: 5, retryDelay: 100 });
    worker = await startWorker({ state, settings: { ...kept, REGIONS: REGIONS.join(",") } });
    assert.notDeepEqual(worker.credentials, before, "nothing is left of the secrets that were not kept");
    for (const region of REGIONS) {
      await ok(["keys", "restore", `${region}.edgekms`, "--region", region, "--yes"], there());
      const { plaintext } = await new Envelope({ keyring: inRegion(region).keyring("alias/photos") }).decrypt(messages[region]);
      assert.equal(Buffer.from(plaintext).toString(), "kept");
      assert.equal((await inRegion(region).describeKey({ keyId: "alias/photos" })).keyMetadata.keyId, keyIds[region]);
    }
    await fails(["users", "show", "till"], 3, /EntityNotExist\.User/, there());
    await ok(["seed", "people.json", "--vault", "second-vault.json"], there());
    assert.deepEqual(JSON.parse((await ok(["users", "list", "--json"], there())).stdout).Users.map(({ UserName }) => UserName), Object.keys(PEOPLE.users));
  });

  test("a region is gone: what was encrypted under keys of two opens, and nothing is encrypted under one alone unasked", WITHIN, async () => {
    const seed = { keys: { "alias/photos": {} } };
    const [gone, left] = await Promise.all(REGIONS.map((region) => startKms({ region, seed })));
    try {
      const [generator, child] = [gone, left].map((kms) => kms.client().keyring("alias/photos"));
      const both = new Envelope({ keyring: multiKeyring({ generator, children: [child] }) });
      const message = await both.encrypt("kept");
      await gone.stop();
      const opened = async (keyring) => Buffer.from((await new Envelope({ keyring }).decrypt(message)).plaintext).toString();
      assert.equal(await opened(multiKeyring({ generator, children: [child] })), "kept");
      assert.equal(await opened(child), "kept");
      await rejectsWithCode(both.encrypt("new"), "NetworkFault");
      await new Envelope({ keyring: child }).encrypt("new");
    } finally {
      await Promise.all([gone.stop(), left.stop()]);
    }
  });
});

describe("after a leak of", AT_ONCE, () => {
  let kms;
  /** The access keys that leak, and that take on a role, by their users. */
  let accessKeys;
  before(async () => {
    kms = await startManaged();
    const { address: endpoint, region, credentials } = kms.worker;
    const made = await applySeed({ endpoint, region, credentials }, LEAKY);
    accessKeys = Object.fromEntries(made.accessKeys.map((key) => [key.user, { AccessKeyId: key.accessKeyId, AccessKeySecret: key.accessKeySecret }]));
  });
  after(() => kms?.stop());

  /** The environment of an access key that may do nothing of the operator's. */
  const signedBy = ({ AccessKeyId, AccessKeySecret, SecurityToken = "" }) => ({
    EDGEKMS_ACCESS_KEY_ID: AccessKeyId,
    EDGEKMS_ACCESS_KEY_SECRET: AccessKeySecret,
    EDGEKMS_SECURITY_TOKEN: SecurityToken,
    EDGEKMS_OPERATOR_ACCESS_KEY_ID: "",
    EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: "",
  });
  const clientOf = ({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken }) =>
    edgekmsClient({ ...kms.worker, credentials: { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) } });
  const looks = async (key) => (await clientOf(key).describeKey({ keyId: "alias/photos" })).keyMetadata.keyId;
  const isRefused = (key, code) => eventually(() => assert.rejects(looks(key), (error) => code.test(error.code)));
  /** The actions that the trail has of an access key. */
  const done = async (id) => {
    const { Events } = await kms.told(["audit", "lookup", "--access-key", id, "--from", "1h"]);
    return new Set(Events.map(({ eventName }) => eventName));
  };

  test("a user's access key: it is refused, the trail says what it did, another one works", WITHIN, async () => {
    const { alice: leaked } = accessKeys;
    await looks(leaked);
    await kms.ok(["users", "access-keys", "disable", "alice", leaked.AccessKeyId, "--yes"]);
    const next = await kms.told(["users", "access-keys", "create", "alice"]);
    await isRefused(leaked, /Inactive/);
    await looks(next);
    assert.ok((await done(leaked.AccessKeyId)).has("DescribeKey"));
    await kms.ok(["users", "access-keys", "delete", "alice", leaked.AccessKeyId, "--yes"]);
  });

  test("a role's credentials: its sessions end, and new ones can be had", WITHIN, async () => {
    const assume = async () => (await kms.told(["roles", "assume", "web"], { env: signedBy(accessKeys.server) })).Credentials;
    const leaked = await assume();
    await looks(leaked);
    await kms.ok(["roles", "revoke", "web", "--yes"]);
    await isRefused(leaked, /SecurityToken/);
    assert.ok((await done(leaked.AccessKeyId)).has("DescribeKey"));
    await eventually(async () => looks(await assume()));
  });

  test("all access keys of an account: nobody signs for it any more, and its keys are its new root's", WITHIN, async () => {
    const { AccountId, AccessKey } = await kms.told(["accounts", "create", "--display-name", "shop", "--access-key"]);
    const root = { env: signedBy(AccessKey) };
    const { KeyId } = await kms.told(["keys", "create", "--alias", "photos"], root);
    const { AccessKey: user } = await kms.told(["users", "create", "bob", "--access-key"], root);
    await kms.ok(["accounts", "close", AccountId, "--yes"]);
    for (const key of [AccessKey, user]) await isRefused(key, /InvalidAccessKeyId/);
    const made = await kms.told(["accounts", "create-access-key", AccountId]);
    assert.equal(await looks(made), KeyId);
    assert.deepEqual((await kms.told(["users", "list"], { env: signedBy(made) })).Users, []);
  });
});
