// SPDX-License-Identifier: Apache-2.0

/**
 * Roles that are taken on by a token of an identity provider, with the provider on loopback: what Node's crypto has
 * signed is good in workerd, the provider is asked for its keys once, and a caller who hangs up takes nobody along.
 */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startIssuer } from "../lib/issuer.mjs";
import { acs3Request, send } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

const RAM = "2015-05-01";
const STS = "2015-04-01";
const IMS = "2019-08-15";

let worker;
let issuer;

before(async () => {
  worker = await startWorker({ settings: { ENVIRONMENT: "development", OIDC_HTTP_LOOPBACK: "on" } });
});
after(() => worker?.stop());
beforeEach(async (context) => {
  issuer = await startIssuer();
  context.after(() => issuer.stop());
  issuer.addKey("rsa", "RS256");
  issuer.addKey("ec", "ES256");
});

async function done(version, action, params) {
  const signed = acs3Request(worker.credentials, worker.host, action, Object.entries(params), { version });
  const { status, json, text } = await send(worker.address, signed);
  assert.equal(status, 200, `${action}: ${text}`);
  return json;
}

/** A provider of this issuer, and a role that trusts it; their names have this ending. */
async function trust(name) {
  const provider = `acs:ram::${worker.accountId}:oidc-provider/${name}`;
  await done(IMS, "CreateOIDCProvider", { OIDCProviderName: name, IssuerUrl: issuer.url, ClientIds: "web" });
  const statement = {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Federated: [provider] },
    Condition: { StringEquals: { "oidc:iss": issuer.url, "oidc:sub": "alice" } },
  };
  const document = JSON.stringify({ Version: "1", Statement: [statement] });
  await done(RAM, "CreateRole", { RoleName: name, AssumeRolePolicyDocument: document });
  return (token, changes) => ({
    OIDCProviderArn: provider,
    RoleArn: `acs:ram::${worker.accountId}:role/${name}`,
    RoleSessionName: "alice",
    OIDCToken: token,
    ...changes,
  });
}

/** As @alicloud/credentials sends it: nobody signs, the common parameters in the URL, the others in a form. */
function assume(params, { signal } = {}) {
  const common = new URLSearchParams({ Version: STS, Action: "AssumeRoleWithOIDC", Format: "JSON" });
  const body = Buffer.from(new URLSearchParams(params).toString());
  const headers = {
    host: worker.host,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(body.length),
  };
  return send(worker.address, { method: "POST", path: `/?${common}`, headers, body }, { signal });
}

test("a token that Node has signed takes on a role, and its session may what the role may", async () => {
  const params = await trust("session");
  const key = (await done("2016-01-20", "CreateKey", {})).KeyMetadata.KeyId;
  const policy = { PolicyType: "System", PolicyName: "AliyunKMSCryptoUserAccess", RoleName: "session" };
  await done(RAM, "AttachPolicyToRole", policy);
  for (const kid of ["rsa", "ec"]) {
    const { status, json, text } = await assume(params(issuer.token(kid)));
    assert.equal(status, 200, text);
    assert.equal(json.OIDCTokenInfo.Subject, "alice");
    assert.equal(json.OIDCTokenInfo.Issuer, issuer.url);
    const { AccessKeyId, AccessKeySecret, SecurityToken } = json.Credentials;
    const session = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
    const use = (action, more) => {
      const headers = { "x-acs-security-token": SecurityToken };
      const signed = acs3Request(session, worker.host, action, [["KeyId", key], ...more], { headers });
      return send(worker.address, signed);
    };
    assert.equal((await use("GenerateDataKey", [])).status, 200);
    assert.equal((await use("DisableKey", [])).json.Code, "Forbidden.NoPermission");
  }
});

test("what is not proven is refused, and the issuer is asked once for all", async () => {
  const params = await trust("refused");
  const other = await startIssuer();
  other.addKey("rsa", "RS256");
  other.stop();
  const refused = async (token, changes) => {
    const { status, json } = await assume(params(token, changes));
    return [status, json.Code];
  };
  const invalid = [400, "AuthenticationFail.OIDCToken.Invalid"];
  const now = Math.floor(Date.now() / 1000);
  assert.deepEqual(await refused(other.token("rsa", { iss: issuer.url })), invalid);
  assert.deepEqual(await refused(issuer.token("rsa", { aud: "other" })), invalid);
  assert.deepEqual(await refused(issuer.token("rsa").replace(/\.[^.]*$/, ".")), invalid);
  const expired = await refused(issuer.token("ec", { iat: now - 900, exp: now - 300 }));
  assert.deepEqual(expired, [400, "AuthenticationFail.OIDCToken.Expired"]);
  const bob = await refused(issuer.token("ec", { sub: "bob" }));
  assert.deepEqual(bob, [403, "AuthenticationFail.NoPermission"]);
  // A key that the issuer has made since is fetched a minute later at the soonest.
  issuer.addKey("new", "ES256");
  assert.deepEqual(await refused(issuer.token("new")), invalid);
  assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/keys"]);
});

test("callers who hang up while the keys are fetched take nobody along", async () => {
  const params = await trust("hang-up");
  issuer.delayMs = 400;
  const token = issuer.token("rsa");
  const hangsUp = new AbortController();
  const first = assume(params(token), { signal: hangsUp.signal }).catch((error) => error);
  await sleep(100);
  const others = Promise.all(Array.from({ length: 8 }, () => assume(params(token))));
  await sleep(100);
  hangsUp.abort();
  assert.ok((await first) instanceof Error);
  for (const { status, text } of await others) assert.equal(status, 200, text);
  assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/keys"]);
});

test("an issuer that does not answer, or sends elsewhere, is not there", async () => {
  const params = await trust("away");
  const target = await startIssuer();
  target.addKey("rsa", "RS256");
  issuer.redirectTo = `${target.url}/.well-known/openid-configuration`;
  const { status, json } = await assume(params(issuer.token("rsa")));
  assert.deepEqual([status, json.Code], [503, "ServiceUnavailableTemporary"]);
  assert.deepEqual(target.asked, []);
  target.stop();
});
