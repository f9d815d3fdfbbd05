// SPDX-License-Identifier: Apache-2.0

/** `explainPolicy`: the decisions of the matrix, and the same words as the worker's `explainPermission`. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { KmsClient, explainPermission, explainPolicy } from "edgekms";
import { accountClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startWorker } from "../lib/worker.mjs";

const cases = JSON.parse(await readFile(new URL("../vectors/policy-decisions.json", import.meta.url), "utf8"));

/** When a case says nothing else (crates/policy/tests/policy/world.rs). */
const NOW = new Date("2026-11-22T12:00:00Z");
const ALICE = "acs:ram::1111111111111111:user/alice";
const KEY = "acs:kms:cn-hangzhou:1111111111111111:key/k1";
const ASKED = { principal: ALICE, permission: "kms:Decrypt", resource: KEY };

function principalOf({ account, user, role, federated, service }) {
  if (account === undefined) return federated ?? service;
  const who = user ? `user/${user}` : role ? `role/${role}` : "root";
  return `acs:ram::${account}:${who}`;
}

/** A case of the matrix as a caller asks it. */
function question({ identity = [], session, resource, request }) {
  const { values = {}, rule } = request;
  const ofResource = rule === "AssumeRole" ? "trust" : "key";
  const oidc = values.oidc && { issuer: values.oidc.iss, audience: values.oidc.aud, subject: values.oidc.sub };
  return {
    policies: [
      ...identity.map((document) => ({ document })),
      ...(session ? [{ policyKind: "session", document: session }] : []),
      ...(resource ? [{ policyKind: ofResource, policyName: "the resource's", document: JSON.stringify(resource) }] : []),
    ],
    request: {
      principal: principalOf(request.subject),
      permission: request.action,
      resource: request.resource,
      staysHome: rule === "StaysHome",
      tags: values.tags && Object.entries(values.tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue })),
      encryptionContext: values.context,
      encryptionAlgorithm: values["kms:EncryptionAlgorithm"],
      sourceIp: values["acs:SourceIp"],
      secureTransport: values["acs:SecureTransport"],
      mfaPresent: values["acs:MFAPresent"],
      currentTime: values["acs:CurrentTime"] ? new Date(values["acs:CurrentTime"]) : NOW,
      externalId: values["sts:ExternalId"],
      oidc,
    },
  };
}

const statement = (more) => ({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*", ...more });
const policy = (...Statement) => ({ document: { Version: "1", Statement } });

test("decides each of the 346 cases as the manual's rule says", async () => {
  assert.ok(cases.length >= 346, `${cases.length}`);
  for (const each of cases) {
    const { decision, deciding, reason } = await explainPolicy(question(each));
    assert.equal(decision, each.expected, each.name);
    if (reason === "Allowed" || reason === "Denied") assert.ok(deciding.length > 0, each.name);
  }
});

test("names the statement that decides, and where the others stop", async () => {
  const elsewhere = statement({ Resource: "acs:kms:*:*:key/other" });
  const album = statement({ Sid: "albums", Condition: { StringEquals: { "kms:EncryptionContext:album": "42" } } });
  const policies = [
    policy(statement({ Action: "kms:Encrypt" }), elsewhere),
    { ...policy(album), policyName: "ReadAlbums" },
    { policyKind: "session", policyName: "page", document: JSON.stringify(policy(statement()).document) },
  ];
  const ask = (album) => explainPolicy({ policies, request: { ...ASKED, encryptionContext: { album } } });
  const allowed = await ask("42");
  assert.deepEqual(allowed, {
    decision: "Allow",
    reason: "Allowed",
    deciding: [
      { policyKind: "identity", policyName: "ReadAlbums", number: 1, sid: "albums" },
      { policyKind: "session", policyName: "page", number: 1 },
    ],
    statements: [
      { policyKind: "identity", policyName: "policies[0]", number: 1, effect: "Allow", stopsAt: "Action" },
      { policyKind: "identity", policyName: "policies[0]", number: 2, effect: "Allow", stopsAt: "Resource" },
      { policyKind: "identity", policyName: "ReadAlbums", number: 1, sid: "albums", effect: "Allow" },
      { policyKind: "session", policyName: "page", number: 1, effect: "Allow" },
    ],
  });
  const { decision, reason, missing, statements } = await ask("43");
  assert.deepEqual({ decision, reason, missing }, { decision: "ImplicitDeny", reason: "Nothing", missing: "IdentityOrResource" });
  const stopped = statements.find(({ policyName }) => policyName === "ReadAlbums");
  assert.deepEqual([stopped.stopsAt, stopped.operator, stopped.conditionKey], ["Condition", "StringEquals", "kms:EncryptionContext:album"]);
});

test("says why no statement decides", async () => {
  const root = { ...ASKED, principal: "acs:ram::1111111111111111:root" };
  const own = await explainPolicy({ policies: [], request: root });
  assert.deepEqual([own.decision, own.reason, own.statements], ["Allow", "Owner", []]);
  const other = { ...root, principal: "acs:ram::2222222222222222:root", staysHome: true };
  const home = await explainPolicy({ policies: [policy(statement())], request: other });
  assert.deepEqual([home.decision, home.reason], ["ImplicitDeny", "StaysHome"]);
});

test("takes a key's policy and ARNs as AWS writes them", async () => {
  const Principal = { AWS: "arn:aws:iam::1111111111111111:user/alice" };
  const document = { Version: "2012-10-17", Statement: [{ ...statement(), Principal }] };
  const request = { ...ASKED, principal: Principal.AWS, resource: KEY.replace("acs:", "arn:aws:") };
  const { decision } = await explainPolicy({ policies: [{ policyKind: "key", dialect: "aws", document }], request });
  assert.equal(decision, "Allow");
});

test("says what a worker says of the same policies", async () => {
  const worker = await startWorker();
  try {
    const reach = { endpoint: worker.address, region: worker.region, credentials: worker.credentials };
    const kms = new KmsClient(reach);
    const ram = accountClient(worker);
    const document = {
      Version: "1",
      Statement: [
        statement({ Sid: "web", Condition: { StringEquals: { "kms:tag/team": "web" } } }),
        statement({ Effect: "Deny", Action: "kms:*", Condition: { NotIpAddress: { "acs:SourceIp": "192.0.2.0/24" } } }),
      ],
    };
    await ram.call("CreateUser", { UserName: "alice" });
    await ram.call("CreatePolicy", { PolicyName: "team", PolicyDocument: JSON.stringify(document) });
    await ram.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "team", UserName: "alice" });
    const { keyMetadata } = await kms.createKey({ tags: [{ tagKey: "team", tagValue: "web" }] });
    const { keyId, arn } = keyMetadata;
    const { policy: keyPolicy } = await kms.getKeyPolicy({ keyId });
    const { tags } = await kms.listResourceTags({ keyId });
    for (const [permission, sourceIp] of [["kms:Decrypt", "192.0.2.7"], ["kms:Decrypt", "198.51.100.1"], ["kms:Encrypt", "192.0.2.7"]]) {
      const told = await explainPermission({ ...reach, userName: "alice", permission, keyId, sourceIp });
      const local = await explainPolicy({
        policies: [
          { policyName: "team", document },
          { policyKind: "key", policyName: "given", document: keyPolicy },
        ],
        request: { principal: `acs:ram::${worker.accountId}:user/alice`, permission, resource: arn, tags, sourceIp },
      });
      assert.deepEqual(local, told, `${permission} ${sourceIp}`);
    }
  } finally {
    await worker.stop();
  }
});

