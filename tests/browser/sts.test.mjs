// SPDX-License-Identifier: Apache-2.0

/**
 * `examples/browser-sts` in headless Chromium: the page does its user's work, what it holds is good for nothing
 * else, whoever runs a script in it, and no long-lived secret ever comes near it.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { signIn as tokenOf } from "../../examples/browser-sts/sign-in.mjs";
import { accountClient, edgekmsClient, genericClient } from "../lib/clients.mjs";
import { signIn, startNodeBroker, startStsPage, startWorkerBroker } from "../lib/sts-page.mjs";

const KMS = "2016-01-20";
const RAM = "2015-05-01";
const FORBIDDEN = "Forbidden.NoPermission";
const context = (user) => ({ EncryptionContext: JSON.stringify({ user }) });

describe("the page of browser-sts", () => {
  let session;
  let tab;
  let broker;
  let key;
  let keyId;
  let other;
  let blobs;
  let tokens;
  /** All that went over the wire, to the page and from it. */
  const traffic = [];
  const pending = [];

  before(async () => {
    session = await startStsPage();
    ({ tab } = session);
    const { worker, secrets, folder, brokerPort } = session;
    key = secrets.KEY_ARN;
    keyId = key.split("/").at(-1);
    other = (await edgekmsClient(worker).createKey()).keyMetadata.arn;
    const root = genericClient(worker);
    const blob = async (KeyId, user) => (await root.call("GenerateDataKey", { KeyId, ...context(user) })).CiphertextBlob;
    blobs = { alice: await blob(key, "alice"), bob: await blob(key, "bob"), other: await blob(other, "alice") };
    tokens = {};
    for (const user of ["alice", "bob"]) tokens[user] = await tokenOf(user, secrets.SIGN_IN_SECRET);
    broker = await startNodeBroker(brokerPort, folder);

    tab.on("request", (request) =>
      pending.push(request.allHeaders().then((headers) => traffic.push(request.url(), JSON.stringify(headers), request.postData() ?? ""))),
    );
    tab.on("response", (response) => {
      pending.push(response.allHeaders().then((headers) => traffic.push(JSON.stringify(headers))));
      // A preflight and a redirect have none.
      pending.push(response.text().then((text) => traffic.push(text), () => {}));
    });
  });
  after(async () => {
    await broker?.stop();
    await session?.stop();
  });

  const status = async (button) => {
    await tab.getByTestId(button).click();
    await tab.waitForFunction(() => !["", "…"].includes(document.getElementById("status").textContent));
    return tab.getByTestId("status").textContent();
  };

  /** Signs in, seals a note and opens it again. */
  async function sealsAndOpens(user) {
    await signIn(tab, session.origin, tokens[user]);
    assert.equal(await tab.getByTestId("user").textContent(), user);
    await tab.getByTestId("note").fill(`the note of ${user}`);
    assert.equal(await status("seal"), "Sealed");
    assert.equal(await tab.getByTestId("note").inputValue(), "");
    const sealed = await tab.getByTestId("sealed").inputValue();
    await signIn(tab, session.origin, tokens[user]);
    assert.equal(await tab.getByTestId("sealed").inputValue(), sealed, "stored in its sealed form");
    assert.equal(await status("open"), "Opened");
    assert.equal(await tab.getByTestId("note").inputValue(), `the note of ${user}`);
    return sealed;
  }

  let ofBob;
  test("seals and opens the notes of whoever is signed in", async () => {
    ofBob = await sealsAndOpens("bob");
    await sealsAndOpens("alice");
  });

  test("does not open another user's", async () => {
    await signIn(tab, session.origin, tokens.alice);
    await tab.getByTestId("sealed").fill(ofBob);
    assert.match(await status("open"), /^ContextMismatch/);
  });

  test("gets nothing for a token that the broker's login did not make", async () => {
    const [, mac] = tokens.alice.split(".");
    for (const token of [`bob.${mac}`, `alice.${mac.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}`, "alice"]) {
      await signIn(tab, session.origin, token);
      assert.equal(await status("seal"), "CredentialsUnavailable: the broker answered 401");
    }
  });

  describe("a script that somebody got into it", () => {
    before(async () => {
      await signIn(tab, session.origin, tokens.alice);
      await tab.addScriptTag({ url: "./attacker/attacker.mjs", type: "module" });
      await tab.waitForFunction(() => "attacker" in globalThis);
    });
    const attack = (name, ...args) =>
      tab.evaluate(([name, args]) => globalThis.attacker[name](...args), [name, [session.worker.address, ...args]]);
    const call = (action, params, version = KMS) => attack("call", version, action, params);

    test("may do what the page may", async () => {
      assert.equal(await call("GenerateDataKey", { KeyId: key, ...context("alice") }), "allowed");
      assert.equal(await call("Decrypt", { CiphertextBlob: blobs.alice, ...context("alice") }), "allowed");
    });

    for (const [what, action, params] of [
      ["another user's context", "GenerateDataKey", () => ({ KeyId: key, ...context("bob") })],
      ["a star for a user", "GenerateDataKey", () => ({ KeyId: key, ...context("*") })],
      ["a user by another case", "GenerateDataKey", () => ({ KeyId: key, ...context("Alice") })],
      ["no context", "GenerateDataKey", () => ({ KeyId: key })],
      ["another key", "GenerateDataKey", () => ({ KeyId: other, ...context("alice") })],
      ["another user's blob and context", "Decrypt", () => ({ CiphertextBlob: blobs.bob, ...context("bob") })],
      ["another key's blob", "Decrypt", () => ({ CiphertextBlob: blobs.other, ...context("alice") })],
      ["its own key and context", "Encrypt", () => ({ KeyId: key, Plaintext: "eA==", ...context("alice") })],
      ["its own key and context", "GenerateDataKeyWithoutPlaintext", () => ({ KeyId: key, ...context("alice") })],
      [
        "its own blob",
        "ReEncrypt",
        () => ({ CiphertextBlob: blobs.alice, DestinationKeyId: other, SourceEncryptionContext: '{"user":"alice"}' }),
      ],
      ["its own key", "DescribeKey", () => ({ KeyId: key })],
      ["its own key", "DisableKey", () => ({ KeyId: keyId })],
      ["its own key", "ScheduleKeyDeletion", () => ({ KeyId: keyId, PendingWindowInDays: "7" })],
      ["its own key", "CreateAlias", () => ({ KeyId: keyId, AliasName: "alias/mine" })],
      ["its own key", "ListResourceTags", () => ({ KeyId: keyId })],
      ["a key that is not there", "DescribeKey", () => ({ KeyId: "00000000-0000-4000-8000-000000000000" })],
      ["a list", "ListKeys", () => ({})],
      ["a list", "ListAliases", () => ({})],
      ["a key of its own", "CreateKey", () => ({})],
    ]) {
      test(`is refused: ${action} with ${what}`, async () => assert.equal(await call(action, params()), FORBIDDEN));
    }

    test("does not open another user's blob by its own context", async () => {
      assert.equal(await call("Decrypt", { CiphertextBlob: blobs.bob, ...context("alice") }), "InvalidParameter");
    });

    test("has no action that succeeds with no more than a key but the one that anybody may", async () => {
      const codes = await attack("everything", keyId);
      assert.ok(Object.keys(codes).length > 40);
      const allowed = Object.keys(codes).filter((name) => codes[name] === "allowed");
      assert.deepEqual(allowed, ["describeRegions"]);
      assert.equal(codes.generateDataKey, FORBIDDEN);
    });

    test("is refused by AWS's protocol too", async () => {
      const { region } = session.worker;
      const asked = (user) => ({ keyId, numberOfBytes: 32, encryptionContext: { user } });
      assert.equal(await attack("aws", region, "generateDataKey", asked("alice")), "allowed");
      assert.equal(await attack("aws", region, "generateDataKey", asked("bob")), "AccessDeniedException");
      assert.equal(await attack("aws", region, "describeKey", { keyId }), "AccessDeniedException");
    });

    test("cannot make more of its session", async () => {
      const { ROLE_ARN } = session.secrets;
      assert.equal(await attack("assume", ROLE_ARN), "NoPermission");
      const broker = { UserName: "browser-sts-broker" };
      const policy = { PolicyType: "System", PolicyName: "AliyunKMSFullAccess", RoleName: "browser-sts-page" };
      for (const [action, params] of [
        ["ListUsers", {}],
        ["CreateUser", { UserName: "mallory" }],
        ["CreateAccessKey", broker],
        ["ListAccessKeys", broker],
        ["GetRole", { RoleName: "browser-sts-page" }],
        ["AttachPolicyToRole", policy],
      ]) {
        assert.equal(await call(action, params, RAM), "NoPermission", action);
      }
    });
  });

  test("stores nothing but sealed notes", async () => {
    await sealsAndOpens("alice");
    const stored = await tab.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
    }));
    const { local, ...others } = stored;
    assert.deepEqual(Object.keys(local), ["sealed-note"]);
    assert.deepEqual(others, { session: {}, cookie: "", databases: [], caches: [] });
    const text = Buffer.from(local["sealed-note"], "base64").toString("latin1");
    assert.doesNotMatch(text, /the note of|STS\./);
  });

  test("never hears of a long-lived secret", async () => {
    await Promise.all(pending);
    const all = traffic.join("\n");
    assert.match(all, /"accessKeyId":"STS\./, "the traffic was listened to");
    assert.match(all, /x-acs-security-token/);
    const { secrets, worker } = session;
    for (const secret of [
      secrets.BROKER_ACCESS_KEY_SECRET,
      secrets.BROKER_ACCESS_KEY_ID,
      secrets.SIGN_IN_SECRET,
      worker.credentials.accessKeySecret,
      worker.credentials.accessKeyId,
    ]) {
      assert.ok(secret.length > 8 && !all.includes(secret));
    }
  });

  test("does the same with the broker as a Worker", async () => {
    await broker.stop();
    broker = await startWorkerBroker(session.brokerPort, session.folder);
    await sealsAndOpens("bob");
    await signIn(tab, session.origin, `bob.${"0".repeat(64)}`);
    assert.equal(await status("seal"), "CredentialsUnavailable: the broker answered 401");
  });

  test("is refused once its role is gone", async () => {
    await signIn(tab, session.origin, tokens.alice);
    await tab.getByTestId("note").fill("x");
    assert.equal(await status("seal"), "Sealed");
    const ram = accountClient(session.worker);
    const RoleName = "browser-sts-page";
    await ram.call("DetachPolicyFromRole", { PolicyType: "Custom", PolicyName: RoleName, RoleName });
    await ram.call("DeleteRole", { RoleName });
    for (const deadline = Date.now() + 10_000; ; ) {
      await tab.getByTestId("note").fill("x");
      const said = await status("seal");
      if (said === "Sealed" && Date.now() < deadline) continue;
      assert.match(said, /Forbidden\.NoPermission|InvalidSecurityToken|CredentialsUnavailable/);
      return;
    }
  });
});
