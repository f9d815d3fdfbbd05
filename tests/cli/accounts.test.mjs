// SPDX-License-Identifier: Apache-2.0

/** Users, roles, policies and accounts from the command line; and what happens to whoever may not. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { eventually } from "../lib/eventually.mjs";
import { startManaged } from "./lib/managed.mjs";

const allow = (...Action) => ({ Version: "1", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });

let kms;
before(async () => {
  kms = await startManaged();
  await kms.ok(["keys", "create", "--alias", "photos"]);
  await writeFile(kms.at("readers.json"), JSON.stringify(allow("kms:Decrypt", "kms:DescribeKey", "sts:AssumeRole")));
});
after(() => kms?.stop());

/** The environment of an access key. */
const signedBy = ({ AccessKeyId, AccessKeySecret }, SecurityToken = "") => ({
  EDGEKMS_ACCESS_KEY_ID: AccessKeyId,
  EDGEKMS_ACCESS_KEY_SECRET: AccessKeySecret,
  EDGEKMS_SECURITY_TOKEN: SecurityToken,
});

describe("users, roles and policies", () => {
  test("a user does what a policy lets it, and no more; a role is taken on in a shell", async () => {
    await kms.ok(["policies", "create", "readers", "readers.json", "--description", "who may look"]);
    const { AccessKey, UserName } = await kms.told(["users", "create", "alice", "--access-key", "--email", "alice@example.org"]);
    assert.equal(UserName, "alice");
    const env = signedBy(AccessKey);
    await kms.fails(["keys", "show", "alias/photos"], 4, /NoPermission.*Ask whoever manages the account/, { env });
    const { Policies } = await kms.told(["users", "attach", "alice", "readers"]);
    assert.deepEqual(Policies.map(({ PolicyName, PolicyType }) => [PolicyName, PolicyType]), [["readers", "Custom"]]);
    await eventually(() => kms.ok(["policies", "check", "readers.json"]).then(() => kms.told(["keys", "explain", "alias/photos", "--user", "alice", "--may", "Decrypt"])).then(({ Decision }) => assert.equal(Decision, "Allow")));
    const denied = await kms.ok(["keys", "explain", "alias/photos", "--user", "alice", "--may", "Encrypt"]);
    assert.match(denied.stdout, /^Not allowed: neither their policies nor the key's allow it\.\nSTATEMENT +EFFECT +FOR THIS CALL\npolicy readers, statement 1 +Allow +its Action is another/);
    const { Arn } = await kms.told(["roles", "create", "web", "--trust-account", kms.worker.accountId]);
    assert.equal(Arn, `acs:ram::${kms.worker.accountId}:role/web`);
    const { stdout, stderr } = await kms.ok(["roles", "assume", "web", "--session", "by-alice"], { env });
    assert.match(stderr, /web\/by-alice, until /);
    const shell = execFileSync("sh", ["-c", `${stdout}\nprintf '%s %s' "$EDGEKMS_ACCESS_KEY_ID" "$EDGEKMS_SECURITY_TOKEN"`], { encoding: "utf8" });
    assert.match(shell, /^STS\.\S+ \S{40,}$/);
    const { Findings } = JSON.parse((await kms.run(["doctor", "--json"], { env: await sessionOf(env) })).stdout);
    const credentials = Findings.find(({ Check }) => Check === "credentials");
    assert.match(credentials.Finding, /assumed-role\/web\/edgekms-cli/);
    await kms.ok(["roles", "revoke", "web", "--yes"]);
    await kms.ok(["roles", "delete", "web", "--yes"]);
    await kms.fails(["roles", "show", "web"], 3, /EntityNotExist\.Role/);
  });

  /** A session's environment. */
  async function sessionOf(env) {
    const { Credentials } = await kms.told(["roles", "assume", "web"], { env });
    return signedBy(Credentials, Credentials.SecurityToken);
  }

  test("a policy has versions, of which one counts", async () => {
    await kms.ok(["policies", "create", "versions", "readers.json"]);
    await writeFile(kms.at("more.json"), JSON.stringify(allow("kms:*")));
    assert.equal((await kms.told(["policies", "set", "--policy", "versions", "more.json", "--yes"])).VersionId, "v2");
    assert.match((await kms.ok(["policies", "show", "versions"])).stdout, /"kms:\*"/);
    await kms.ok(["policies", "use", "versions", "v1", "--yes"]);
    const { PolicyVersions } = await kms.told(["policies", "versions", "versions"]);
    assert.deepEqual(PolicyVersions.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]), [["v1", true], ["v2", false]]);
    await kms.ok(["policies", "delete", "versions", "--yes"]);
  });

  test("a key's policy is replaced, and printed as it was set", async () => {
    const { stdout } = await kms.ok(["policies", "show", "--key", "alias/photos"]);
    const policy = JSON.parse(stdout);
    policy.Statement[0].Sid = "as before";
    const { PolicyDocument } = await kms.told(["policies", "set", "--key", "alias/photos", "-", "--yes"], { input: JSON.stringify(policy) });
    assert.deepEqual(JSON.parse(PolicyDocument), policy);
    assert.match((await kms.ok(["policies", "show", "--key", "alias/photos"])).stdout, /"as before"/);
  });

  test("a policy that does not parse is refused with its place, and one that means nothing with its statement", async () => {
    await writeFile(kms.at("broken.json"), '{"Version":"1",\n "Statement":[{"Effect":"Allow",}]}');
    for (const args of [["policies", "create", "broken"], ["policies", "set", "--key", "alias/photos", "--yes"], ["policies", "check"]]) {
      await kms.fails([...args, "broken.json"], 2, /broken\.json, line 2, column 33: .*nothing was done/);
    }
    const set = (input) => kms.fails(["policies", "check", "-"], 2, /./, { input });
    assert.match((await set('{"Statement":[]}')).stderr, /has no "Version"/);
    assert.match((await set('{"Version":"1","Version":"1","Statement":[]}')).stderr, /has a name twice/);
    assert.match((await set("[]")).stderr, /A policy is/);
    assert.match((await set("")).stderr, /line 1, column 1/);
    const perhaps = JSON.stringify({ Version: "1", Statement: [{ Effect: "Perhaps", Action: "kms:*", Resource: "*" }] });
    await kms.fails(["policies", "create", "broken", "-"], 2, /Statement 1: Effect must be Allow or Deny.*MalformedPolicyDocument/, { input: perhaps });
    assert.deepEqual((await kms.told(["policies", "list", "--type", "Custom"])).Policies.map(({ PolicyName }) => PolicyName).filter((name) => name === "broken"), []);
  });

  test("an access key is changed without a pause, and a user goes with all that it has", async () => {
    const { AccessKey: first } = await kms.told(["users", "create", "bob", "--access-key"]);
    await kms.ok(["users", "attach", "bob", "AliyunKMSReadOnlyAccess"]);
    const second = await kms.told(["users", "access-keys", "create", "bob"]);
    assert.equal((await kms.told(["users", "access-keys", "disable", "bob", first.AccessKeyId, "--yes"])).Status, "Inactive");
    await eventually(() => kms.fails(["keys", "list"], 4, /Inactive/, { env: signedBy(first) }));
    await kms.ok(["keys", "list", "--short"], { env: signedBy(second) });
    await kms.ok(["users", "access-keys", "delete", "bob", first.AccessKeyId, "--yes"]);
    const shown = await kms.told(["users", "show", "bob"]);
    assert.deepEqual([shown.AccessKeys.length, shown.Policies.map(({ PolicyName }) => PolicyName)], [1, ["AliyunKMSReadOnlyAccess"]]);
    const list = await kms.ok(["users", "access-keys", "list", "bob"]);
    assert.match(list.stdout, new RegExp(`^ACCESS KEY +STATUS +CREATED\n${second.AccessKeyId} +Active`));
    await kms.ok(["users", "delete", "bob", "--yes"]);
    await kms.fails(["users", "show", "bob"], 3, /EntityNotExist\.User/);
    await kms.fails(["users", "delete", "bob", "--yes"], 3, /EntityNotExist\.User/);
  });
});

describe("accounts", () => {
  test("are made, used and deleted by the operator alone", async () => {
    const { AccountId, AccessKey } = await kms.told(["accounts", "create", "--display-name", "shop", "--access-key"]);
    const { Accounts } = await kms.told(["accounts", "list"]);
    assert.deepEqual(Accounts.map((account) => [account.AccountId, account.DisplayName]), [[AccountId, "shop"]]);
    const env = { ...signedBy(AccessKey), EDGEKMS_OPERATOR_ACCESS_KEY_ID: "", EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: "" };
    assert.deepEqual((await kms.told(["keys", "list"], { env })).Keys, []);
    await kms.fails(["accounts", "list"], 4, /NoPermission/, { env });
    assert.deepEqual(await kms.told(["accounts", "rewrap", AccountId]), { AccountId, Rewrapped: 0, Left: 0 });
    await kms.ok(["accounts", "close", AccountId, "--yes"]);
    await eventually(() => kms.fails(["keys", "list"], 4, /InvalidAccessKeyId/, { env }));
    await kms.ok(["accounts", "delete", AccountId, "--yes"]);
    await kms.fails(["accounts", "delete", "shop", "--yes"], 2, /an account is its 16 digits/);
  });
});
