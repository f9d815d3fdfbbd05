// SPDX-License-Identifier: Apache-2.0

/**
 * Somebody who has a little and tries for more: tokens that are changed or another's, signatures over another host,
 * headers smuggled in, names and policies that are meant to cost time. Each is refused with its code, in bounded time,
 * and leaves users, roles and keys as they were.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accountClient, genericClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { acs3Request, rpcRequest, send } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

/** No request may take longer, however it is made: what is refused is refused soon. */
const BOUND_MS = 5_000;
const STS = { version: "2015-04-01" };
const RAM = { version: "2015-05-01" };

let worker;
let key;
let broker;
/** Two sessions of one role, and one of another role. */
let sessions;

const statement = (Action, Resource) =>
  JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Action, Resource }] });
const withToken = ({ AccessKeyId, AccessKeySecret, SecurityToken }) => ({
  accessKeyId: AccessKeyId,
  accessKeySecret: AccessKeySecret,
  headers: { "x-acs-accesskey-id": AccessKeyId, "x-acs-security-token": SecurityToken },
});

before(async () => {
  worker = await startWorker();
  const root = accountClient(worker);
  key = (await genericClient(worker).call("CreateKey")).KeyMetadata;
  await root.call("CreateUser", { UserName: "broker" });
  broker = (await root.call("CreateAccessKey", { UserName: "broker" })).AccessKey;
  const trust = {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { RAM: [`acs:ram::${worker.accountId}:user/broker`] },
  };
  const trusted = JSON.stringify({ Version: "1", Statement: [trust] });
  await root.call("CreatePolicy", { PolicyName: "broker", PolicyDocument: statement("sts:AssumeRole", "*") });
  await root.call("CreatePolicy", { PolicyName: "describe", PolicyDocument: statement("kms:DescribeKey", key.Arn) });
  await root.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "broker", UserName: "broker" });
  for (const RoleName of ["Reader", "Nobody"]) {
    await root.call("CreateRole", { RoleName, AssumeRolePolicyDocument: trusted });
  }
  await root.call("AttachPolicyToRole", { PolicyType: "Custom", PolicyName: "describe", RoleName: "Reader" });
  const credentials = { accessKeyId: broker.AccessKeyId, accessKeySecret: broker.AccessKeySecret };
  const sts = accountClient({ ...worker, credentials });
  const session = (role, name) =>
    eventually(() => sts.call("AssumeRole", { RoleArn: `acs:ram::${worker.accountId}:role/${role}`, RoleSessionName: name }));
  sessions = [];
  for (const [role, name] of [["reader", "one"], ["reader", "two"], ["nobody", "three"]]) {
    sessions.push((await session(role, name)).Credentials);
  }
});
after(() => worker?.stop());

