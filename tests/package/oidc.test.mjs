// SPDX-License-Identifier: Apache-2.0

/**
 * `assumeRoleWithOidc`, and `fromEnv` with a token in a file: what is sent, to a stand-in that answers as STS is
 * documented to. Whether the worker takes it is shown with the worker's side of it.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { KmsClient, assumeRoleWithOidc } from "edgekms";
import { rejectsWithCode } from "../lib/expect.mjs";
import { failure, faultServer, success } from "./lib/fault-server.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const ROLE = {
  roleArn: "acs:ram::1234567890123456:role/page",
  oidcProviderArn: "acs:ram::1234567890123456:oidc-provider/login",
  roleSessionName: "alice@example.com",
};
const EXPIRED = failure(400, "InvalidSecurityToken.Expired");

/** The answer with a session of this name. */
const session = (name) =>
  success({
    OIDCTokenInfo: { Subject: "alice" },
    AssumedRoleUser: { Arn: "a", AssumedRoleId: "i" },
    Credentials: {
      AccessKeyId: `STS.${name}`,
      AccessKeySecret: "s",
      SecurityToken: "tok+/=en",
      Expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z"),
    },
  });

/** A whole service: sessions `1`, `2`... to who brings a token, and `answer` to the KMS's calls. */
async function service(answer = () => success({ Keys: { Key: [] } })) {
  let sessions = 0;
  const server = await faultServer([
    ({ params, headers }) => (params.has("OIDCToken") ? session((sessions += 1)) : answer(headers)),
  ]);
  const tokens = () => server.requests.map(({ params }) => params.get("OIDCToken")).filter(Boolean);
  return Object.assign(server, { tokens });
}

describe("assumeRoleWithOidc", () => {
  test("asks without a signature, with all in a form and nothing in the URL", async () => {
    await using server = await service();
    const policy = { Version: "1", Statement: [] };
    const credentials = assumeRoleWithOidc({
      ...ROLE,
      endpoint: server.endpoint,
      token: "a.b+c/d=.e",
      durationSeconds: 900,
      policy,
    });
    const { accessKeyId, securityToken } = await credentials();
    assert.deepEqual([accessKeyId, securityToken], ["STS.1", "tok+/=en"]);
    const [{ url, headers, params }] = server.requests;
    assert.equal(url, "/");
    assert.equal(headers.authorization, undefined);
    assert.match(headers["content-type"], /^application\/x-www-form-urlencoded/);
    assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("x-")), [], "a page sends it without a preflight");
    const { Timestamp, SignatureNonce, ...others } = Object.fromEntries(params);
    assert.match(Timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(SignatureNonce, /^[0-9a-f]{32}$/);
    assert.deepEqual(others, {
      Action: "AssumeRoleWithOIDC",
      Version: "2015-04-01",
      Format: "JSON",
      RoleArn: ROLE.roleArn,
      OIDCProviderArn: ROLE.oidcProviderArn,
      RoleSessionName: ROLE.roleSessionName,
      OIDCToken: "a.b+c/d=.e",
      DurationSeconds: "900",
      Policy: JSON.stringify(policy),
    });
  });

  test("each session is asked for with a fresh token, and once for all", async () => {
    let over = "";
    await using server = await service(({ authorization }) =>
      over && authorization.includes(over) ? EXPIRED : success({ Keys: { Key: [] } }),
    );
    let given = 0;
    const token = async () => `token-${(given += 1)}`;
    const credentials = assumeRoleWithOidc({ ...ROLE, endpoint: server.endpoint, token });
    const clients = [1, 2].map(() => new KmsClient({ endpoint: server.endpoint, credentials }));
    await Promise.all(clients.map((kms) => kms.listKeys()));
    assert.deepEqual(server.tokens(), ["token-1"]);
    over = "Credential=STS.1,";
    await Promise.all(clients.map((kms) => kms.listKeys()));
    assert.deepEqual(server.tokens(), ["token-1", "token-2"]);
  });

  test("a token function that fails, and one that gives none, are the cause", async () => {
    await using server = await service();
    const reason = new Error("signed out");
    const credentials = (token) => assumeRoleWithOidc({ ...ROLE, endpoint: server.endpoint, token });
    const failed = await rejectsWithCode(credentials(async () => Promise.reject(reason))(), "CredentialsUnavailable");
    assert.equal(failed.cause, reason);
    const none = await rejectsWithCode(credentials(() => "")(), "CredentialsUnavailable");
    assert.equal(none.cause.code, "InvalidArgument");
    assert.equal(server.requests.length, 0);
  });

  test("a refusal is the cause and is not repeated; a server that is away is asked again", async () => {
    await using refusing = await faultServer([failure(400, "AuthenticationFail.OIDCToken.Expired")]);
    const credentials = ({ endpoint }) => assumeRoleWithOidc({ ...ROLE, endpoint, token: "t" })();
    const { cause } = await rejectsWithCode(credentials(refusing), "CredentialsUnavailable");
    assert.equal(cause.code, "AuthenticationFail.OIDCToken.Expired");
    assert.equal(refusing.requests.length, 1);
    await using away = await faultServer([failure(503, "ServiceUnavailableTemporary"), session(1)]);
    assert.equal((await credentials(away)).accessKeyId, "STS.1");
  });

  test("an answer without credentials is none of STS's", async () => {
    await using server = await faultServer([success()]);
    const asked = assumeRoleWithOidc({ ...ROLE, endpoint: server.endpoint, token: "t" })();
    const { cause } = await rejectsWithCode(asked, "CredentialsUnavailable");
    assert.equal(cause.code, "InvalidAnswer");
  });

  test("what cannot be meant is refused at once", () => {
    const options = { ...ROLE, endpoint: "https://kms.example", token: "t" };
    assumeRoleWithOidc(options);
    for (const wrong of [{ token: "" }, { token: undefined }, { oidcProviderArn: "" }, { endpoint: "http://kms.example" }]) {
      throwsWithCode(() => assumeRoleWithOidc({ ...options, ...wrong }), "InvalidArgument", JSON.stringify(wrong));
    }
  });
});

