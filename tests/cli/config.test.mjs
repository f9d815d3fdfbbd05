// SPDX-License-Identifier: Apache-2.0

/** Where the KMS is and who asks: options, profiles, the environment, the files of two programs. */

import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { accountClient } from "../lib/clients.mjs";
import { startIssuer } from "../lib/issuer.mjs";
import { fails, namesIn, ok, run, workplace } from "./lib/cli.mjs";
import { startManaged } from "./lib/managed.mjs";
import { plain, terminal } from "./lib/terminal.mjs";

const ENTER = "\r";

let kms;
/** An access key that profiles name. */
let user;
before(async () => {
  kms = await startManaged({ OIDC_HTTP_LOOPBACK: "on" });
  const { AccessKey } = await kms.told(["users", "create", "alice", "--access-key"]);
  const may = { Version: "1", Statement: [{ Effect: "Allow", Action: ["kms:*", "sts:AssumeRole"], Resource: "*" }] };
  await kms.ok(["policies", "create", "all", "-"], { input: JSON.stringify(may) });
  await kms.ok(["users", "attach", "alice", "all"]);
  await kms.ok(["roles", "create", "web", "--trust-account", kms.worker.accountId]);
  user = { access_key_id: AccessKey.AccessKeyId, access_key_secret: AccessKey.AccessKeySecret };
});
after(() => kms?.stop());

/** A home with files of profiles. */
async function home(t, { own, aliyun } = {}) {
  const cwd = await workplace(t);
  for (const [folder, file] of [[".edgekms", own], [".aliyun", aliyun]]) {
    if (file === undefined) continue;
    await mkdir(join(cwd, folder), { mode: 0o700 });
    const text = typeof file === "string" ? file : JSON.stringify(file);
    await writeFile(join(cwd, folder, "config.json"), text, { mode: 0o600 });
  }
  return cwd;
}

const endpoint = () => kms.worker.address;

/** Who the service says is asking, and whence the doctor has what. */
async function asked(cwd, args = [], env = {}) {
  const outcome = await run(["doctor", "--json", ...args], { cwd, env });
  assert.ok(outcome.stdout !== "", outcome.stderr);
  const { Findings } = JSON.parse(outcome.stdout);
  const of = (check) => Findings.find(({ Check }) => Check === check)?.Finding ?? "";
  return { endpoint: of("endpoint"), credentials: of("credentials"), region: of("region") };
}

const signedBy = ({ access_key_id, access_key_secret }) => ({ EDGEKMS_ACCESS_KEY_ID: access_key_id, EDGEKMS_ACCESS_KEY_SECRET: access_key_secret });

describe("settings come from the first place that has them", { concurrency: 3 }, () => {
  test("an option, then the environment, then edgekms' own file, then aliyun's", async (t) => {
    const cwd = await home(t, {
      own: { current: "work", profiles: [{ name: "work", endpoint: endpoint(), region_id: "cn-hangzhou" }] },
      aliyun: { current: "work", profiles: [{ name: "work", mode: "AK", ...user, region_id: "cn-beijing", output_format: "json" }] },
    });
    const found = await asked(cwd);
    assert.match(found.endpoint, /of profile 'work' of .*\.edgekms\/config\.json/);
    assert.match(found.credentials, /user\/alice, of profile 'work' of .*\.aliyun\/config\.json/);
    assert.match(found.region, /^cn-hangzhou, of profile 'work' of .*\.edgekms/);
    const root = { EDGEKMS_ACCESS_KEY_ID: kms.env.EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET: kms.env.EDGEKMS_ACCESS_KEY_SECRET };
    const byEnvironment = await asked(cwd, [], { ...root, EDGEKMS_ENDPOINT: "http://127.0.0.1:1" });
    assert.match(byEnvironment.endpoint, /127\.0\.0\.1:1, of the environment/);
    const byOption = await asked(cwd, ["--endpoint", endpoint()], { ...root, EDGEKMS_ENDPOINT: "http://127.0.0.1:1" });
    assert.match(byOption.endpoint, /of the command line/);
    assert.match(byOption.credentials, /:root, of the environment/);
    const named = await asked(cwd, ["--profile", "work"], { ...root, EDGEKMS_ENDPOINT: "http://127.0.0.1:1" });
    assert.match(named.credentials, /user\/alice/, "a profile that an option names is an option");
    const ignored = await fails(["keys", "list"], 2, /no access key is set\. Set EDGEKMS_ACCESS_KEY_ID/, { cwd, env: { ALIBABA_CLOUD_IGNORE_PROFILE: "TRUE" } });
    assert.equal(ignored.stdout, "");
  });

  test("Alibaba's own variables do as well, and an access key is one place's alone", async (t) => {
    const cwd = await home(t);
    const env = {
      EDGEKMS_ENDPOINT: endpoint(),
      ALIBABA_CLOUD_ACCESS_KEY_ID: user.access_key_id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: user.access_key_secret,
    };
    assert.match((await asked(cwd, [], env)).credentials, /user\/alice/);
    const half = { ...env, EDGEKMS_ACCESS_KEY_ID: "LTAI0" };
    await fails(["keys", "list"], 2, /the environment has no access_key_secret\. Set all of EDGEKMS_ACCESS_KEY_ID/, { cwd, env: half });
  });

  test("a profile that is not there is not found, and those that are named", async (t) => {
    const profiles = [{ name: "work" }, { name: "play" }];
    const cwd = await home(t, { own: { profiles }, aliyun: { profiles: [{ name: "play" }, { name: "cloud" }] } });
    await fails(["keys", "list", "--profile", "wrok"], 3, /there is no profile 'wrok'\. There are work, play, cloud\./, { cwd });
    await fails(["keys", "list"], 3, /there is no profile 'wrok'/, { cwd, env: { EDGEKMS_PROFILE: "wrok" } });
    await fails(["keys", "list", "--profile", "any"], 3, /`edgekms configure` makes one/, { cwd: await home(t) });
    await fails(["keys", "list"], 2, /no KMS is named\. Give --endpoint/, { cwd: await home(t), env: signedBy(user) });
  });

  test("a file that is spoilt is named, and none of it is shown", async (t) => {
    for (const own of ['{"profiles":[{"name":"a","access_key_secret":"hunter2"}', '{"profiles":{"hunter2":1}}', '{"profiles":[{"name":"default","access_key_id":["hunter2"]}]}']) {
      const cwd = await home(t, { own });
      const { stderr } = await fails(["keys", "list"], 2, /\.edgekms\/config\.json/, { cwd });
      assert.doesNotMatch(stderr, /hunter2/);
    }
  });
});