/** Sends it, and holds the answer to a code and the bound. */
async function refused(request, code, what = code) {
  const began = performance.now();
  const answer = await send(worker.address, request);
  assert.equal(answer.json?.Code, code, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`);
  assert.ok(performance.now() - began < BOUND_MS, `${what}: in time`);
}

const describeKey = (credentials, options) => acs3Request(credentials, worker.host, "DescribeKey", [["KeyId", key.KeyId]], options);
const signed = (session, headers) => describeKey(withToken(session), { headers: { ...withToken(session).headers, ...headers } });

describe("a session's token", () => {
  test("is good as it is: the control", async () => {
    const { status, text } = await send(worker.address, signed(sessions[0]));
    assert.equal(status, 200, text);
  });

  test("changed in any one character is refused", async () => {
    const { SecurityToken } = sessions[0];
    const places = [0, 1, 2, 40, Math.floor(SecurityToken.length / 2), SecurityToken.length - 1];
    for (const place of places) {
      const other = SecurityToken[place] === "A" ? "B" : "A";
      const changed = SecurityToken.slice(0, place) + other + SecurityToken.slice(place + 1);
      await refused(signed({ ...sessions[0], SecurityToken: changed }), "InvalidSecurityToken.Malformed", `character ${place}`);
    }
  });

  test("cut short, drawn out or of another kind is refused", async () => {
    const { SecurityToken } = sessions[0];
    for (const [what, changed] of [
      ["half of it", SecurityToken.slice(0, SecurityToken.length / 2)],
      ["twice", SecurityToken + SecurityToken],
      ["one letter", "A"],
      ["JSON", '{"role":"reader"}'],
      ["64 KiB", "A".repeat(65_536)],
    ]) {
      await refused(signed({ ...sessions[0], SecurityToken: changed }), "InvalidSecurityToken.Malformed", what);
    }
  });

  test("of another session, with this one's access key, is refused, and the other way round", async () => {
    const [one, two, other] = sessions;
    for (const [whose, token] of [[one, two], [two, one], [one, other], [other, one]]) {
      await refused(signed({ ...whose, SecurityToken: token.SecurityToken }), "InvalidSecurityToken.MismatchWithAccessKey");
    }
  });

  test("that is not signed, or not sent, is refused", async () => {
    const bare = describeKey(withToken(sessions[0]));
    await refused(bare, "MissingSecurityToken");
    const smuggled = { ...bare, headers: { ...bare.headers, "x-acs-security-token": sessions[0].SecurityToken } };
    const { status, json } = await send(worker.address, smuggled);
    assert.ok(status >= 400 && status < 500, `an unsigned token: ${status} ${json?.Code}`);
  });

  test("twice in one request is refused", async () => {
    const request = signed(sessions[0]);
    const { SecurityToken } = sessions[0];
    const twice = { ...request, headers: { ...request.headers, "x-acs-security-token": [SecurityToken, SecurityToken] } };
    const { status } = await send(worker.address, twice);
    assert.ok(status >= 400 && status < 500, String(status));
    const query = [["KeyId", key.KeyId], ["SecurityToken", SecurityToken], ["SecurityToken", SecurityToken]];
    const { status: rpc } = await send(worker.address, rpcRequest(withToken(sessions[0]), "DescribeKey", query));
    assert.ok(rpc >= 400 && rpc < 500, String(rpc));
  });

  test("does nothing for an access key that has none", async () => {
    const credentials = { accessKeyId: broker.AccessKeyId, accessKeySecret: broker.AccessKeySecret };
    const headers = { "x-acs-security-token": sessions[0].SecurityToken };
    await refused(describeKey(credentials, { headers }), "InvalidSecurityToken.MismatchWithAccessKey");
  });
});

describe("a signature", () => {
  test("over another host is refused", async () => {
    const request = acs3Request(worker.credentials, "kms.cn-hangzhou.aliyuncs.com", "ListKeys", []);
    await refused({ ...request, headers: { ...request.headers, host: worker.host } }, "SignatureDoesNotMatch");
  });

  test("over an action of one product is none for another product's", async () => {
    const request = acs3Request(worker.credentials, worker.host, "ListUsers", [], RAM);
    for (const [header, value] of [["x-acs-version", STS.version], ["x-acs-action", "CreateAccessKey"]]) {
      await refused({ ...request, headers: { ...request.headers, [header]: value } }, "SignatureDoesNotMatch", header);
    }
  });

  test("of a header that is sent twice is refused", async () => {
    const request = acs3Request(worker.credentials, worker.host, "ListUsers", [], RAM);
    for (const header of ["x-acs-action", "x-acs-date", "x-acs-version"]) {
      const twice = [request.headers[header], request.headers[header]];
      const { status } = await send(worker.address, { ...request, headers: { ...request.headers, [header]: twice } });
      assert.ok(status >= 400 && status < 500, `${header}: ${status}`);
    }
  });
});

describe("a parameter", () => {
  test("in the query and in the form is refused, also where both say the same", async () => {
    for (const other of ["mallory", "alice"]) {
      const options = { ...RAM, form: true, query: [["UserName", other]] };
      const request = acs3Request(worker.credentials, worker.host, "CreateUser", [["UserName", "alice"]], options);
      await refused(request, "InvalidParameter", other);
    }
    const listed = await accountClient(worker).call("ListUsers");
    assert.deepEqual(listed.Users.User.map(({ UserName }) => UserName), ["broker"]);
  });

  test("that names a role of an account that is not here tells nothing of it", async () => {
    const credentials = { accessKeyId: broker.AccessKeyId, accessKeySecret: broker.AccessKeySecret };
    for (const arn of ["acs:ram::9999999999999999:role/reader", "acs:ram::9999999999999999:role/not-there"]) {
      const params = [["RoleArn", arn], ["RoleSessionName", "session"]];
      await refused(acs3Request(credentials, worker.host, "AssumeRole", params, STS), "NoPermission", arn);
    }
  });
});

describe("what is meant to cost time", () => {
  const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
  // As large as a policy may be, and of nothing but what makes naive matching try everything.
  const wildcards = (longest) => {
    const resource = `acs:kms:*:${worker.accountId}:key/${"*a".repeat(40)}*b`;
    const statements = many(200, () => ({ Effect: "Allow", Action: ["kms:*a*a*a*a*b"], Resource: [resource] }));
    while (JSON.stringify({ Version: "1", Statement: statements }).length > longest) statements.pop();
    return JSON.stringify({ Version: "1", Statement: statements });
  };

  test("policies of wildcards as long as they may be decide as soon as others", async () => {
    const root = accountClient(worker);
    await root.call("CreateUser", { UserName: "matcher" });
    const { AccessKey } = await root.call("CreateAccessKey", { UserName: "matcher" });
    for (const index of many(10, (number) => number)) {
      const PolicyName = `wild-${index}`;
      await root.call("CreatePolicy", { PolicyName, PolicyDocument: wildcards(6_000) });
      await root.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName, UserName: "matcher" });
    }
    const credentials = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret };
    const request = () => acs3Request(credentials, worker.host, "DescribeKey", [["KeyId", "a".repeat(64)]]);
    await eventually(() => refused(request(), "Forbidden.NoPermission"));
    for (const _ of many(5, () => 0)) await refused(request(), "Forbidden.NoPermission");
  });

  test("a name of a million characters is refused before anybody looks for it", async () => {
    for (const [action, name, options] of [
      ["DescribeKey", "KeyId", {}],
      ["GetUser", "UserName", RAM],
      ["AssumeRole", "RoleArn", STS],
    ]) {
      const request = acs3Request(worker.credentials, worker.host, action, [[name, "a".repeat(1_000_000)]], { ...options, form: true });
      const began = performance.now();
      const { status } = await send(worker.address, request);
      assert.ok(status >= 400 && status < 500, `${action}: ${status}`);
      assert.ok(performance.now() - began < BOUND_MS, action);
    }
  });

  test("a policy that is too long, too deep or not JSON is refused by its code", async () => {
    const documents = [
      statement("kms:Encrypt", "a".repeat(40_000)),
      "[".repeat(6_000),
      `{"Version":"1","Statement":${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
      '{"Version":"1","Statement":[{"Effect":"Allow","Effect":"Deny","Action":"kms:*","Resource":"*"}]}',
    ];
    for (const document of documents) {
      const params = [["PolicyName", "bad"], ["PolicyDocument", document]];
      const request = acs3Request(worker.credentials, worker.host, "CreatePolicy", params, { ...RAM, form: true });
      const { status, json } = await send(worker.address, request);
      assert.ok(["MalformedPolicyDocument", "InvalidParameter"].includes(json?.Code), `${status} ${json?.Code}`);
    }
    assert.equal(await accountClient(worker).call("GetPolicy", { PolicyType: "Custom", PolicyName: "bad" }).catch((error) => error.code), "EntityNotExist.Policy");
  });

  test("whether a key is there is not told by the answer's time or text", async () => {
    const credentials = { accessKeyId: broker.AccessKeyId, accessKeySecret: broker.AccessKeySecret };
    const times = { there: [], missing: [] };
    const texts = new Set();
    for (let round = 0; round < 60; round += 1) {
      for (const [what, id] of [["there", key.KeyId], ["missing", "00000000-0000-4000-8000-000000000000"]]) {
        const request = acs3Request(credentials, worker.host, "DescribeKey", [["KeyId", id]]);
        const began = performance.now();
        const { json } = await send(worker.address, request);
        times[what].push(performance.now() - began);
        texts.add(`${json.Code}: ${json.Message}`);
      }
    }
    assert.deepEqual([...texts].length, 1, [...texts].join("\n"));
    const median = (list) => [...list].sort((a, b) => a - b)[list.length / 2];
    // A look-up in the keyring costs several times the whole answer; two answers without one differ by noise.
    const [a, b] = [median(times.there), median(times.missing)];
    assert.ok(Math.max(a, b) < 3 * Math.min(a, b), `${a} ms if it is there, ${b} ms if not`);
  });
});
