// SPDX-License-Identifier: Apache-2.0

/**
 * Who did what, by Alibaba's own SDKs, unmodified: the root, a user and a session of a role call KMS, RAM and STS,
 * allowed and denied; each call is in the trail exactly once, as whoever made it, and nothing in the trail is secret.
 * The same in Python, whose SDK for ActionTrail is typed, is python/trail_test.py.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { accountClient, genericClient, genericTrailClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { runPythonTests } from "../lib/python.mjs";
import { assertChained } from "../lib/trail-file.mjs";
import { removeState, startWorker, temporaryState } from "../lib/worker.mjs";

const PLAINTEXT = Buffer.from("nobody may read this").toString("base64");
const CONTEXT = "a-value-of-the-context";
const OPERATOR = { accessKeyId: "operator", accessKeySecret: "operator-secret-operator-secret" };
const document = (Action, more = { Resource: "*" }) =>
  JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Action, ...more }] });

let worker;
let state;
before(async () => {
  state = await temporaryState();
  const settings = { OPERATOR_ACCESS_KEY_ID: OPERATOR.accessKeyId, OPERATOR_ACCESS_KEY_SECRET: OPERATOR.accessKeySecret };
  worker = await startWorker({ state, settings });
});
after(async () => {
  await worker?.stop();
  if (state) await removeState(state);
});

/** Somebody, with a client for each product. */
function somebody({ AccessKeyId, AccessKeySecret, SecurityToken }) {
  const credentials = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
  const as = { ...worker, credentials };
  return { kms: genericClient(as), accounts: accountClient(as), trail: genericTrailClient(as), id: AccessKeyId };
}

/** Every event that a look-up finds, page by page. */
async function lookedUp(client, params = {}) {
  const events = [];
  let NextToken;
  do {
    const page = await client.call("LookupEvents", { ...params, ...(NextToken && { NextToken }) });
    events.push(...page.Events);
    NextToken = page.NextToken;
  } while (NextToken);
  return events;
}