describe("modes of a profile", { concurrency: 3 }, () => {
  /** Who asks by this profile, in edgekms' own file. */
  async function by(t, profile, { more = [], env = {} } = {}) {
    const profiles = [{ name: "default", endpoint: endpoint(), ...profile }, ...more];
    const cwd = await home(t, { own: { profiles } });
    return (await asked(cwd, [], env)).credentials;
  }

  test("a role, by an access key, and by another profile", async (t) => {
    const ram_role_arn = `acs:ram::${kms.worker.accountId}:role/web`;
    const byKey = await by(t, { mode: "RamRoleArn", ...user, ram_role_arn, ram_session_name: "one", expired_seconds: 900 });
    assert.match(byKey, /assumed-role\/web\/one/);
    const more = [{ name: "keys", mode: "AK", ...user }];
    const chained = await by(t, { mode: "ChainableRamRoleArn", source_profile: "keys", ram_role_arn, ram_session_name: "two" }, { more });
    assert.match(chained, /assumed-role\/web\/two/);
    const loop = await by(t, { mode: "ChainableRamRoleArn", source_profile: "default", ram_role_arn });
    assert.match(loop, /is its own source_profile/);
    const nobody = await by(t, { mode: "RamRoleArn", ...user, ram_role_arn: `${ram_role_arn}x` });
    assert.match(nobody, /no credentials: .*role/i);
  });

  test("a token of an identity provider, in a file", async (t) => {
    const issuer = await startIssuer();
    t.after(() => issuer.stop());
    issuer.addKey("one", "ES256");
    const provider = `acs:ram::${kms.worker.accountId}:oidc-provider/login`;
    const client = accountClient(kms.worker);
    await client.call("CreateOIDCProvider", { OIDCProviderName: "login", IssuerUrl: issuer.url, ClientIds: "web" });
    const Condition = { StringEquals: { "oidc:iss": [issuer.url], "oidc:aud": ["web"] } };
    const trust = { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Federated: [provider] }, Condition }] };
    await kms.ok(["roles", "create", "page", "--trust", "-"], { input: JSON.stringify(trust) });
    const oidc_token_file = kms.at("token");
    await writeFile(oidc_token_file, `${issuer.token("one")}\n`);
    const role = `acs:ram::${kms.worker.accountId}:role/page`;
    const profile = { mode: "OIDC", oidc_provider_arn: provider, oidc_token_file, ram_role_arn: role, ram_session_name: "three" };
    assert.match(await by(t, profile), /assumed-role\/page\/three/);
    const env = { ALIBABA_CLOUD_ROLE_ARN: role, ALIBABA_CLOUD_OIDC_PROVIDER_ARN: provider, ALIBABA_CLOUD_OIDC_TOKEN_FILE: oidc_token_file, ALIBABA_CLOUD_ROLE_SESSION_NAME: "four" };
    assert.match(await by(t, {}, { env }), /assumed-role\/page\/four, of the environment/);
    assert.match(await by(t, { ...profile, oidc_token_file: kms.at("none") }), /no credentials: .*ENOENT/);
  });

  test("another program, without a shell", async (t) => {
    const cwd = await home(t);
    const program = join(cwd, "give keys.mjs");
    const told = { mode: "AK", ...user };
    await writeFile(program, `if (process.argv[2] !== "a b") process.exit(1); console.log(${JSON.stringify(JSON.stringify(told))});`);
    const process_command = `'${process.execPath}' "${program}" a\\ b`;
    assert.match(await by(t, { mode: "External", process_command }), /user\/alice/);
    assert.match(await by(t, { mode: "External", process_command: `${process_command}c` }), /process_command of profile 'default' .*failed \(1\)/);
    assert.match(await by(t, { mode: "External", process_command: "/no/such" }), /failed \(ENOENT\)/);
    const env = { ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: "true" };
    assert.match(await by(t, { mode: "External", process_command }, { env }), /ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set/);
  });

  test("a server on this machine", async (t) => {
    let answer = { Code: "Success", AccessKeyId: user.access_key_id, AccessKeySecret: user.access_key_secret };
    const server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const credentials_uri = `http://127.0.0.1:${server.address().port}/keys`;
    assert.match(await by(t, { mode: "CredentialsURI", credentials_uri }), /user\/alice/);
    answer = { Code: "Failed" };
    assert.match(await by(t, { mode: "CredentialsURI", credentials_uri }), /no credentials: .*tells no credentials \(HTTP 200\)/);
    assert.match(await by(t, { mode: "CredentialsURI", credentials_uri: "file:///etc/passwd" }), /is no URL of http/);
  });

  test("that need Alibaba Cloud are refused by name, with what to do", async (t) => {
    for (const mode of ["EcsRamRole", "RsaKeyPair", "CloudSSO", "OAuth", "BearerToken", "Anonymous"]) {
      assert.match(await by(t, { mode }), new RegExp(`the mode ${mode} of profile 'default' .*\\. Use an access key`), mode);
    }
    assert.match(await by(t, { mode: "Perhaps" }), /has the mode 'Perhaps'/);
  });
});

