// SPDX-License-Identifier: Apache-2.0

/**
 * A client that the requests of a Worker share, in workerd, which ends a request's work when its caller hangs up:
 * a fetch of credentials that it had begun must not take the others along.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startBundledWorker } from "../lib/bundled-worker.mjs";
import { until } from "../lib/eventually.mjs";

/** One client for each path; the back end knows its paths too. */
const WORKER = `
  import { KmsClient } from "edgekms";
  const clients = new Map();
  export default {
    async fetch(request, { BACK_END: endpoint }) {
      const { pathname } = new URL(request.url);
      const credentials = async () => (await fetch(endpoint + "/credentials" + pathname)).json();
      if (!clients.has(pathname)) clients.set(pathname, new KmsClient({ endpoint, credentials }));
      await clients.get(pathname).listKeys();
      return new Response("done");
    },
  };
`;

let worker;
/** Requests for credentials so far, by path. */
const asked = {};

/** The KMS and the credentials' back end: of `/hangs`, the first question is never answered. */
const backEnd = createServer(async (request, response) => {
  const [, path] = /^\/credentials(\/.*)$/.exec(request.url) ?? [];
  if (path === undefined) return response.end(JSON.stringify({ RequestId: "r", Keys: { Key: [] } }));
  asked[path] = (asked[path] ?? 0) + 1;
  if (path === "/hangs" && asked[path] === 1) return undefined;
  await sleep(300);
  return response.end(JSON.stringify({ accessKeyId: "STS.a", accessKeySecret: "s", securityToken: "t" }));
});

before(async () => {
  backEnd.listen(0, "127.0.0.1");
  await once(backEnd, "listening");
  worker = await startBundledWorker(WORKER, { BACK_END: `http://127.0.0.1:${backEnd.address().port}` });
});
after(async () => {
  await worker?.stop();
  backEnd.closeAllConnections();
  backEnd.close();
});

const call = async (path, signal) => (await fetch(new URL(path, worker.address), { signal })).status;

test("requests at once wait for one fetch, each going on by itself", async () => {
  const statuses = await Promise.all(Array.from({ length: 8 }, () => call("/shared")));
  assert.deepEqual(statuses, Array(8).fill(200));
  assert.equal(asked["/shared"], 1);
});

test("a request that hangs up in the middle of its fetch leaves the others one that works", async () => {
  const controller = new AbortController();
  const first = call("/hangs", controller.signal).catch(() => "hung up");
  await until("the first request asks for credentials", () => asked["/hangs"] === 1);
  const others = [call("/hangs"), call("/hangs")];
  await sleep(200);
  controller.abort();
  assert.equal(await first, "hung up");
  assert.deepEqual(await Promise.all(others), [200, 200]);
  assert.equal(asked["/hangs"], 2);
  assert.equal(await call("/hangs"), 200);
  assert.equal(asked["/hangs"], 2);
});
