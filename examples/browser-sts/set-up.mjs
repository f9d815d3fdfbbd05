#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Once, with the access key of the account's root: makes a key, the role that pages take on, and the user who
 * hands it out, by Alibaba's own SDK for RAM. Writes the broker's secrets to `.env` and what a page has to know
 * to `public/settings.json`: `node set-up.mjs [FOLDER]`
 */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { KmsClient } from "edgekms";

// CommonJS, whose default export `import` wraps once more.
const ram = createRequire(import.meta.url)("@alicloud/ram20150501");

const folder = process.argv[2] ?? import.meta.dirname;
const { EDGEKMS_ENDPOINT, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET } = process.env;
const kms = KmsClient.fromEnv();
const { host, protocol } = new URL(EDGEKMS_ENDPOINT);
const client = new ram.default({
  accessKeyId: EDGEKMS_ACCESS_KEY_ID,
  accessKeySecret: EDGEKMS_ACCESS_KEY_SECRET,
  endpoint: host,
  protocol: protocol === "https:" ? "HTTPS" : "HTTP",
});

const document = (statement) => JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", ...statement }] });
const policy = (policyName, statement) =>
  client.createPolicy(new ram.CreatePolicyRequest({ policyName, policyDocument: document(statement) }));

const { keyMetadata } = await kms.createKey({ description: "browser-sts" });
// acs:kms:<region>:<account>:key/<id>
const [, , region, account] = keyMetadata.arn.split(":");

// The broker: may take on the role, and nothing else.
const userName = "browser-sts-broker";
await client.createUser(new ram.CreateUserRequest({ userName }));
const { accessKey } = (await client.createAccessKey(new ram.CreateAccessKeyRequest({ userName }))).body;

// The page: data keys of this key, of some user. Whose, the broker says for each session.
const roleName = "browser-sts-page";
const assumeRolePolicyDocument = document({
  Action: "sts:AssumeRole",
  Principal: { RAM: [`acs:ram::${account}:user/${userName}`] },
});
const { role } = (await client.createRole(new ram.CreateRoleRequest({ roleName, assumeRolePolicyDocument }))).body;
await policy(roleName, {
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: keyMetadata.arn,
  Condition: { StringLike: { "kms:EncryptionContext:user": "?*" } },
});
await client.attachPolicyToRole(
  new ram.AttachPolicyToRoleRequest({ policyType: "Custom", policyName: roleName, roleName }),
);
await policy(userName, { Action: "sts:AssumeRole", Resource: role.arn });
await client.attachPolicyToUser(
  new ram.AttachPolicyToUserRequest({ policyType: "Custom", policyName: userName, userName }),
);

const secrets = {
  EDGEKMS_ENDPOINT,
  BROKER_ACCESS_KEY_ID: accessKey.accessKeyId,
  BROKER_ACCESS_KEY_SECRET: accessKey.accessKeySecret,
  ROLE_ARN: role.arn,
  KEY_ARN: keyMetadata.arn,
  SIGN_IN_SECRET: randomBytes(32).toString("hex"),
};
const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
await writeFile(join(folder, ".env"), lines.join(""), { mode: 0o600, flag: "wx" });
const settings = { endpoint: EDGEKMS_ENDPOINT, region, keyArn: keyMetadata.arn };
await mkdir(join(folder, "public"), { recursive: true });
await writeFile(join(folder, "public", "settings.json"), `${JSON.stringify(settings, null, 2)}\n`);
console.log("wrote .env (secret) and public/settings.json");