describe("edgekms configure", () => {
  test("asks for what it does not know, and writes it for its owner alone", async (t) => {
    const cwd = await home(t);
    const it = terminal(["configure"], { cwd });
    for (const [question, answer] of [[/Where is the KMS/, endpoint()], [/region/, ""], [/Access key id/, user.access_key_id], [/secret/, user.access_key_secret]]) {
      await it.until(question);
      it.type(answer + ENTER);
    }
    assert.equal(await it.exit, 0, it.shown());
    assert.ok(!plain(it.shown()).includes(user.access_key_secret), "the secret is not shown");
    const path = join(cwd, ".edgekms/config.json");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await readFile(path, "utf8")), {
      current: "default",
      profiles: [{ name: "default", endpoint: endpoint(), region_id: "cn-hangzhou", mode: "AK", ...user }],
    });
    assert.match((await asked(cwd)).credentials, /user\/alice/);
    const { stdout } = await ok(["configure", "list"], { cwd });
    assert.match(stdout, /^PROFILE +MODE +ENDPOINT/);
    assert.ok(stdout.includes(user.access_key_id) && !stdout.includes(user.access_key_secret));
  });

  test("takes all of it from a script, and one profile beside another", async (t) => {
    const cwd = await home(t);
    const args = ["configure", "--endpoint", endpoint(), "--region", "cn-hangzhou", "--access-key-id", user.access_key_id, "--secret-file", "-"];
    await ok(args, { cwd, input: `${user.access_key_secret}\n` });
    await ok([...args, "--profile", "staging", "--operator"], { cwd, input: "another" });
    const { Profiles } = JSON.parse((await ok(["configure", "list", "--json"], { cwd })).stdout);
    assert.deepEqual(Profiles.map(({ Name, Current, Mode, OperatorAccessKeyId }) => [Name, Current, Mode, OperatorAccessKeyId]), [
      ["default", false, "AK", null],
      ["staging", true, null, user.access_key_id],
    ]);
    await ok(["configure", "use", "default"], { cwd });
    assert.match((await asked(cwd)).credentials, /user\/alice/);
    await fails(["configure", "use", "stagin"], 3, /there is no profile 'stagin'/, { cwd });
    await fails(["configure", "--endpoint", "kms.example.com"], 2, /is no URL of a KMS/, { cwd });
    await fails(args, 2, /the secret is empty/, { cwd, input: "\n" });
    await fails(["configure"], 2, /there is no terminal to ask on\. Give --endpoint/, { cwd });
    assert.deepEqual(await namesIn(join(cwd, ".edgekms")), ["config.json"], "nothing is left beside it");
  });

  test("makes a file that others could read its owner's alone, and the doctor says so before", async (t) => {
    const cwd = await home(t, { own: { profiles: [{ name: "default", endpoint: endpoint(), ...user }] } });
    const path = join(cwd, ".edgekms/config.json");
    await chmod(path, 0o644);
    const { code, stdout } = await run(["doctor"], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /others on this machine can read .*\n +→ chmod 600/);
    await ok(["configure", "use", "default"], { cwd });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});
