// SPDX-License-Identifier: Apache-2.0

/**
 * A page's credentials, from an account with nothing in it, by Alibaba's own SDKs for RAM, STS and KMS, unmodified:
 * root makes a user, a policy and a role; the user takes the role on with a policy for one session; the session may
 * what both say, and nothing else. The same in Python is python/story_test.py.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accountClient, genericClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

const FORBIDDEN = "Forbidden.NoPermission";
const PLAINTEXT = Buffer.from("of one user").toString("base64");
const statement = (Action, Resource, more = {}) =>
  JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Action, Resource, ...more }] });
const context = (user) => ({ EncryptionContext: JSON.stringify({ user }) });

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker?.stop());

/** A client of one kind, for somebody's access key. */
const by = (client, { AccessKeyId, AccessKeySecret, SecurityToken }) =>
  client({
    ...worker,
    credentials: { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken },
  });

/** The code with which a call is refused. */
async function refusal(call) {
  const error = await call.then(
    (answer) => assert.fail(`it succeeded: ${JSON.stringify(answer)}`),
    (thrown) => thrown,
  );
  assert.ok(error.data, error.stack);
  return error.code;
}

/** As `refusal`, but for what is allowed until isolates hear of a change. */
const refusedSoon = (code, call) => eventually(async () => assert.equal(await refusal(call()), code));

