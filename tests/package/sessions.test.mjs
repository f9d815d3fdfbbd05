// SPDX-License-Identifier: Apache-2.0

/** `assumeRole` against the worker, with roles that Alibaba's own RAM SDK has made. */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, mock, test } from "node:test";
import { Envelope, KmsClient, assumeRole } from "edgekms";
import { accountClient, edgekmsClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const FORBIDDEN = "Forbidden.NoPermission";
const document = (...Statement) => ({ Version: "1", Statement });
const allow = (Action, Resource, more = {}) => ({ Effect: "Allow", Action, Resource, ...more });

/** `fetch` that notes the action and the access key of each request. */
function noting(onFetch = () => {}) {
  const calls = [];
  const fetch = (url, init) => {
    const { authorization, "x-acs-action": action } = Object.fromEntries(new Headers(init.headers));
    calls.push({ action, key: /Credential=([^,]+)/.exec(authorization)[1] });
    onFetch();
    return globalThis.fetch(url, init);
  };
  return { calls, fetch, of: (action) => calls.filter((call) => call.action === action) };
}

describe("assumeRole", () => {
  let worker;
  let ram;
  let user;
  let keyId;
  let roleArn;
  let second;

  before(async () => {
    worker = await startWorker();
    ram = accountClient(worker);
    const kms = edgekmsClient(worker);
    const { keyMetadata } = await kms.createKey();
    ({ keyId } = keyMetadata);
    await ram.call("CreateUser", { UserName: "app" });
    const { AccessKey } = await ram.call("CreateAccessKey", { UserName: "app" });
    user = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret };
    await grant("user-may", "User", "app", allow("sts:AssumeRole", "*"));
    const userArn = `acs:ram::${worker.accountId}:user/app`;
    roleArn = await role("first", userArn, allow("kms:*", keyMetadata.arn));
    second = await role("second", roleArn, allow("kms:DescribeKey", "*"), {
      Condition: { StringEquals: { "sts:ExternalId": "order-66" } },
    });
    await grant("first-may", "Role", "first", allow("sts:AssumeRole", second));
    await eventually(() => credentials({}, user)());
  });
  after(() => worker?.stop());
  afterEach(() => mock.timers.reset());

  async function grant(PolicyName, kind, name, statement) {
    await ram.call("CreatePolicy", { PolicyName, PolicyDocument: JSON.stringify(document(statement)) });
    await ram.call(`AttachPolicyTo${kind}`, { PolicyType: "Custom", PolicyName, [`${kind}Name`]: name });
  }

  async function role(RoleName, whom, statement, more = {}) {
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: [whom] }, ...more };
    const AssumeRolePolicyDocument = JSON.stringify(document(trust));
    const { Role } = await ram.call("CreateRole", { RoleName, AssumeRolePolicyDocument });
    await grant(`${RoleName}-does`, "Role", RoleName, statement);
    return Role.Arn;
  }

  const credentials = (options = {}, who = user) =>
    assumeRole({ endpoint: worker.address, credentials: who, roleArn, roleSessionName: "test", ...options });
  const client = (given, options = {}) => edgekmsClient({ ...worker, credentials: given }, options);

  test("a client of a role may what the role may, in either dialect", async () => {
    const session = credentials();
    const { plaintext, ciphertextBlob } = await client(session).generateDataKey({ keyId });
    const aws = client(session, { dialect: "aws" });
    assert.deepEqual((await aws.decrypt({ ciphertextBlob })).plaintext, plaintext);
    await rejectsWithCode(client(session).listKeys(), FORBIDDEN);
  });

  test("a policy of the session takes from it, given as an object or as JSON", async () => {
    const policy = document(allow("kms:DescribeKey", "*"));
    for (const given of [policy, JSON.stringify(policy)]) {
      const kms = client(credentials({ policy: given }));
      await kms.describeKey({ keyId });
      await rejectsWithCode(kms.generateDataKey({ keyId }), FORBIDDEN);
    }
  });

  test("who may do no more than make and open data keys seals and opens by the key's ARN", async () => {
    const policy = document(allow(["kms:GenerateDataKey", "kms:Decrypt"], "*"));
    const { calls, fetch } = noting();
    const kms = client(credentials({ policy }), { fetch });
    const { keyMetadata } = await edgekmsClient(worker).describeKey({ keyId });
    const envelope = new Envelope({ keyring: kms.keyring(keyMetadata.arn) });
    const { plaintext } = await envelope.decrypt(await envelope.encrypt("x"));
    assert.equal(new TextDecoder().decode(plaintext), "x");
    assert.deepEqual(calls.map(({ action }) => action), ["GenerateDataKey", "Decrypt"]);
    const byId = new Envelope({ keyring: kms.keyring(keyId) });
    await rejectsWithCode(byId.encrypt("x"), FORBIDDEN, "an id's ARN is asked for");
  });

  test("the function itself gives the session, whose length is the one asked for", async () => {
    const session = await credentials({ durationSeconds: 900 })();
    assert.match(session.accessKeyId, /^STS\./);
    const left = Date.parse(session.expiration) - Date.now();
    assert.ok(left > 800_000 && left <= 900_000, `${left} ms`);
    await client(session).describeKey({ keyId });
  });

  test("one session serves all clients that have the function", async () => {
    const { fetch, of } = noting();
    const session = credentials({ fetch });
    const clients = [client(session), client(session)];
    await Promise.all(clients.flatMap((kms) => [kms.describeKey({ keyId }), kms.describeKey({ keyId })]));
    assert.equal(of("AssumeRole").length, 1);
  });

  test("a role that takes on another, with the external id that this one asks for", async () => {
    const chain = (more) => client(credentials({ roleArn: second, ...more }, credentials()));
    await chain({ externalId: "order-66" }).describeKey({ keyId });
    const { cause } = await rejectsWithCode(chain({}).describeKey({ keyId }), "CredentialsUnavailable");
    assert.equal(cause.code, "NoPermission");
  });

  test("a session is renewed before it ends, while calls go on", async () => {
    const { calls, fetch, of } = noting();
    const kms = client(credentials({ fetch, durationSeconds: 900 }), { fetch });
    await kms.describeKey({ keyId });
    // Of the client alone: the worker stays behind, and believes a clock that is 15 minutes off.
    mock.timers.enable({ apis: ["Date"], now: Date.now() + 14 * 60_000 });
    await kms.describeKey({ keyId });
    assert.equal(of("AssumeRole").length, 2);
    const keys = new Set(of("DescribeKey").map(({ key }) => key));
    assert.equal(keys.size, 2, JSON.stringify(calls));
  });

  test("a session that was revoked is replaced, and the call repeated", async () => {
    const revoked = await role("short", `acs:ram::${worker.accountId}:user/app`, allow("kms:*", "*"));
    const { fetch, of } = noting();
    const kms = client(credentials({ roleArn: revoked, fetch }), { fetch });
    await eventually(() => kms.describeKey({ keyId }));
    const before = of("AssumeRole").length;
    const PolicyName = "short-does";
    await ram.call("DetachPolicyFromRole", { PolicyType: "Custom", PolicyName, RoleName: "short" });
    await ram.call("DeleteRole", { RoleName: "short" });
    await ram.call("DeletePolicy", { PolicyName });
    await role("short", `acs:ram::${worker.accountId}:user/app`, allow("kms:*", "*"));
    await eventually(async () => {
      await kms.describeKey({ keyId });
      assert.ok(of("AssumeRole").length > before, "it goes on with the old session");
    });
    assert.ok(new Set(of("DescribeKey").map(({ key }) => key)).size >= 2);
  });

  test("what the server refuses is the cause", async () => {
    for (const [options, who, code] of [
      [{ roleArn: `acs:ram::${worker.accountId}:role/nobody` }, user, "EntityNotExist.Role"],
      [{ durationSeconds: 1 }, user, "InvalidParameter"],
      [{ roleSessionName: "?" }, user, "InvalidParameter"],
      [{ policy: "{" }, user, "InvalidParameter.PolicyGrammar"],
      [{}, { ...user, accessKeySecret: "wrong" }, "SignatureDoesNotMatch"],
    ]) {
      const { cause, message } = await rejectsWithCode(credentials(options, who)(), "CredentialsUnavailable");
      assert.equal(cause.code, code, cause.message);
      assert.ok(cause.requestId && message.includes(code));
    }
  });

  test("what cannot be meant is refused at once", () => {
    const reach = { endpoint: worker.address, credentials: user, roleArn, roleSessionName: "test" };
    assumeRole(reach);
    for (const wrong of [
      { endpoint: "http://kms.example.com" },
      { credentials: undefined },
      { roleArn: "" },
      { roleSessionName: undefined },
      { durationSeconds: "900" },
      { durationSeconds: 0.5 },
      { region: 1 },
      { maxAttempts: 0 },
    ]) {
      throwsWithCode(() => assumeRole({ ...reach, ...wrong }), "InvalidArgument", JSON.stringify(wrong));
    }
  });

  test("no session is asked for before somebody calls", () => {
    const { calls, fetch } = noting();
    new KmsClient({ endpoint: worker.address, credentials: credentials({ fetch }) });
    assert.equal(calls.length, 0);
  });
});