test("refuses what it cannot be asked, and names it", async () => {
  const circular = {};
  circular.Statement = circular;
  const asks = (more, policies = [policy(statement())]) => explainPolicy({ policies, request: { ...ASKED, ...more } });
  for (const [asked, text] of [
    [explainPolicy(), /policies must be an array, not undefined/],
    [explainPolicy(null), /options must be an object/],
    [explainPolicy({ policies: {}, request: ASKED }), /policies must be an array, not an object/],
    [explainPolicy({ policies: [] }), /request must be an object, not undefined/],
    [asks({ principal: undefined }), /^request.principal is missing/],
    [asks({ principal: "alice" }), /^request.principal: It must be an ARN such as acs:ram::/],
    [asks({ principal: 7 }), /^request.principal: /],
    [asks({ permission: "kms:Fly" }), /^request.permission: There is no such permission/],
    [asks({ permission: "kms:*" }), /^request.permission: It must be <service>:<action>/],
    [asks({ resource: "*" }), /^request.resource: It must be an ARN/],
    [asks({ sourceIp: "here" }), /^request.sourceIp: It must be an address/],
    [asks({ currentTime: "today" }), /^request.currentTime must be a Date/],
    [asks({ currentTime: new Date(NaN) }), /^request.currentTime must be a Date/],
    [asks({ tags: { team: "web" } }), /^request.tags must be an array/],
    [asks({ tags: [null] }), /^request.tags: /],
    [asks({ encryptionContext: { album: 42 } }), /^request.encryptionContext/],
    [asks({ externalId: "\ud800" }), /^request.externalId has half of a surrogate pair/],
    [asks({ oidc: { issuer: "a", audience: "b", subject: "c" } }), /^request.oidc: /],
    [asks({ encryptioncontext: {} }), /^request has no field encryptioncontext\. It has principal, permission/],
    [asks({}, [null]), /^policies\[0\] must be an object with a document, not null/],
    [asks({}, [{}]), /^policies\[0\].document is missing/],
    [asks({}, [{ document: circular }]), /^policies\[0\].document has what JSON cannot say/],
    [asks({}, [policy(statement()), { ...policy(statement()), policyKind: "mine" }]), /^policies\[1\].policyKind: It must be identity/],
    [asks({}, [{ ...policy(statement()), sid: "a" }]), /^policies\[0\] has no field sid/],
    [asks({}, [{ ...policy(statement()), dialect: "gcp" }]), /^policies\[0\].dialect: It must be aliyun or aws/],
  ]) {
    const { message } = await rejectsWithCode(asked, "InvalidArgument", String(text));
    assert.match(message, text);
  }
  for (const [policyKind, code] of [
    ["identity", "MalformedPolicyDocument"],
    ["session", "InvalidParameter.PolicyGrammar"],
    ["key", "InvalidParameter"],
  ]) {
    const { message } = await rejectsWithCode(asks({}, [{ policyKind, policyName: "mine", document: "{" }]), code);
    assert.match(message, /^mine: /);
  }
});
