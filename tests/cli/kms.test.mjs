// SPDX-License-Identifier: Apache-2.0

/** Files under CMKs of the real worker: which CMKs may open them, and what is said when the KMS will not, or is not there. */

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { KmsClient } from "edgekms";
import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";
import { fails, KEY, namesIn, ok, run, workplace } from "./lib/cli.mjs";

describe("files under CMKs", () => {
  let worker;
  let env;
  let kms;
  const keys = {};
  before(async () => {
    worker = await startWorker();
    env = environmentFor(worker);
    kms = new KmsClient({ endpoint: worker.address, region: worker.region, credentials: worker.credentials });
    for (const name of ["photos", "archive", "other"]) {
      const { keyMetadata } = await kms.createKey();
      await kms.createAlias({ keyId: keyMetadata.keyId, aliasName: `alias/${name}` });
      keys[name] = keyMetadata;
    }
  });
  after(() => worker?.stop());

  async function place(t) {
    const cwd = await workplace(t);
    await writeFile(join(cwd, "plain"), "a secret");
    const options = { cwd, env };
    await ok(["encrypt", "plain", "--key", "alias/photos", "--key", "alias/archive", "-c", "album=42", "-o", "sealed"], options);
    return { cwd, options, at: (name) => join(cwd, name) };
  }

  test("are opened by each of them alone, by alias, id or ARN, and by no other", async (t) => {
    const { options } = await place(t);
    for (const name of ["alias/photos", "alias/archive", keys.photos.keyId, keys.photos.arn]) {
      assert.equal((await ok(["decrypt", "sealed", "-k", name, "-o", "-"], options)).stdout, "a secret", name);
    }
    await fails(["decrypt", "sealed", "-k", "alias/other", "-o", "x"], 6, /alias\/other|NoDataKey/, options);
    await fails(["decrypt", "sealed", "-k", "alias/photo", "-o", "x"], 3, /alias\/photo.*did you mean alias\/photos/i, options);
    await fails(["encrypt", "plain", "-k", "alias/photo"], 3, /alias\/photo.*did you mean alias\/photos/i, options);
    await fails(["decrypt", "sealed", "-k", "alias/photos", "-c", "album=43", "-o", "x"], 6, /ContextMismatch/, options);
    await fails(["decrypt", "sealed", "-o", "x"], 2, /--any-key/, options);
    assert.equal((await ok(["decrypt", "sealed", "--any-key", "-o", "-"], options)).stdout, "a secret");
    const account = keys.photos.arn.split(":")[3];
    assert.equal((await ok(["decrypt", "sealed", "--any-key", "--account", account, "-o", "-"], options)).stdout, "a secret");
    await fails(["decrypt", "sealed", "--any-key", "--account", "1111111111111111", "-o", "x"], 6, /1111111111111111|NoDataKey/, options);
  });

  test("are looked at without asking the KMS, and given other CMKs", async (t) => {
    const { cwd, options } = await place(t);
    const [shown] = JSON.parse((await ok(["inspect", "sealed", "--json"], { cwd })).stdout);
    assert.deepEqual(shown.encryptedDataKeys.map(({ provider, key }) => [provider, key]), [
      ["aliyun-kms", keys.photos.arn],
      ["aliyun-kms", keys.archive.arn],
    ]);
    await ok(["rewrap", "sealed", "-k", "alias/archive", "--to-key", "alias/other"], options);
    assert.equal((await ok(["decrypt", "sealed", "-k", "alias/other", "-o", "-"], options)).stdout, "a secret");
    await ok(["rewrap", "sealed", "-k", "alias/other", "--add-key", keys.photos.arn, "-o", "both"], options);
    await ok(["rewrap", "both", "-k", "alias/photos", "--remove-key", keys.other.arn], options);
    await fails(["decrypt", "both", "-k", "alias/other", "-o", "x"], 6, /NoDataKey|other/, options);
    assert.equal((await ok(["decrypt", "both", "-k", "alias/photos", "-o", "-"], options)).stdout, "a secret");
  });

  test("of a folder, with a key file beside the CMK for the day on which there is no KMS", async (t) => {
    const { cwd, options, at } = await place(t);
    await mkdir(at("d"));
    for (let index = 0; index < 12; index += 1) await writeFile(join(at("d"), `${index}`), `it is ${index}`);
    await ok(["encrypt", "d", "-k", "alias/photos", ...KEY, "--out", "sealed.d"], options);
    await ok(["decrypt", "sealed.d", ...KEY, "--out", "a"], { cwd });
    await ok(["decrypt", "sealed.d", "-k", "alias/photos", "--out", "b"], options);
    for (const folder of ["a", "b"]) assert.equal(await readFile(join(at(folder), "11"), "utf8"), "it is 11");
  });

  test("of a CMK that is disabled are not opened, and the code says that its state is why", async (t) => {
    const { options } = await place(t);
    const { keyMetadata } = await kms.createKey();
    await ok(["encrypt", "plain", "-k", keyMetadata.keyId], options);
    await kms.disableKey({ keyId: keyMetadata.keyId });
    await fails(["encrypt", "plain", "-k", keyMetadata.keyId, "-f"], 7, /Rejected\.Disabled/, options);
    assert.equal((await run(["decrypt", "plain.encrypted", "-k", keyMetadata.keyId, "-o", "x"], options)).code, 7);
  });

  test("callers who are not known or not allowed are told so", async (t) => {
    const { cwd } = await place(t);
    const with_ = (more) => ({ cwd, env: { ...env, ...more } });
    const encrypt = ["encrypt", "plain", "-k", "alias/photos"];
    await fails(encrypt, 4, /accessKeySecret is not the secret.*SignatureDoesNotMatch/, with_({ EDGEKMS_ACCESS_KEY_SECRET: "wrong" }));
    await fails(encrypt, 4, /InvalidAccessKeyId\.NotFound/, with_({ EDGEKMS_ACCESS_KEY_ID: "LTAInobody" }));
    const { code, stderr } = await run([...encrypt, "--json"], with_({ EDGEKMS_ACCESS_KEY_SECRET: "wrong" }));
    const { error } = JSON.parse(stderr);
    assert.deepEqual([code, error.exitCode, error.code], [4, 4, "SignatureDoesNotMatch"]);
    assert.match(error.requestId, /^[0-9A-F-]{36}$/i);
    assert.doesNotMatch(stderr, new RegExp(worker.credentials.accessKeySecret));
    assert.deepEqual(await namesIn(cwd), ["key", "plain", "sealed"]);
  });

  test("a KMS that is not there, says nothing, or is none", async (t) => {
    const { cwd, options } = await place(t);
    const encrypt = (endpoint) => ["encrypt", "plain", "-k", "alias/photos", "--endpoint", endpoint];
    const nobody = createServer();
    await new Promise((resolve) => nobody.listen(0, "127.0.0.1", resolve));
    const { port } = nobody.address();
    await new Promise((resolve) => nobody.close(resolve));
    await fails(encrypt(`http://127.0.0.1:${port}`), 5, /ECONNREFUSED \(nothing listens there.*--endpoint/, options);
    assert.equal((await run(["decrypt", "sealed", "-k", "alias/photos", "-o", "x", "--endpoint", `http://127.0.0.1:${port}`], options)).code, 5);
    await fails(encrypt("http://kms.invalid"), 2, /https/, options);
    await fails(encrypt("https://kms.invalid"), 5, /kms\.invalid/, options);
    await fails(encrypt("not a url"), 2, /endpoint/, options);
    const web = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"));
    await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
    t.after(() => web.close());
    await fails(encrypt(`http://127.0.0.1:${web.address().port}`), 5, /InvalidAnswer/, options);
    assert.deepEqual(await namesIn(cwd), ["key", "plain", "sealed"]);
  });

  test("Ctrl-C while a KMS does not answer ends it, and leaves nothing", async (t) => {
    const { cwd, options } = await place(t);
    const silent = createServer(() => {});
    await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
    t.after(() => silent.close());
    const asked = new Promise((resolve) => silent.once("connection", (socket) => socket.once("data", () => resolve(socket))));
    const { start } = await import("./lib/cli.mjs");
    const child = start(["encrypt", "plain", "-k", "alias/photos", "--endpoint", `http://127.0.0.1:${silent.address().port}`], options);
    const ended = new Promise((resolve) => child.once("close", resolve));
    const socket = await asked;
    child.kill("SIGINT");
    assert.equal(await ended, 130);
    socket.destroy();
    assert.deepEqual(await namesIn(cwd), ["key", "plain", "sealed"]);
  });
});
