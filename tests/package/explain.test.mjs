// SPDX-License-Identifier: Apache-2.0

/** `explainPermission` against the worker: what it says is what calls come to. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { KmsClient, explainPermission } from "edgekms";
import { accountClient, edgekmsClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const document = (...Statement) => JSON.stringify({ Version: "1", Statement });

describe("explainPermission", () => {
  let worker;
  let reach;
  let keyId;
  let alice;

  before(async () => {
    worker = await startWorker();
    const ram = accountClient(worker);
    const root = edgekmsClient(worker);
    reach = { endpoint: worker.address, region: worker.region, credentials: worker.credentials };
    ({ keyId } = (await root.createKey({ tags: [{ tagKey: "team", tagValue: "web" }] })).keyMetadata);
    await root.createAlias({ keyId, aliasName: "alias/photos" });
    await root.setKeyPolicy({
      keyId,
      policy: document({
        Sid: "everybody-may-encrypt",
        Effect: "Allow",
        Principal: { RAM: [`acs:ram::${worker.accountId}:user/alice`] },
        Action: "kms:Encrypt",
        Resource: "*",
      }),
    });
    await ram.call("CreateUser", { UserName: "alice" });
    const { AccessKey } = await ram.call("CreateAccessKey", { UserName: "alice" });
    alice = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret };
    const album = { StringEquals: { "kms:EncryptionContext:album": "42", "kms:tag/team": "web" } };
    await ram.call("CreatePolicy", {
      PolicyName: "albums",
      PolicyDocument: document({ Sid: "own", Effect: "Allow", Action: "kms:Decrypt", Resource: "*", Condition: album }),
    });
    await ram.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "albums", UserName: "alice" });
  });
  after(() => worker?.stop());

  const explained = (permission, more = {}) =>
    explainPermission({ ...reach, userName: "alice", permission, keyId: "alias/photos", ...more });

  test("names the statement that decides, of the user's policies and of the key's", async () => {
    const encrypt = await explained("kms:Encrypt");
    assert.equal(encrypt.decision, "Allow");
    assert.deepEqual(encrypt.deciding, [
      { policyKind: "key", policyName: "given", number: 1, sid: "everybody-may-encrypt" },
    ]);
    const open = await explained("kms:Decrypt", { encryptionContext: { album: "42" } });
    assert.deepEqual(open.deciding, [{ policyKind: "identity", policyName: "albums", number: 1, sid: "own" }]);
    const other = await explained("kms:Decrypt", { encryptionContext: { album: "43" } });
    assert.equal(other.decision, "ImplicitDeny");
    assert.equal(other.missing, "IdentityOrResource");
    assert.deepEqual(
      other.statements.find(({ policyName }) => policyName === "albums"),
      {
        policyKind: "identity",
        policyName: "albums",
        number: 1,
        sid: "own",
        effect: "Allow",
        stopsAt: "Condition",
        operator: "StringEquals",
        conditionKey: "kms:EncryptionContext:album",
      },
    );
  });

  test("says of calls what they come to", async () => {
    const kms = new KmsClient({ ...reach, credentials: alice });
    const plaintext = new TextEncoder().encode("hello");
    const seal = async (album) => {
      const context = { encryptionContext: { album } };
      const { ciphertextBlob } = await eventually(() => kms.encrypt({ keyId, plaintext, ...context }));
      return { ciphertextBlob, ...context };
    };
    await eventually(async () => kms.decrypt(await seal("42")));
    await rejectsWithCode(kms.decrypt(await seal("43")), "Forbidden.NoPermission");
    await rejectsWithCode(kms.disableKey({ keyId }), "Forbidden.NoPermission");
    assert.equal((await explained("kms:DisableKey")).decision, "ImplicitDeny");
  });

  test("refuses what it cannot say, and whoever may not ask", async () => {
    await rejectsWithCode(explained("kms:Decrypt", { roleName: "page" }), "InvalidArgument");
    await rejectsWithCode(explained("kms:Decrypt", { userName: "nobody" }), "EntityNotExist.User");
    await rejectsWithCode(explained("kms:Fly"), "InvalidParameter");
    await rejectsWithCode(explained("kms:Decrypt", { credentials: alice }), "Forbidden.NoPermission");
  });
});