describe("every call is in the trail", () => {
  /** What was called, in order: `{ id, action, who, code, rw, service }`. */
  const called = [];
  const secrets = [PLAINTEXT, Buffer.from(PLAINTEXT, "base64").toString(), CONTEXT];
  const people = {};
  let sessionTold;

  /** Calls, and notes it. A refusal is expected if a code is given. */
  async function call(name, product, action, params, code) {
    const service = { kms: "Kms", accounts: /^(AssumeRole|GetCallerIdentity)$/.test(action) ? "Sts" : "Ram", trail: "Actiontrail" };
    const note = { action, who: name, code, service: service[product] };
    try {
      const answer = await people[name][product].call(action, params);
      called.push({ ...note, id: answer.RequestId });
      assert.equal(code, undefined, `${action} by ${name} succeeded`);
      return answer;
    } catch (error) {
      if (!error.data) throw error;
      called.push({ ...note, id: error.data.RequestId });
      assert.equal(error.code, code, error.message);
      return undefined;
    }
  }

  before(async () => {
    const { accessKeyId, accessKeySecret } = worker.credentials;
    secrets.push(accessKeySecret);
    people.root = somebody({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret });
    const { KeyMetadata } = await call("root", "kms", "CreateKey", { Description: "a description" });
    secrets.push("a description");
    const KeyId = KeyMetadata.KeyId;
    await call("root", "accounts", "CreateUser", { UserName: "olga" });
    const olga = (await call("root", "accounts", "CreateAccessKey", { UserName: "olga" })).AccessKey;
    secrets.push(olga.AccessKeySecret);
    people.olga = somebody(olga);
    const trust = { Principal: { RAM: [`acs:ram::${worker.accountId}:user/olga`] } };
    const role = await call("root", "accounts", "CreateRole", {
      RoleName: "Page",
      AssumeRolePolicyDocument: document("sts:AssumeRole", trust),
    });
    for (const [PolicyName, actions, to] of [
      ["uses", ["kms:GenerateDataKey", "kms:Decrypt"], { RoleName: "Page" }],
      ["officer", ["sts:AssumeRole", "actiontrail:LookupEvents"], { UserName: "olga" }],
    ]) {
      await call("root", "accounts", "CreatePolicy", { PolicyName, PolicyDocument: document(actions) });
      const kind = to.RoleName ? "Role" : "User";
      await call("root", "accounts", `AttachPolicyTo${kind}`, { PolicyType: "Custom", PolicyName, ...to });
    }
    // Not noted: how often it takes, nobody knows.
    await eventually(() => people.olga.accounts.call("AssumeRole", { RoleArn: role.Role.Arn, RoleSessionName: "warm" }));
    await call("olga", "kms", "ListKeys", {}, "Forbidden.NoPermission");
    await call("olga", "accounts", "ListUsers", {}, "NoPermission");
    sessionTold = await call("olga", "accounts", "AssumeRole", { RoleArn: role.Role.Arn, RoleSessionName: "alice" });
    const session = sessionTold.Credentials;
    secrets.push(session.AccessKeySecret, session.SecurityToken);
    people.alice = somebody(session);
    const EncryptionContext = JSON.stringify({ user: CONTEXT });
    const sealed = await call("root", "kms", "Encrypt", { KeyId, Plaintext: PLAINTEXT, EncryptionContext });
    const dataKey = await call("alice", "kms", "GenerateDataKey", { KeyId, EncryptionContext });
    secrets.push(sealed.CiphertextBlob, dataKey.CiphertextBlob, dataKey.Plaintext);
    const CiphertextBlob = dataKey.CiphertextBlob;
    await call("alice", "kms", "Decrypt", { CiphertextBlob, EncryptionContext });
    await call("alice", "kms", "Decrypt", { CiphertextBlob }, "InvalidParameter");
    await call("alice", "kms", "Encrypt", { KeyId, Plaintext: PLAINTEXT }, "Forbidden.NoPermission");
    await call("alice", "kms", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 }, "Forbidden.NoPermission");
    await call("alice", "accounts", "GetCallerIdentity", {});
    await call("alice", "trail", "LookupEvents", {}, "NoPermission");
    await call("root", "kms", "CreateAlias", { KeyId, AliasName: "alias/told" });
    await call("root", "kms", "DisableKey", { KeyId: "00000000-0000-4000-8000-000000000000" }, "Forbidden.KeyNotFound");
    await call("root", "kms", "DescribeRegions", {});
    await call("olga", "trail", "LookupEvents", { MaxResults: "5" });
  });

  test("exactly once, as whoever made it and with how it ended", async () => {
    for (const [who, params] of [["root", { MaxResults: "50" }], ["olga", { MaxResults: "7", Direction: "FORWARD" }]]) {
      const events = await lookedUp(people[who].trail, params);
      for (const { id, action, who, code, service } of called) {
        const found = events.filter(({ requestId }) => requestId === id);
        assert.equal(found.length, action === "DescribeRegions" ? 0 : 1, `${action} by ${who}`);
        if (action === "DescribeRegions") continue;
        const [event] = found;
        assert.equal(event.eventName, action);
        assert.equal(event.errorCode, code, action);
        assert.equal(event.serviceName, service);
        assert.equal(event.isGlobal, service === "Ram" || service === "Sts");
        assert.equal(event.userIdentity.userName, who === "alice" ? "Page:alice" : who, action);
        assert.equal(event.userIdentity.accessKeyId, people[who].id);
      }
      const ids = events.map(({ eventId }) => eventId);
      assert.equal(new Set(ids).size, ids.length, "no event comes twice");
      const times = events.map(({ eventTime }) => eventTime);
      const inOrder = [...times].sort();
      assert.deepEqual(times, params.Direction ? inOrder : inOrder.reverse());
    }
  });

  test("with the session that it was made in", async () => {
    const events = await lookedUp(people.root.trail, { LookupAttribute: [{ Key: "User", Value: "Page:alice" }] });
    assert.deepEqual(new Set(events.map(({ userIdentity }) => userIdentity.type)), new Set(["assumed-role"]));
    for (const { userIdentity } of events) {
      assert.equal(userIdentity.principalId, sessionTold.AssumedRoleUser.AssumedRoleId);
      const { creationDate, mfaAuthenticated } = userIdentity.sessionContext.attributes;
      assert.equal(mfaAuthenticated, "false");
      assert.ok(Math.abs(Date.parse(creationDate) - Date.now()) < 600_000, creationDate);
    }
    const expected = called.filter(({ who }) => who === "alice").map(({ id }) => id);
    assert.deepEqual(new Set(events.map(({ requestId }) => requestId)), new Set(expected));
  });

  test("and nothing secret is", async () => {
    const text = JSON.stringify(await lookedUp(people.root.trail));
    for (const secret of secrets) assert.ok(!text.includes(secret), secret);
  });

  test("an export has all of it, chained, and only the operator gets one", async () => {
    await call("root", "kms", "ExportEvents", {}, "Forbidden.NoPermission");
    await call("olga", "kms", "ExportEvents", {}, "Forbidden.NoPermission");
    const operator = genericClient({ ...worker, credentials: OPERATOR });
    const lines = [];
    let Marker;
    do {
      const part = await operator.call("ExportEvents", Marker ? { Marker } : {});
      lines.push(...part.Lines.map((line) => JSON.parse(line)));
      Marker = part.NextMarker;
    } while (Marker);
    const secretsFile = JSON.parse(await readFile(join(state, "dev-credentials.json"), "utf8"));
    const shards = Object.groupBy(lines, ({ region, shard }) => `${region} ${shard}`);
    assert.ok("global account" in shards && `${worker.region} keyring` in shards, Object.keys(shards).join());
    for (const [name, rows] of Object.entries(shards)) {
      const head = rows.pop();
      const [region, shard] = name.split(" ");
      assertChained(secretsFile, region, shard, rows);
      assert.deepEqual([head.kind, head.seq, head.mac], ["head", rows.length, rows.at(-1)?.mac ?? ""]);
    }
    const ids = lines.flatMap(({ line }) => (line ? [JSON.parse(line).requestId] : []));
    for (const { id, action } of called) {
      assert.equal(ids.filter((each) => each === id).length, action === "DescribeRegions" ? 0 : 1, action);
    }
  });
});

test("in Python", (t) =>
  runPythonTests(t, worker, "trail_test.py", { EDGEKMS_TEST_HOST: worker.host, EDGEKMS_TEST_ACCOUNT: worker.accountId }));
