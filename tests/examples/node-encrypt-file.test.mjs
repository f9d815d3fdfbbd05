// SPDX-License-Identifier: Apache-2.0

/** `examples/node-encrypt-file`, followed as its README says. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { edgekmsClient } from "../lib/clients.mjs";
import { environmentFor, runScript } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

const EXAMPLE = "examples/node-encrypt-file";
// More than one frame, and not a whole number of them.
const PLAINTEXT = randomBytes(300_001);

describe("node-encrypt-file", () => {
  let worker;
  let folder;
  let env;
  let plain;
  let sealed;

  before(async () => {
    worker = await startWorker({ settings: { STATE_CONSISTENCY: "strict" } });
    folder = await mkdtemp(join(tmpdir(), "edgekms-test-"));
    plain = join(folder, "photo.jpg");
    sealed = `${plain}.sealed`;
    await writeFile(plain, PLAINTEXT);
    const created = await runScript(EXAMPLE, ["create-key.mjs"], environmentFor(worker));
    assert.equal(created.status, 0, created.stderr);
    env = { ...environmentFor(worker), EDGEKMS_KEY_ID: created.stdout.trim() };
    const sealing = await runScript(EXAMPLE, ["encrypt.mjs", plain, "album=42"], env);
    assert.equal(sealing.status, 0, sealing.stderr);
    assert.equal(sealing.stdout.trim(), sealed);
  });
  after(async () => {
    await worker?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const open = (output, ...rest) => runScript(EXAMPLE, ["decrypt.mjs", sealed, join(folder, output), ...rest], env);

  async function refused(result, code, output) {
    assert.equal(result.status, 1, result.stderr);
    assert.match(result.stderr, code);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith(output)),
      [],
      "nothing is left of a result that is not whole",
    );
  }

  test("a sealed file opens to the same bytes", async () => {
    const result = await open("again.jpg", "album=42");
    assert.equal(result.status, 0, result.stderr);
    assert.deepEqual(await readFile(join(folder, "again.jpg")), PLAINTEXT);
    assert.ok(!(await readFile(sealed)).includes(PLAINTEXT.subarray(0, 64)), "the sealed file holds no plaintext");
  });

  test("a pair that it was not sealed with is refused", async () => {
    await refused(await open("wrong.jpg", "album=43"), /^ContextMismatch: /m, "wrong.jpg");
  });

  test("a changed byte is refused", async () => {
    const bytes = await readFile(sealed);
    bytes[bytes.length - 50_000] ^= 1;
    const changed = join(folder, "changed.sealed");
    await writeFile(changed, bytes);
    const result = await runScript(EXAMPLE, ["decrypt.mjs", changed, join(folder, "flipped.jpg")], env);
    await refused(result, /FrameNotAuthentic/, "flipped.jpg");
  });

  test("an existing file is not overwritten", async () => {
    const result = await runScript(EXAMPLE, ["decrypt.mjs", sealed, plain], env);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /EEXIST/);
    assert.deepEqual(await readFile(plain), PLAINTEXT);
  });

  test("a missing setting is named", async () => {
    const result = await runScript(EXAMPLE, ["encrypt.mjs", plain, join(folder, "new.sealed")], { ...env, EDGEKMS_ENDPOINT: "" });
    assert.equal(result.status, 2);
    assert.match(result.stderr, /EDGEKMS_ENDPOINT/);
  });

  test("a disabled key is refused", async () => {
    await edgekmsClient(worker).disableKey({ keyId: env.EDGEKMS_KEY_ID });
    // With STATE_CONSISTENCY=strict the last stale copy is gone after 5 s.
    for (const deadline = Date.now() + 6_000; ; ) {
      const result = await open("disabled.jpg");
      if (result.status === 0 && Date.now() < deadline) {
        await rm(join(folder, "disabled.jpg"));
        continue;
      }
      return refused(result, /Rejected\.Disabled/, "disabled.jpg");
    }
  });
});