describe("a session for a page", () => {
  let root;
  let broker;
  let session;
  let key;
  let other;
  let roleArn;
  const kms = (who) => by(genericClient, who);

  before(async () => {
    root = accountClient(worker);
    const rootKms = genericClient(worker);
    [key, other] = [await rootKms.call("CreateKey"), await rootKms.call("CreateKey")].map(({ KeyMetadata }) => KeyMetadata);
    await root.call("CreateUser", { UserName: "broker" });
    broker = (await root.call("CreateAccessKey", { UserName: "broker" })).AccessKey;
  });

  test("a user may nothing before anybody says so", async () => {
    await eventually(async () => assert.equal(await refusal(kms(broker).call("ListKeys")), FORBIDDEN));
    assert.equal(await refusal(by(accountClient, broker).call("ListUsers")), "NoPermission");
  });

  test("a role has what a policy says, and trusts the user", async () => {
    const users = `acs:ram::${worker.accountId}:user/broker`;
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: [users] } };
    const { Role } = await root.call("CreateRole", {
      RoleName: "Page",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "1", Statement: [trust] }),
    });
    roleArn = Role.Arn;
    await root.call("CreatePolicy", {
      PolicyName: "one-key",
      PolicyDocument: statement(["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"], key.Arn),
    });
    await root.call("AttachPolicyToRole", { PolicyType: "Custom", PolicyName: "one-key", RoleName: "Page" });
  });

  test("the user takes the role on once a policy of its own says so too", async () => {
    const asked = {
      RoleArn: roleArn,
      RoleSessionName: "alice@example.com",
      DurationSeconds: 900,
      Policy: statement(["kms:GenerateDataKey", "kms:Decrypt"], "*", {
        Condition: { StringEquals: { "kms:EncryptionContext:user": "alice" } },
      }),
    };
    const sts = by(accountClient, broker);
    assert.equal(await refusal(sts.call("AssumeRole", asked)), "NoPermission");
    await root.call("CreatePolicy", { PolicyName: "broker", PolicyDocument: statement("sts:AssumeRole", roleArn) });
    await root.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "broker", UserName: "broker" });
    const told = await eventually(() => sts.call("AssumeRole", asked));
    session = told.Credentials;
    assert.match(session.AccessKeyId, /^STS\./);
    assert.equal(told.AssumedRoleUser.Arn, `${roleArn}/alice@example.com`);
    const left = Date.parse(session.Expiration) - Date.now();
    assert.ok(left > 800_000 && left <= 900_000, `${left} ms left`);
    const identity = await by(accountClient, session).call("GetCallerIdentity");
    assert.equal(identity.IdentityType, "AssumedRoleUser");
    assert.equal(identity.AccountId, worker.accountId);
  });

  test("the session may what both the role and its own policy say", async () => {
    const page = kms(session);
    const dataKey = await page.call("GenerateDataKey", { KeyId: key.KeyId, ...context("alice") });
    const { Plaintext } = await page.call("Decrypt", { CiphertextBlob: dataKey.CiphertextBlob, ...context("alice") });
    assert.equal(Plaintext, dataKey.Plaintext);
  });

  for (const [what, action, params] of [
    ["another user's context", "GenerateDataKey", () => ({ KeyId: key.KeyId, ...context("bob") })],
    ["no context", "GenerateDataKey", () => ({ KeyId: key.KeyId })],
    ["another key", "GenerateDataKey", () => ({ KeyId: other.KeyId, ...context("alice") })],
    ["what the role alone may", "Encrypt", () => ({ KeyId: key.KeyId, Plaintext: PLAINTEXT, ...context("alice") })],
    ["what nobody lets it", "DescribeKey", () => ({ KeyId: key.KeyId })],
    ["a list", "ListKeys", () => ({})],
    ["a key that is not there", "DescribeKey", () => ({ KeyId: "00000000-0000-4000-8000-000000000000" })],
    ["what cannot be undone", "ScheduleKeyDeletion", () => ({ KeyId: key.KeyId, PendingWindowInDays: 7 })],
  ]) {
    test(`the session may not: ${action} with ${what}`, async () => {
      assert.equal(await refusal(kms(session).call(action, params())), FORBIDDEN);
    });
  }

  test("nor make more of itself", async () => {
    const page = by(accountClient, session);
    for (const [action, params] of [
      ["CreateUser", { UserName: "mallory" }],
      ["CreateAccessKey", { UserName: "broker" }],
      ["AttachPolicyToRole", { PolicyType: "System", PolicyName: "AliyunKMSFullAccess", RoleName: "Page" }],
      ["AssumeRole", { RoleArn: roleArn, RoleSessionName: "again" }],
    ]) {
      assert.equal(await refusal(page.call(action, params)), "NoPermission", action);
    }
  });

  test("a token is one key's, whole and unchanged", async () => {
    const { AccessKeyId, AccessKeySecret, SecurityToken } = session;
    const changed = SecurityToken.slice(0, 60) + (SecurityToken[60] === "A" ? "B" : "A") + SecurityToken.slice(61);
    for (const [who, code] of [
      [{ AccessKeyId, AccessKeySecret, SecurityToken: changed }, "InvalidSecurityToken.Malformed"],
      [{ AccessKeyId, AccessKeySecret }, "MissingSecurityToken"],
      [{ ...broker, SecurityToken }, "InvalidSecurityToken.MismatchWithAccessKey"],
      [{ AccessKeyId, AccessKeySecret: "x", SecurityToken }, "SignatureDoesNotMatch"],
    ]) {
      assert.equal(await refusal(kms(who).call("GenerateDataKey", { KeyId: key.KeyId, ...context("alice") })), code);
    }
  });

  test("what is taken from the role is taken from its sessions", async () => {
    await root.call("DetachPolicyFromRole", { PolicyType: "Custom", PolicyName: "one-key", RoleName: "Page" });
    await refusedSoon(FORBIDDEN, () => kms(session).call("GenerateDataKey", { KeyId: key.KeyId, ...context("alice") }));
  });

  test("a role that is gone has no sessions", async () => {
    await root.call("DeleteRole", { RoleName: "Page" });
    await refusedSoon("InvalidSecurityToken.Expired", () => kms(session).call("ListKeys"));
  });

  test("an access key that is off is refused", async () => {
    const params = { UserName: "broker", UserAccessKeyId: broker.AccessKeyId, Status: "Inactive" };
    await root.call("UpdateAccessKey", params);
    await refusedSoon("InvalidAccessKeyId.Inactive", () => kms(broker).call("ListKeys"));
  });
});

test("in Python", (t) =>
  runPythonTests(t, worker, "story_test.py", { EDGEKMS_TEST_HOST: worker.host, EDGEKMS_TEST_ACCOUNT: worker.accountId }));
