// SPDX-License-Identifier: Apache-2.0

/** `examples/tls-server`, followed as its README says, up to a handshake. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

import { edgekmsClient } from "../lib/clients.mjs";
import { exampleFolder, shellBlocks } from "../lib/example-folder.mjs";
import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

const run = promisify(execFile);

describe("tls-server", () => {
  let worker;
  let example;
  let env;
  let blocks;
  before(async () => {
    worker = await startWorker({ settings: { STATE_CONSISTENCY: "strict" } });
    example = await exampleFolder("tls-server");
    env = { ...process.env, ...environmentFor(worker), PATH: `${dirname(process.execPath)}:${process.env.PATH}`, PORT: "0" };
    blocks = shellBlocks(await readFile(join(example.folder, "README.md"), "utf8"));
    // As it stands, but for the settings, which are those of this worker.
    const setUp = blocks[1].replaceAll(/^export .*\n/gm, "");
    const { stdout } = await shell(setUp);
    assert.match(stdout, /^made key alias\/tls-server$/m);
    await shell(blocks[2]);
  });
  after(async () => {
    await worker?.stop();
    await example?.remove();
  });

  const shell = (script) => run("bash", ["--norc", "-euo", "pipefail", "-c", script], { cwd: example.folder, env });
  const inFolder = (name) => join(example.folder, name);

  /** The server as the README starts it, without the root's access key; ended when `use` is done. */
  async function serving(use) {
    const { EDGEKMS_ENDPOINT: _, EDGEKMS_ACCESS_KEY_ID: _id, EDGEKMS_ACCESS_KEY_SECRET: _secret, ...bare } = env;
    const [program, ...args] = blocks[3].trim().split(" ");
    assert.equal(program, "node");
    const server = spawn(process.execPath, args, { cwd: example.folder, env: bare });
    const errors = text(server.stderr);
    const exited = once(server, "exit");
    const first = await Promise.race([once(server.stdout, "data"), exited]);
    try {
      return await use(String(first[0]).trim(), { errors, exited });
    } finally {
      server.kill("SIGTERM");
      await exited;
    }
  }
  const refused = (says) =>
    serving(async (_, { errors, exited }) => {
      assert.deepEqual(await exited, [1, null]);
      assert.match(await errors, says);
    });

  test("serves TLS with the certificate's key, to whoever trusts the certificate", async () => {
    const ca = await readFile(inFolder("server.crt"));
    await serving(async (address) => {
      const [response] = await once(get(address, { ca }), "response");
      assert.equal(response.socket.authorized, true);
      assert.equal(await text(response), "hello from TLSv1.3\n");
      // Nobody else's certificate is trusted, so that the handshake above has shown something.
      const [error] = await once(get(address), "error");
      assert.equal(error.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
    });
  });

  test("the private key is in no file", async () => {
    const names = (await readdir(example.folder)).filter((name) => name !== "node_modules" && name !== "README.md");
    assert.ok(names.includes("server.key.encrypted") && names.includes("server.env"));
    const { plaintext } = await edgekmsClient(worker).decrypt({
      ciphertextBlob: (await readFile(inFolder("server.key.encrypted"), "utf8")).trim(),
      encryptionContext: { purpose: "tls-server" },
    });
    // PKCS#8 of P-256 (RFC 5915): the private key's 32 bytes.
    const secret = Buffer.from(plaintext).subarray(36, 68);
    for (const name of names) {
      const bytes = await readFile(inFolder(name));
      assert.ok(!bytes.includes(secret), name);
      assert.ok(!bytes.includes(secret.subarray(0, 24).toString("base64")), name);
      assert.ok(!bytes.includes("PRIVATE KEY-----"), name);
    }
  });

  test("the server's access key is its owner's alone, and may decrypt this and nothing else", async () => {
    assert.equal((await stat(inFolder("server.env"))).mode & 0o777, 0o600);
    const lines = (await readFile(inFolder("server.env"), "utf8")).trim().split("\n");
    const settings = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)));
    const credentials = { accessKeyId: settings.EDGEKMS_ACCESS_KEY_ID, accessKeySecret: settings.EDGEKMS_ACCESS_KEY_SECRET };
    const server = edgekmsClient({ ...worker, credentials });
    const root = edgekmsClient(worker);
    const keyId = "alias/tls-server";
    const other = await root.encrypt({ keyId, plaintext: new Uint8Array(8), encryptionContext: { purpose: "other" } });
    for (const call of [
      server.encrypt({ keyId, plaintext: new Uint8Array(8), encryptionContext: { purpose: "tls-server" } }),
      server.decrypt({ ciphertextBlob: other.ciphertextBlob, encryptionContext: { purpose: "other" } }),
      server.createKey(),
    ]) {
      await assert.rejects(call, { code: "Forbidden.NoPermission" });
    }
  });

  test("set-up again changes nothing, and leaves the access key", async () => {
    const before = await readFile(inFolder("server.env"), "utf8");
    const { stdout } = await shell("node set-up.mjs");
    assert.equal(stdout, "everything was there already\n");
    assert.equal(await readFile(inFolder("server.env"), "utf8"), before);
  });

  test("what is no private key is not encrypted", async () => {
    await assert.rejects(shell("echo nonsense | node encrypt-key.mjs other.encrypted"), (error) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /^ERR_[A-Z_]+: .*\n$/);
      return true;
    });
    await assert.rejects(stat(inFolder("other.encrypted")), { code: "ENOENT" });
  });

  test("a certificate of another key, a changed ciphertext and a disabled key each keep it from starting", async () => {
    const [crt, encrypted] = await Promise.all(["server.crt", "server.key.encrypted"].map((name) => readFile(inFolder(name), "utf8")));
    await shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout /dev/null -out server.crt");
    await refused(/^Error: server\.crt is the certificate of another key/);
    await writeFile(inFolder("server.crt"), crt);

    const bytes = Buffer.from(encrypted, "base64");
    bytes[bytes.length - 1] ^= 1;
    await writeFile(inFolder("server.key.encrypted"), bytes.toString("base64"));
    await refused(/^InvalidParameter: .*"CiphertextBlob"/);
    await writeFile(inFolder("server.key.encrypted"), encrypted);

    const kms = edgekmsClient(worker);
    const { keyMetadata } = await kms.describeKey({ keyId: "alias/tls-server" });
    await kms.disableKey({ keyId: keyMetadata.keyId });
    // With STATE_CONSISTENCY=strict the last stale copy is gone after 5 s.
    const started = () => serving((address, { exited }) => Promise.race([exited.then(() => false), address.startsWith("https://")]));
    for (const deadline = Date.now() + 6_000; Date.now() < deadline && (await started()); );
    await refused(/^Rejected\.Disabled: /);
  });
});
