// SPDX-License-Identifier: Apache-2.0

/**
 * A data-key cache that the requests of a Worker share, in workerd, which ends a request's work when its caller
 * hangs up: a call that it had begun must not take the others along.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Envelope } from "edgekms";
import { startBundledWorker } from "../lib/bundled-worker.mjs";
import { until } from "../lib/eventually.mjs";
import { HANG, startKmsServer } from "../lib/kms-server.mjs";

/** One envelope for each path. It gives the message, and what its cache has done. */
const WORKER = `
  import { Envelope, KmsClient } from "edgekms";
  const envelopes = new Map();
  function envelopeOf(path, { ENDPOINT: endpoint, KEY }) {
    const kms = new KmsClient({ endpoint, credentials: { accessKeyId: "a", accessKeySecret: "s" } });
    const cache = { maxAgeSeconds: path === "/short" ? 2 : 3600 };
    if (!envelopes.has(path)) envelopes.set(path, new Envelope({ keyring: kms.keyring(KEY), cache }));
    return envelopes.get(path);
  }
  export default {
    async fetch(request, env) {
      const envelope = envelopeOf(new URL(request.url).pathname, env);
      const sealed = await envelope.encrypt("sealed in a Worker");
      await envelope.decrypt(sealed);
      return new Response(sealed, { headers: { counters: JSON.stringify(envelope.cacheCounters()) } });
    },
  };
`;

let server;
let key;
let worker;
before(async () => {
  server = await startKmsServer();
  key = server.createKey();
  worker = await startBundledWorker(WORKER, { ENDPOINT: server.endpoint, KEY: key.arn });
});
after(async () => {
  await worker?.stop();
  await server?.[Symbol.asyncDispose]();
});

/** One request; opens the message that it gives. */
async function call(path, signal) {
  const response = await fetch(new URL(path, worker.address), { signal });
  assert.equal(response.status, 200, await response.clone().text());
  const message = new Uint8Array(await response.arrayBuffer());
  const { plaintext } = await new Envelope({ keyring: server.client().keyring(key.arn) }).decrypt(message);
  assert.equal(new TextDecoder().decode(plaintext), "sealed in a Worker");
  return JSON.parse(response.headers.get("counters"));
}

test("requests at once share one call to seal and one to open, each going on by itself", async () => {
  server.delayMillis = 300;
  await Promise.all(Array.from({ length: 8 }, () => call("/shared")));
  server.delayMillis = 0;
  assert.equal(server.count("GenerateDataKey"), 1);
  const { messages, fetches } = await call("/shared");
  assert.deepEqual([messages, fetches], [18, 2]);
});

test("a data key that is over is fetched anew by the request that needs it", async () => {
  await call("/short");
  await sleep(2100);
  const { fetches } = await call("/short");
  assert.equal(fetches, 4);
});

test("a request that hangs up in the middle of its call leaves the others one that works", async () => {
  const before = server.count("GenerateDataKey");
  const made = () => server.count("GenerateDataKey") - before;
  server.fault = ({ action }) => (action === "GenerateDataKey" && made() === 1 ? HANG : undefined);
  const controller = new AbortController();
  const first = call("/hangs", controller.signal).catch(() => "hung up");
  await until("the first request asks for a data key", () => made() === 1);
  const others = [call("/hangs"), call("/hangs")];
  await sleep(200);
  controller.abort();
  assert.equal(await first, "hung up");
  await Promise.all(others);
  assert.equal(made(), 2);
  await call("/hangs");
  assert.equal(made(), 2);
});
