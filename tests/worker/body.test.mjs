// SPDX-License-Identifier: Apache-2.0

/** Bodies with a length, without one, and without end: read whole, or given up at the bound. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { requestBody } from "../../worker/src/glue.js";
import { acs3Request, wireBytes } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

const MAX = 10;

/** As HTTP/2 brings it: a body, and no header that tells its length. */
function streamed(pull) {
  return new Request("http://127.0.0.1/", { method: "POST", body: new ReadableStream({ pull }), duplex: "half" });
}

test("a body without a length is read to its end", async () => {
  const chunks = ["abc", "defg"];
  const request = streamed((controller) => {
    const chunk = chunks.shift();
    if (chunk === undefined) controller.close();
    else controller.enqueue(new TextEncoder().encode(chunk));
  });
  assert.equal(new TextDecoder().decode(await requestBody(request, MAX)), "abcdefg");
});

test("a body without end is given up at the bound", async () => {
  let pulled = 0;
  const endless = streamed((controller) => {
    pulled += 1;
    controller.enqueue(new Uint8Array(4));
  });
  assert.equal(await requestBody(endless, MAX), undefined);
  assert.ok(pulled < 10, `${pulled} chunks were asked for`);
});

test("no body at all is an empty one", async () => {
  const request = new Request("http://127.0.0.1/", { method: "POST" });
  assert.equal((await requestBody(request, MAX)).length, 0);
});

test("a POST that names no length is answered", async () => {
  const worker = await startWorker();
  try {
    const { hostname, port } = new URL(worker.address);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.write(wireBytes(acs3Request(worker.credentials, worker.host, "ListKeys", [])));
    const [answer] = await once(socket, "data", { signal: AbortSignal.timeout(10_000) });
    socket.destroy();
    assert.match(answer.toString("latin1"), /^HTTP\/1\.1 200 /);
  } finally {
    await worker.stop();
  }
});
