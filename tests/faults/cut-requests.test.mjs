// SPDX-License-Identifier: Apache-2.0

/**
 * Clients that go away: a request cut in the middle of its body changes nothing, a client that
 * aborts leaves either nothing or a whole key, and the worker serves the next caller.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { edgekmsClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { listedKeys, snapshot } from "../lib/snapshot.mjs";
import { acs3Request, wireBytes } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
let kms;

before(async () => {
  worker = await startWorker();
  kms = edgekmsClient(worker);
  await kms.createKey({ description: "was here before" });
});
after(() => worker?.stop());

/** Sends the beginning of a request and then resets or ends the connection. */
async function sendBeginning(bytes, { reset }) {
  const { hostname, port } = new URL(worker.address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  await new Promise((resolve) => socket.write(bytes, resolve));
  if (reset) socket.resetAndDestroy();
  else socket.end();
  // A server that reads to the end of what it was promised waits; a moment of that is enough.
  if (!socket.closed) await Promise.race([once(socket, "close"), sleep(100)]);
  socket.destroy();
}

describe("a request cut in the middle", () => {
  const description = "x".repeat(2000);
  for (const reset of [false, true]) {
    for (const [where, length] of [
      ["its request line", () => 3],
      ["its headers", (bytes) => bytes.indexOf("\r\n\r\n") - 20],
      ["its body, of which nothing came", (bytes) => bytes.indexOf("\r\n\r\n") + 4],
      ["its body", (bytes) => bytes.indexOf("\r\n\r\n") + 4 + 1000],
      ["its last byte", (bytes) => bytes.length - 1],
    ]) {
      test(`${where}, the connection is ${reset ? "reset" : "closed"}: nothing is created, and the next call is served`, async () => {
        const earlier = await snapshot(kms);
        const signed = acs3Request(worker.credentials, worker.host, "CreateKey", [["Description", description]], { form: true });
        const bytes = wireBytes(signed);
        const beginning = bytes.subarray(0, length(bytes));
        await Promise.all(Array.from({ length: 5 }, () => sendBeginning(beginning, { reset })));
        assert.deepEqual(await snapshot(kms), earlier);
      });
    }
  }
});

test("a client that aborts its calls leaves whole keys or none", async () => {
  const attempts = 40;
  let created = 0;
  await Promise.all(
    Array.from({ length: attempts }, async (_, index) => {
      const abort = new AbortController();
      const call = kms.createKey({ description: `aborted ${index}` }, { signal: abort.signal });
      setTimeout(() => abort.abort(), index);
      await call.then(
        () => (created += 1),
        (error) => assert.match(error.name + error.code, /Abort/i),
      );
    }),
  );
  // The last of them may still be on its way through the worker.
  await sleep(200);
  const keys = (await listedKeys(kms)).filter((key) => key.description.startsWith("aborted"));
  assert.ok(keys.length >= created && keys.length <= attempts, `${created} acknowledged, ${keys.length} exist`);
  for (const key of keys) {
    const { ciphertextBlob } = await kms.encrypt({ keyId: key.keyId, plaintext: new Uint8Array([1, 2, 3]) });
    assert.deepEqual((await kms.decrypt({ ciphertextBlob })).plaintext, new Uint8Array([1, 2, 3]));
  }
});

test("a call whose signal is already aborted sends nothing", async () => {
  const earlier = await snapshot(kms);
  await assert.rejects(kms.createKey({}, { signal: AbortSignal.abort() }));
  assert.deepEqual(await snapshot(kms), earlier);
});

test("a worker that is not there is a network error with a code, in bounded time", async () => {
  const nobody = await startWorker();
  await nobody.stop();
  const started = Date.now();
  const error = await rejectsWithCode(
    edgekmsClient(nobody, { maxAttempts: 2, timeoutMs: 2000 }).listKeys({}),
    "NetworkFault",
  );
  assert.ok(Date.now() - started < 10_000);
  assert.ok(error.cause !== undefined);
});
