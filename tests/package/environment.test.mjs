// SPDX-License-Identifier: Apache-2.0

/** `KmsClient.fromEnv`, and which endpoints a client takes at all. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { KmsClient } from "edgekms";
import { faultServer, success } from "./lib/fault-server.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const OWN = {
  EDGEKMS_ACCESS_KEY_ID: "own",
  EDGEKMS_ACCESS_KEY_SECRET: "own-secret",
  EDGEKMS_REGION: "cn-beijing",
};
const CLOUDS = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: "cloud",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "cloud-secret",
  ALIBABA_CLOUD_SECURITY_TOKEN: "cloud-token",
  ALIBABA_CLOUD_REGION_ID: "cn-hangzhou",
};
const before = { ...process.env };

/** Of the variables that matter, just these. */
function setEnvironment(variables) {
  for (const name of Object.keys(process.env)) {
    if (/^(EDGEKMS|ALIBABA_CLOUD)_/.test(name)) delete process.env[name];
  }
  Object.assign(process.env, variables);
}

afterEach(() => {
  setEnvironment({});
  Object.assign(process.env, before);
});

/** Access key, token and region of the one request that a client from the environment sends. */
async function sentWith(variables, options) {
  await using server = await faultServer([success({ Keys: { Key: [] } })]);
  setEnvironment({ EDGEKMS_ENDPOINT: server.endpoint, ...variables });
  await KmsClient.fromEnv(options).listKeys();
  const [{ headers, params }] = server.requests;
  const region = params.get("RegionId");
  return { region, token: headers["x-acs-security-token"], signed: headers.authorization };
}

test("the environment says endpoint, region and access key", async () => {
  const { region, signed, token } = await sentWith(OWN);
  assert.match(signed, /Credential=own,/);
  assert.equal(region, "cn-beijing");
  assert.equal(token, undefined);
});

test("what the variables of Alibaba's SDKs say does as well, and our own come first", async () => {
  const clouds = await sentWith(CLOUDS);
  assert.match(clouds.signed, /Credential=cloud,/);
  assert.equal(clouds.region, "cn-hangzhou");
  assert.equal(clouds.token, "cloud-token");
  const both = await sentWith({ ...CLOUDS, ...OWN });
  assert.match(both.signed, /Credential=own,/);
  assert.equal(both.token, undefined, "a token is never mixed with another access key");
});

test("what is given in code is not asked for", async () => {
  const credentials = { accessKeyId: "given", accessKeySecret: "s" };
  const { signed, region } = await sentWith({}, { credentials, region: "cn-shanghai" });
  assert.match(signed, /Credential=given,/);
  assert.equal(region, "cn-shanghai");
});

test("an option that is there and undefined is as one that is not", async () => {
  const { signed, region } = await sentWith(OWN, { endpoint: undefined, credentials: undefined, region: undefined });
  assert.match(signed, /Credential=own,/);
  assert.equal(region, "cn-beijing");
});

test("a variable that is missing or empty is named", () => {
  const endpoint = { EDGEKMS_ENDPOINT: "http://127.0.0.1:1" };
  for (const [variables, missing] of [
    [OWN, "EDGEKMS_ENDPOINT"],
    [endpoint, "EDGEKMS_ACCESS_KEY_ID"],
    [{ ...endpoint, EDGEKMS_ACCESS_KEY_ID: "a" }, "EDGEKMS_ACCESS_KEY_SECRET"],
    [{ ...endpoint, ...CLOUDS, ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" }, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
  ]) {
    setEnvironment(variables);
    assert.throws(() => KmsClient.fromEnv(), { code: "InvalidArgument", message: RegExp(missing) });
  }
});

test("plain http is for this machine alone", () => {
  const credentials = { accessKeyId: "a", accessKeySecret: "s" };
  const client = (endpoint) => new KmsClient({ endpoint, credentials });
  for (const endpoint of [
    "http://127.0.0.1:8787",
    "http://127.1",
    "http://2130706433",
    "http://[::1]:8787",
    "http://localhost",
    "http://kms.localhost:8787",
    "https://kms.example.com",
  ]) {
    client(endpoint);
  }
  for (const endpoint of [
    "http://kms.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://notlocalhost",
    "http://10.0.0.1",
    "http://[::2]",
    "ftp://127.0.0.1",
  ]) {
    throwsWithCode(() => client(endpoint), "InvalidArgument", endpoint);
  }
});
