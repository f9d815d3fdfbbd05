// SPDX-License-Identifier: Apache-2.0

/** Every `js` block of the package's README runs as it stands, against the real worker. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { KmsClient } from "edgekms";
import { patternedBytes } from "../lib/bytes.mjs";
import { accountClient } from "../lib/clients.mjs";
import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

const run = promisify(execFile);
const PKG = fileURLToPath(new URL("../../pkg", import.meta.url));
const readme = await readFile(join(PKG, "README.md"), "utf8");
const snippets = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);

/** What each prints; the order is the README's. */
const OUTPUTS = [
  /^4111 1111 1111 1111\n$/,
  /^$/,
  /^\S.* \{ album: '42' \} n\n$/,
  /^4111 1111 1111 1111\nstring London\n1815\n3\n$/,
  /^1 bob@example.org\n$/,
  /^for whoever knows it\n$/,
  /^arn:aws:kms 16\n$/,
  /^true true\n$/,
  /^a small secret\n$/,
  /^1000 1\n$/,
  /^for the SDKs of Python and Java\nfor oss2\n$/,
  /^42\n$/,
  /^512 3000000 true\n(\d+ )+$/,
  /^1\n2\n1\n$/,
  /^Enabled\n$/,
  /^Allow AliyunKMSReadOnlyAccess\n$/,
  /^Forbidden.KeyNotFound\n$/,
];

/** A user, and a role that it may take on and that may read. */
async function userOfRole(worker) {
  const ram = accountClient(worker);
  const policy = (statement) => JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", ...statement }] });
  await ram.call("CreateUser", { UserName: "app" });
  const { AccessKey } = await ram.call("CreateAccessKey", { UserName: "app" });
  const Principal = { RAM: [`acs:ram::${worker.accountId}:user/app`] };
  const AssumeRolePolicyDocument = policy({ Action: "sts:AssumeRole", Principal });
  const { Role } = await ram.call("CreateRole", { RoleName: "reports", AssumeRolePolicyDocument });
  const reads = { PolicyType: "System", PolicyName: "AliyunKMSReadOnlyAccess" };
  await ram.call("AttachPolicyToRole", { ...reads, RoleName: "reports" });
  await ram.call("CreatePolicy", { PolicyName: "app", PolicyDocument: policy({ Action: "sts:AssumeRole", Resource: Role.Arn }) });
  await ram.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "app", UserName: "app" });
  const { AccessKeyId, AccessKeySecret } = AccessKey;
  return { EDGEKMS_ACCESS_KEY_ID: AccessKeyId, EDGEKMS_ACCESS_KEY_SECRET: AccessKeySecret, ROLE_ARN: Role.Arn };
}

describe("README of the package", () => {
  let worker;
  let folder;
  /** What snippets that take on a role find in their environment. */
  let user;
  before(async () => {
    worker = await startWorker();
    const { address: endpoint, region, credentials } = worker;
    const kms = new KmsClient({ endpoint, region, credentials });
    const { keyMetadata } = await kms.createKey();
    await kms.createAlias({ keyId: keyMetadata.keyId, aliasName: "alias/photos" });
    user = await userOfRole(worker);
    folder = await mkdtemp(join(tmpdir(), "edgekms-readme-"));
    await mkdir(join(folder, "node_modules"));
    await symlink(PKG, join(folder, "node_modules", "edgekms"));
    await writeFile(join(folder, "photo.raw"), patternedBytes(300_000));
  });
  after(async () => {
    await worker?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test("has a snippet for each output that is expected", () => {
    assert.equal(snippets.length, OUTPUTS.length);
  });

  for (const [index, snippet] of snippets.entries()) {
    test(`snippet ${index + 1}`, async () => {
      const file = join(folder, `${index}.mjs`);
      await writeFile(file, snippet);
      const role = snippet.includes("assumeRole") ? user : {};
      const env = { ...process.env, ...environmentFor(worker), ...role };
      const { stdout } = await run(process.execPath, [file], { cwd: folder, env });
      assert.match(stdout, OUTPUTS[index]);
    });
  }

  test("the streamed file came back as it was", async () => {
    const opened = await readFile(join(folder, "photo.raw.decrypted"));
    assert.deepEqual(new Uint8Array(opened), patternedBytes(300_000));
  });
});
