// SPDX-License-Identifier: Apache-2.0

/** Seeds against a running worker: everything is made, once, however often a run is repeated or killed. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KmsClient } from "edgekms";
import { applySeed, fileVault } from "edgekms/seed";
import { accountClient, edgekmsClient } from "../lib/clients.mjs";
import { REFUSED, TAKEN } from "./lib/seed-cases.mjs";
import { isChange, memoryVault, startDeployment, stateOf, wholeSeed } from "./lib/seeds.mjs";

const DIE = fileURLToPath(new URL("./lib/apply-and-die.mjs", import.meta.url));

describe("seeds", () => {
  let deployment;
  let folder;
  before(async () => {
    deployment = await startDeployment();
    folder = await mkdtemp(join(tmpdir(), "edgekms-seed-"));
  });
  after(async () => {
    await deployment?.worker.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** The worker, as the root of an account of a report sees it. */
  const asRoot = ({ accessKeys }, account) => {
    const { accessKeyId, accessKeySecret } = accessKeys.find((key) => key.account === account && key.user === undefined);
    return { ...deployment.worker, credentials: { accessKeyId, accessKeySecret } };
  };
  const refused = (target, seed, code, message) =>
    assert.rejects(applySeed(target, seed), (error) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });

  describe("everything that a seed can have", () => {
    const seed = wholeSeed("all");
    let report;
    let state;
    before(async () => {
      report = await applySeed({ ...deployment.target, vault: memoryVault() }, seed);
      state = await stateOf(deployment.worker, seed);
    });

    test("is made as it says", () => {
      const { accountId, worker } = { ...report, worker: deployment.worker };
      assert.equal(accountId, worker.accountId);
      const photos = report.keys['$.keys["alias/all/photos"]'];
      assert.equal(state.policies["all-opens"].description, "Opens photos.");
      const [document, ...others] = state.policies["all-opens"].versions.map((text) => JSON.parse(text));
      assert.deepEqual(others, []);
      assert.equal(document.Statement[0].Resource, `acs:kms:*:${accountId}:key/${photos}`);
      assert.deepEqual(state.groups["all-readers"], { comments: "who may look", policies: ["System AliyunKMSReadOnlyAccess"] });
      assert.deepEqual(state.users["all.alice"], {
        told: ["Alice", "the first", "alice@example.org", "86-18600008888"],
        groups: ["all-readers"],
        policies: ["Custom all-opens"],
        accessKeys: 1,
      });
      assert.deepEqual(state.users["all.bob"].accessKeys, 0);
      const { told, trust, policies } = state.roles["all-app"];
      assert.deepEqual([told, policies], [["What the program is.", 7200], ["Custom all-opens"]]);
      assert.deepEqual(JSON.parse(trust).Statement[0].Principal.RAM, [
        `acs:ram::${accountId}:user/all.alice`,
        `acs:ram::${report.accounts["all co"]}:root`,
      ]);
    });

    test("keys have their spec, tags, rotation, policy, material and aliases", () => {
      const { "alias/all/photos": photos, "alias/all/imported": imported, "alias/all/invoices": invoices } = state.keys;
      assert.deepEqual(photos.told, ["Aliyun_AES_256", "ENCRYPT/DECRYPT", "Aliyun_KMS", "photos", "Enabled", "Enabled", "31536000s"]);
      assert.deepEqual(photos.tags, ["album=42", "edgekms-seed=alias/all/photos", "owner="]);
      assert.deepEqual(photos.aliases, ["alias/all/photos", "alias/all/pictures"]);
      assert.deepEqual(JSON.parse(photos.policy).Statement[0].Principal, { RAM: `acs:ram::${report.accountId}:*` });
      assert.deepEqual(imported.told.slice(0, 5), ["Aliyun_AES_256", "ENCRYPT/DECRYPT", "EXTERNAL", "", "Enabled"]);
      assert.deepEqual(invoices.told.slice(0, 2), ["EC_P256", "SIGN/VERIFY"]);
    });

    test("imported material is the seed's", async () => {
      // Two deployments with one seed open each other's data: another key of the same material does the same.
      const again = { keys: { "alias/all/twin": { material: seed.keys["alias/all/imported"].material } } };
      const other = await applySeed(deployment.target, again);
      const kms = edgekmsClient(deployment.worker);
      const mac = wholeSeed("all").keys["alias/all/imported"].material;
      await assert.rejects(kms.importKey(other.keys['$.keys["alias/all/twin"]'], Buffer.alloc(32, 1)), /material/);
      await kms.importKey(other.keys['$.keys["alias/all/twin"]'], Buffer.from(mac, "base64"));
    });

    test("made access keys work, and may do what their user may", async () => {
      const { accessKeyId, accessKeySecret, account } = report.accessKeys.find(({ user }) => user === "all.alice");
      assert.equal(account, undefined);
      const alice = edgekmsClient({ ...deployment.worker, credentials: { accessKeyId, accessKeySecret } });
      const { keyMetadata } = await alice.describeKey({ keyId: "alias/all/photos" });
      assert.equal(keyMetadata.description, "photos");
      await assert.rejects(alice.createKey(), { code: "Forbidden.NoPermission" });
    });

    test("accounts are apart", async () => {
      const root = asRoot(report, "all co");
      const { users, keys } = await stateOf(root, seed.accounts["all co"]);
      assert.equal(users.carol.accessKeys, 1);
      assert.equal(keys["alias/photos"].told[0], "EC_P256");
      await assert.rejects(edgekmsClient(root).describeKey({ keyId: "alias/all/photos" }), /not found/i);
      await assert.rejects(accountClient(root).call("GetUser", { UserName: "all.alice" }));
    });
  });

  test("the same file twice changes nothing, and tells all that is there", async () => {
    const seed = wholeSeed("twice");
    const target = { ...deployment.target, vault: memoryVault() };
    const first = await applySeed(target, seed);
    const state = await stateOf(deployment.worker, seed);
    let changes = 0;
    const counting = (url, init) => {
      if (isChange(init)) changes += 1;
      return fetch(url, init);
    };
    const second = await applySeed({ ...target, fetch: counting }, seed);
    assert.equal(changes, 0);
    assert.deepEqual(second.made, []);
    assert.deepEqual(first.there, []);
    assert.deepEqual({ ...second, there: [] }, { ...first, made: [] });
    const entities = ["$.accounts[\"twice co\"]", "$.accounts[\"twice co\"].keys[\"alias/photos\"]", "$.accounts[\"twice co\"].users.carol"];
    const paths = second.there.map(({ path }) => path);
    for (const path of [...entities, "$.policies[\"twice-opens\"]", "$.users[\"twice.bob\"]", "$.aliases[\"alias/twice/pictures\"]"]) {
      assert.ok(paths.includes(path), path);
    }
    assert.deepEqual(await stateOf(deployment.worker, seed), state);
  });

  test("a dry run tells what would be made, and makes nothing", async () => {
    const seed = wholeSeed("dry");
    const target = { ...deployment.target, vault: memoryVault() };
    const counting = (url, init) => {
      assert.ok(!isChange(init));
      return fetch(url, init);
    };
    const dry = await applySeed({ ...target, dryRun: true, fetch: counting }, seed);
    assert.equal(await target.vault.load(), undefined);
    assert.deepEqual([dry.keys, dry.accounts, dry.accessKeys, dry.there], [{}, {}, [], []]);
    const { made } = await applySeed(target, seed);
    assert.deepEqual(dry.made, made);
  });

  test("a run that is aborted ends with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const aborting = (url, init) => {
      if (isChange(init)) controller.abort(reason);
      return fetch(url, init);
    };
    const target = { ...deployment.target, fetch: aborting, signal: controller.signal };
    await assert.rejects(applySeed(target, { users: { "aborted.alice": {}, "aborted.bob": {} } }), reason);
    const { made } = await applySeed(deployment.target, { users: { "aborted.bob": {} } });
    assert.equal(made.length, 1);
  });

  test("what is missing is added, and what the seed does not name stays", async () => {
    const ram = accountClient(deployment.worker);
    const before = { groups: { "more-one": {} }, users: { "more.alice": {} }, keys: { "alias/more": { tags: { a: "1" } } } };
    await applySeed(deployment.target, before);
    await ram.call("AttachPolicyToUser", { PolicyType: "System", PolicyName: "AliyunKMSFullAccess", UserName: "more.alice" });
    const { made } = await applySeed(deployment.target, {
      groups: { "more-one": {}, "more-two": {} },
      users: { "more.alice": { groups: ["more-two"], policies: ["AliyunKMSReadOnlyAccess"] } },
      keys: { "alias/more": { tags: { b: "2" } } },
    });
    assert.deepEqual(
      made.map(({ path }) => path),
      ['$.keys["alias/more"].tags', '$.groups["more-two"]', '$.users["more.alice"].groups[0]', '$.users["more.alice"].policies[0]'],
    );
    const { keys, users } = await stateOf(deployment.worker, before);
    assert.deepEqual(keys["alias/more"].tags, ["a=1", "b=2", "edgekms-seed=alias/more"]);
    assert.deepEqual(users["more.alice"].policies, ["System AliyunKMSFullAccess", "System AliyunKMSReadOnlyAccess"]);
  });

  describe("a run that ends after any of its changes, before their answer, is finished by the next one", () => {
    /** The whole seed in two, so that each try is small. */
    const parts = {
      keys: (prefix) => {
        const { keys, aliases } = wholeSeed(prefix);
        const { [`alias/${prefix}/photos`]: photos, [`alias/${prefix}/imported`]: imported } = keys;
        return { keys: { [`alias/${prefix}/photos`]: photos, [`alias/${prefix}/imported`]: imported }, aliases };
      },
      people: (prefix) => {
        const { policies, ...seed } = JSON.parse(JSON.stringify(wholeSeed(prefix)).replace(/key\/\$\{key:[^}]*\}/, "*"));
        return { policies, groups: seed.groups, users: seed.users, roles: seed.roles, accounts: { [`${prefix} co`]: { users: { carol: {} } } } };
      },
    };
    /** With another prefix and other ids it is the same state. */
    const state = async (part, prefix) => {
      const text = JSON.stringify(await stateOf(deployment.worker, parts[part](prefix)));
      const plain = text.replaceAll(prefix, "<prefix>").replaceAll(/acs:ram::[0-9]{16}/g, "acs:ram::<account>");
      return plain.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<key>");
    };

    for (const part of Object.keys(parts)) {
      test(part, async () => {
        let changes = 0;
        const dying = (at) => {
          changes = 0;
          return async (url, init) => {
            const answer = await fetch(url, init);
            if (isChange(init) && (changes += 1) === at) throw new Error("the end of the run");
            return answer;
          };
        };
        const target = () => ({ ...deployment.target, vault: memoryVault() });
        await applySeed({ ...target(), fetch: dying(Infinity) }, parts[part](`${part}0`));
        const wanted = await state(part, `${part}0`);
        const whole = changes;
        assert.ok(whole >= 6, `${whole} changes`);
        for (let at = 1; at <= whole; at += 1) {
          const seed = parts[part](`${part}${at}`);
          const kept = target();
          await assert.rejects(applySeed({ ...kept, fetch: dying(at), maxAttempts: 1 }, seed), { code: "NetworkFault" });
          await applySeed(kept, seed);
          assert.equal(await state(part, `${part}${at}`), wanted, `after change ${at}`);
          if (at === whole) assert.deepEqual((await applySeed(kept, seed)).made, []);
        }
      });
    }
  });

  test("a process that is killed between an account and its content leaves what the next one needs", async () => {
    const vault = join(folder, "killed.json");
    const seed = { accounts: { killed: { users: { carol: { accessKey: true } } } } };
    const { target } = deployment;
    for (const dies of [1, 2]) {
      const child = spawn(process.execPath, [DIE, JSON.stringify({ target, seed, vault, dies })], { stdio: "inherit" });
      assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
    }
    const kept = { ...target, vault: fileVault(vault) };
    const report = await applySeed(kept, seed);
    const { users } = await stateOf(asRoot(report, "killed"), seed.accounts.killed);
    assert.equal(users.carol.accessKeys, 1);
    assert.deepEqual((await applySeed(kept, seed)).made, []);
  });

  test("an access key whose answer was lost is told without its secret", async () => {
    const seed = { users: { "lost.alice": { accessKey: true } } };
    const vault = join(folder, "vault-lost.json");
    const child = spawn(process.execPath, [DIE, JSON.stringify({ target: deployment.target, seed, vault, dies: 2 })]);
    await once(child, "exit");
    const { made, accessKeys } = await applySeed({ ...deployment.target, vault: fileVault(vault) }, seed);
    assert.deepEqual(made, []);
    assert.deepEqual(Object.keys(accessKeys[0]), ["accountId", "user", "accessKeyId"]);
  });

  describe("what exists and is otherwise is refused, and nothing is changed", () => {
    const document = (Action) => ({ Version: "1", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
    const trust = (who) => ({
      Version: "1",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: `acs:ram::\${account}:${who}` } }],
    });
    const keyPolicy = (Action) => ({
      Version: "1",
      Statement: [{ Effect: "Allow", Principal: { RAM: "acs:ram::${account}:*" }, Action, Resource: "*" }],
    });
    const seed = {
      policies: { "held-one": { description: "one", document: document("kms:*") } },
      groups: { "held-group": { comments: "one" } },
      users: { "held.alice": { displayName: "Alice", email: "alice@example.org" } },
      roles: { "held-role": { description: "one", trust: trust("root") } },
      keys: { "alias/held": { description: "one", tags: { a: "1" }, rotation: "30d", policy: keyPolicy("kms:*") }, "alias/held/other": {} },
      aliases: { "alias/held/again": "alias/held" },
    };
    let state;
    before(async () => {
      await applySeed(deployment.target, seed);
      state = await stateOf(deployment.worker, seed);
    });
    after(async () => {
      assert.deepEqual(await stateOf(deployment.worker, seed), state);
      for (const UserName of ["held.first"]) {
        await assert.rejects(accountClient(deployment.worker).call("GetUser", { UserName }), /EntityNotExist/);
      }
    });

    for (const [path, remedy, change] of [
      ['$.policies["held-one"].description', "CreatePolicyVersion", { policies: { "held-one": { description: "two", document: document("kms:*") } } }],
      ['$.policies["held-one"].document', "CreatePolicyVersion", { policies: { "held-one": { document: document("kms:Encrypt") } } }],
      ['$.groups["held-group"].comments', "UpdateGroup", { groups: { "held-group": { comments: "two" } } }],
      ['$.users["held.alice"].displayName', "UpdateUser", { users: { "held.alice": { displayName: "Bob" } } }],
      ['$.users["held.alice"].comments', "UpdateUser", { users: { "held.alice": { comments: "more" } } }],
      ['$.roles["held-role"].trust', "UpdateRole", { roles: { "held-role": { trust: trust("*") } } }],
      ['$.roles["held-role"].maxSessionSeconds', "UpdateRole", { roles: { "held-role": { trust: trust("root"), maxSessionSeconds: 7200 } } }],
      ['$.keys["alias/held"].spec', "another alias", { keys: { "alias/held": { spec: "RSA_2048" } } }],
      ['$.keys["alias/held"].origin', "another alias", { keys: { "alias/held": { origin: "EXTERNAL" } } }],
      ['$.keys["alias/held"].description', "UpdateKeyDescription", { keys: { "alias/held": { description: "two" } } }],
      ['$.keys["alias/held"].rotation', "UpdateRotationPolicy", { keys: { "alias/held": { rotation: "31d" } } }],
      ['$.keys["alias/held"].policy', "SetKeyPolicy", { keys: { "alias/held": { policy: keyPolicy("kms:Encrypt") } } }],
      ['$.keys["alias/held"].tags.a', "TagResource", { keys: { "alias/held": { tags: { a: "2" } } } }],
      ['$.aliases["alias/held/again"]', "UpdateAlias", { keys: { "alias/held/other": {} }, aliases: { "alias/held/again": "alias/held/other" } }],
    ]) {
      test(path, async () => {
        // A user that would come first, if anything came.
        const all = { ...change, users: { "held.first": {}, ...change.users } };
        await assert.rejects(applySeed(deployment.target, all), (error) => {
          assert.equal(error.code, "SeedConflict");
          assert.ok(error.message.startsWith(`${path} `), error.message);
          assert.ok(error.message.includes(remedy) && error.message.endsWith(" Nothing was changed."), error.message);
          return true;
        });
      });
    }
  });

  test("a key that waits for its deletion is no key of a seed; without the alias another is made", async () => {
    const kms = edgekmsClient(deployment.worker);
    const seed = { keys: { "alias/gone": {} } };
    const { keys } = await applySeed(deployment.target, seed);
    const keyId = keys['$.keys["alias/gone"]'];
    await kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
    await refused(deployment.target, seed, "SeedConflict", /waits for its deletion; .*CancelKeyDeletion.*DeleteAlias/);
    await kms.deleteAlias({ aliasName: "alias/gone" });
    const { keys: others } = await applySeed(deployment.target, seed);
    assert.notEqual(others['$.keys["alias/gone"]'], keyId);
  });

  test("a key that lost its alias gets it back", async () => {
    const kms = edgekmsClient(deployment.worker);
    const seed = { keys: { "alias/back": {} } };
    const { keys } = await applySeed(deployment.target, seed);
    await kms.deleteAlias({ aliasName: "alias/back" });
    const { made, keys: again } = await applySeed(deployment.target, seed);
    assert.deepEqual(made, [{ path: '$.keys["alias/back"]', what: "alias of key alias/back" }]);
    assert.deepEqual(again, keys);
    const twin = await kms.createKey({ tags: [{ tagKey: "edgekms-seed", tagValue: "alias/back" }] });
    assert.ok(twin.keyMetadata.keyId);
    await kms.deleteAlias({ aliasName: "alias/back" });
    await refused(deployment.target, seed, "SeedConflict", /may be any of 2 keys.*CreateAlias.*UntagResource/);
  });

  describe("accounts", () => {
    const seed = { accounts: { apart: { users: { dave: {} } } } };

    test("take the operator", async () => {
      const { operator: _, ...target } = deployment.target;
      await refused(target, seed, "InvalidArgument", /^\$\.accounts takes the operator.*`operator`/);
    });

    test("that exist need an access key of their root, which the vault has", async () => {
      const vault = fileVault(join(folder, "kept", "apart.json"));
      const target = { ...deployment.target, vault };
      await applySeed(target, seed);
      await refused(deployment.target, seed, "SeedConflict", /^\$\.accounts\.apart exists \(\d{16}\), .*vault/);
      const { operator: _, ...later } = target;
      assert.deepEqual((await applySeed(later, seed)).made, []);
    });

    test("of the same name are not guessed at", async () => {
      const target = { ...deployment.target, vault: memoryVault() };
      await applySeed(target, { accounts: { double: {} } });
      const { account } = await import("../../pkg/dist/kms/account-calls.js").then(({ accountCalls }) =>
        accountCalls({ ...deployment.target, credentials: deployment.operator })("CreateAccount", { displayName: "double" }),
      );
      await refused(deployment.target, { accounts: { double: {} } }, "SeedConflict", new RegExp(`any of 2 accounts .*${account.accountId}`));
      assert.deepEqual((await applySeed(target, { accounts: { double: {} } })).made, []);
    });
  });

  describe("the vault's file", () => {
    test("is its owner's alone, and holds what the report tells", async () => {
      const path = join(folder, "deep", "vault.json");
      const vault = fileVault(path);
      assert.equal(await vault.load(), undefined);
      const { accessKeys } = await applySeed({ ...deployment.target, vault }, { users: { "vault.alice": { accessKey: true } } });
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.deepEqual((await vault.load()).accessKeys, accessKeys);
    });

    test("that is something else is left as it is, and not quoted", async () => {
      const path = join(folder, "other.json");
      await writeFile(path, '{"secret": "s3cret"');
      await assert.rejects(applySeed({ ...deployment.target, vault: fileVault(path) }, {}), (error) => {
        assert.equal(error.code, "FileFailed");
        assert.ok(error.message.includes(path) && !error.message.includes("s3cret") && error.cause === undefined);
        return true;
      });
    });
  });

  test("the schema's grammar of policies is the service's: it takes and refuses the same", async () => {
    const ram = accountClient(deployment.worker);
    const kms = edgekmsClient(deployment.worker);
    const { keyMetadata } = await kms.createKey();
    const told = (document) => JSON.stringify(document).replaceAll(/\$\{account[^}]*\}/g, deployment.worker.accountId).replaceAll(/\$\{[^}]*\}/g, "x");
    let count = 0;
    /** Asks the service itself about each policy of a seed, and takes away again what it has made. */
    const judge = async ({ policies, roles, keys }, expect) => {
      const made = (calling, undo) => expect(calling.then(undo));
      for (const { document } of Object.values(policies ?? {})) {
        const PolicyName = `grammar-${(count += 1)}`;
        if (typeof document === "object") await made(ram.call("CreatePolicy", { PolicyName, PolicyDocument: told(document) }), () => ram.call("DeletePolicy", { PolicyName }));
      }
      for (const { trust } of Object.values(roles ?? {})) {
        const RoleName = `grammar-${(count += 1)}`;
        if (trust) await made(ram.call("CreateRole", { RoleName, AssumeRolePolicyDocument: told(trust) }), () => ram.call("DeleteRole", { RoleName }));
      }
      for (const { policy } of Object.values(keys ?? {})) {
        if (policy) await made(kms.setKeyPolicy({ keyId: keyMetadata.keyId, policy: told(policy) }));
      }
    };
    for (const seed of Object.values(TAKEN)) await judge(seed, (calling) => calling);
    assert.ok(count >= 6);
    for (const [name, [seed]] of Object.entries(REFUSED)) {
      // Another field of the role is what is wrong there.
      if (!/maxSessionSeconds/.test(JSON.stringify(seed))) await judge(seed, (calling) => assert.rejects(calling, /olicy/, name));
    }
    assert.ok(count >= 25, `${count}`);
  });

  test("what only the service refuses is told with its place, and the rest goes on once it is mended", async () => {
    // A day that no month has: the schema's pattern lets it pass.
    const condition = (day) => ({ DateLessThan: { "acs:CurrentTime": `2030-02-${day}T00:00:00Z` } });
    const seed = (day) => ({
      policies: {
        late: { document: { Version: "1", Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*", Condition: condition(day) }] } },
      },
      keys: { "alias/late": {} },
    });
    await refused(deployment.target, seed("31"), "MalformedPolicyDocument", /^\$\.policies\.late could not be made: .*DateLessThan.*apply the seed again/);
    const { made } = await applySeed(deployment.target, seed("28"));
    assert.deepEqual(made.map(({ path }) => path), ["$.policies.late"]);
  });

  test("a wrong endpoint, a wrong secret and no permission are told as they are", async () => {
    const { target, worker } = deployment;
    const seed = { users: { "nobody.else": {} } };
    await refused({ ...target, endpoint: "http://127.0.0.1:1" }, seed, "NetworkFault", /127\.0\.0\.1:1/);
    const credentials = { ...worker.credentials, accessKeySecret: "another secret" };
    await refused({ ...target, credentials }, seed, "SignatureDoesNotMatch", /./);
    const { accessKeys } = await applySeed(target, { users: { "weak.alice": { accessKey: true } } });
    const { accessKeyId, accessKeySecret } = accessKeys[0];
    await refused({ ...target, credentials: { accessKeyId, accessKeySecret } }, seed, "NoPermission", /./);
    assert.ok(new KmsClient(target));
  });
});