describe("fromEnv with a role", () => {
  const original = { ...process.env };
  let folder;
  let file;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgekms-oidc-"));
    file = join(folder, "token");
  });
  after(() => rm(folder, { recursive: true }));
  afterEach(() => {
    setEnvironment({});
    Object.assign(process.env, original);
  });

  function setEnvironment(variables) {
    for (const name of Object.keys(process.env)) {
      if (/^(EDGEKMS|ALIBABA_CLOUD)_/.test(name)) delete process.env[name];
    }
    Object.assign(process.env, variables);
  }

  const variables = ({ endpoint }) => ({
    EDGEKMS_ENDPOINT: endpoint,
    ALIBABA_CLOUD_ROLE_ARN: ROLE.roleArn,
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: ROLE.oidcProviderArn,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
  });

  test("the token is read from its file for each session", async () => {
    let refused = false;
    await using server = await service(({ authorization }) =>
      refused && authorization.includes("STS.1,") ? EXPIRED : success({ Keys: { Key: [] } }),
    );
    setEnvironment({ ...variables(server), ALIBABA_CLOUD_ROLE_SESSION_NAME: "pod-7" });
    const kms = KmsClient.fromEnv();
    await writeFile(file, "first\n");
    await kms.listKeys();
    await writeFile(file, "second\n");
    refused = true;
    await kms.listKeys();
    assert.deepEqual(server.tokens(), ["first", "second"]);
    const [{ params }, { headers }] = server.requests;
    assert.equal(params.get("RoleSessionName"), "pod-7");
    assert.equal(headers["x-acs-security-token"], "tok+/=en");
  });

  test("the session has a name if none is given, and STS may be elsewhere", async () => {
    await writeFile(file, "token");
    await using kmsServer = await service();
    await using sts = await service();
    setEnvironment({ ...variables(kmsServer), EDGEKMS_STS_ENDPOINT: sts.endpoint });
    await KmsClient.fromEnv().listKeys();
    assert.deepEqual([kmsServer.requests.length, sts.requests.length], [1, 1]);
    assert.match(sts.requests[0].params.get("RoleSessionName"), /^[A-Za-z0-9.@_-]{2,64}$/);
  });

  test("an access key comes first, and an endpoint given in code is STS's too", async () => {
    await writeFile(file, "token");
    await using server = await service();
    const key = { ALIBABA_CLOUD_ACCESS_KEY_ID: "cloud", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "s" };
    setEnvironment({ ...variables(server), ...key });
    await KmsClient.fromEnv().listKeys();
    assert.deepEqual(server.tokens(), []);
    setEnvironment({ ...variables(server), EDGEKMS_ENDPOINT: "" });
    await KmsClient.fromEnv({ endpoint: server.endpoint }).listKeys();
    assert.deepEqual(server.tokens(), ["token"]);
  });

  test("a variable that the role lacks is named, and a file that is not there is the cause", async () => {
    await using server = await service();
    for (const missing of ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"]) {
      setEnvironment({ ...variables(server), [missing]: "" });
      assert.throws(() => KmsClient.fromEnv(), { code: "InvalidArgument", message: RegExp(missing) });
    }
    setEnvironment({ ...variables(server), ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(folder, "nothing") });
    const { cause } = await rejectsWithCode(KmsClient.fromEnv().listKeys(), "CredentialsUnavailable");
    assert.equal(cause.code, "ENOENT");
  });
});
