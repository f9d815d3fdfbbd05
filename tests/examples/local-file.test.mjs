// SPDX-License-Identifier: Apache-2.0

/** `examples/local-file`, followed as its README says. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createDecipheriv, randomBytes } from "node:crypto";
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { edgekmsClient } from "../lib/clients.mjs";
import { exampleFolder, shellBlocks } from "../lib/example-folder.mjs";
import { environmentFor, runScript } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

// More than one chunk of a stream.
const PHOTO = randomBytes(200_001);

describe("local-file", () => {
  let worker;
  let example;
  let env;
  before(async () => {
    worker = await startWorker();
    example = await exampleFolder("local-file");
    const created = await runScript("examples/node-encrypt-file", ["create-key.mjs"], environmentFor(worker));
    env = {
      ...process.env,
      ...environmentFor(worker),
      EDGEKMS_KEY_ID: created.stdout.trim(),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    };
    await writeFile(inFolder("photo.jpg"), PHOTO);
    const [, block] = shellBlocks(await readFile(inFolder("README.md"), "utf8"));
    await shell(block.replaceAll(/^export .*\n/gm, ""));
  });
  after(async () => {
    await worker?.stop();
    await example?.remove();
  });

  const inFolder = (name) => join(example.folder, name);
  const shell = (script) => promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", script], { cwd: example.folder, env });
  async function refused(script, says, left) {
    const before = await readdir(example.folder);
    await assert.rejects(shell(script), (error) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, says);
      return true;
    });
    assert.deepEqual(await readdir(example.folder), before, left ?? "nothing is left of it");
  }

  test("the file comes back, and what is stored holds nothing of it", async () => {
    assert.deepEqual(await readFile(inFolder("photo-again.jpg")), PHOTO);
    const encrypted = await readFile(inFolder("photo.jpg.encrypted"));
    assert.equal(encrypted.length, 12 + PHOTO.length + 16);
    assert.ok(!encrypted.includes(PHOTO.subarray(0, 32)));
  });

  test("what is stored is AES-256-GCM under the data key that the KMS unwraps", async () => {
    const ciphertextBlob = (await readFile(inFolder("photo.jpg.encrypted.key"), "utf8")).trim();
    const { plaintext } = await edgekmsClient(worker).decrypt({ ciphertextBlob, encryptionContext: { file: "photo.jpg.encrypted" } });
    const encrypted = await readFile(inFolder("photo.jpg.encrypted"));
    const decipher = createDecipheriv("aes-256-gcm", plaintext, encrypted.subarray(0, 12)).setAuthTag(encrypted.subarray(-16));
    assert.deepEqual(Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]), PHOTO);
  });

  test("an empty file is a file", async () => {
    await shell(": > empty; node encrypt.mjs empty empty.encrypted; node decrypt.mjs empty.encrypted empty-again");
    assert.equal((await readFile(inFolder("empty-again"))).length, 0);
  });

  test("a changed byte, a cut, and another file's key are refused", async () => {
    const encrypted = await readFile(inFolder("photo.jpg.encrypted"));
    const under = async (name, bytes) => {
      await writeFile(inFolder("photo.jpg.encrypted"), bytes);
      await refused(`node decrypt.mjs photo.jpg.encrypted ${name}`, /authenticate|too short/);
      await writeFile(inFolder("photo.jpg.encrypted"), encrypted);
    };
    for (const at of [0, 12, encrypted.length - 1]) {
      const changed = Buffer.from(encrypted);
      changed[at] ^= 1;
      await under("changed.jpg", changed);
    }
    await under("cut.jpg", encrypted.subarray(0, 100_000));
    await under("cut.jpg", encrypted.subarray(0, 20));
    await copyFile(inFolder("photo.jpg.encrypted"), inFolder("other.encrypted"));
    await copyFile(inFolder("photo.jpg.encrypted.key"), inFolder("other.encrypted.key"));
    await refused("node decrypt.mjs other.encrypted other.jpg", /^InvalidParameter: .*"CiphertextBlob"/);
  });

  test("no file is overwritten, and no key of one that is there", async () => {
    const key = await readFile(inFolder("photo.jpg.encrypted.key"));
    await refused("node encrypt.mjs photo.jpg photo.jpg.encrypted", /^EEXIST/);
    await refused("node decrypt.mjs photo.jpg.encrypted photo.jpg", /^EEXIST/);
    assert.deepEqual(await readFile(inFolder("photo.jpg.encrypted.key")), key);
    assert.deepEqual(await readFile(inFolder("photo.jpg")), PHOTO);
  });
});
