// SPDX-License-Identifier: Apache-2.0

/** Bodies with a length, without one, without end, and late: read whole, or given up at the bound. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { requestBody } from "../../worker/src/glue.js";
import { acs3Request, wireBytes } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

const MAX = 10;
/** When a body is late. */
const LATE_MS = 10_000;

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

test("a body that came in time leaves no timer behind", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const { promise: end, resolve: endNow } = Promise.withResolvers();
  const read = requestBody(streamed((controller) => end.then(() => controller.close())), MAX);
  assert.equal(timers(), before + 1, "there is one while the body is awaited");
  endNow();
  assert.equal((await read).length, 0);
  assert.equal(timers(), before);
});

describe("the deadline", { concurrency: 8 }, () => {
  let worker;
  before(async () => (worker = await startWorker()));
  after(() => worker.stop());

  /** Sends the bytes and gives what is answered until the worker closes, and after how long. */
  async function exchange(bytes, then = () => {}) {
    const { hostname, port } = new URL(worker.address);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const began = performance.now();
    let text = "";
    socket.setEncoding("latin1").on("data", (part) => (text += part));
    socket.write(bytes);
    then(socket);
    try {
      await once(socket, "close", { signal: AbortSignal.timeout(LATE_MS + 2_000) });
    } finally {
      socket.destroy();
    }
    const [head, body] = text.split("\r\n\r\n");
    return { head, body, tookMs: performance.now() - began };
  }

  const ended = (signed) => wireBytes({ ...signed, headers: { ...signed.headers, connection: "close" } });

  test("a POST that names no length is answered", async () => {
    const { head } = await exchange(ended(acs3Request(worker.credentials, worker.host, "ListKeys", [])));
    assert.match(head, /^HTTP\/1\.1 200 /);
  });

  test("a stream that is late is cancelled", async () => {
    let cancelled = false;
    const body = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => void (cancelled = true) });
    assert.equal(await requestBody(new Request(worker.address, { method: "POST", body, duplex: "half" }), MAX), null);
    assert.ok(cancelled);
  });

  const head = (length) => `POST / HTTP/1.1\r\nhost: localhost\r\n${length}\r\n\r\n`;
  const trickle = (piece) => (socket) => {
    const sending = setInterval(() => socket.write(piece), 500);
    socket.on("error", () => {}).on("close", () => clearInterval(sending));
  };
  for (const [what, bytes, then] of [
    ["stops half way", `${head("content-length: 10")}hello`],
    ["never begins", head("content-length: 10")],
    ["trickles", head("content-length: 1000"), trickle("x")],
    ["trickles and names no length", head("transfer-encoding: chunked"), trickle("1\r\nx\r\n")],
  ]) {
    test(`a body that ${what} is refused after ten seconds, and its connection closed`, async () => {
      const answer = await exchange(bytes, then);
      assert.match(answer.head, /^HTTP\/1\.1 400 /);
      const { Code, Message } = JSON.parse(answer.body);
      assert.equal(Code, "ParseRequestParameterException");
      assert.equal(Message, "The body did not arrive within 10 seconds. Send it again.");
      assert.ok(answer.tookMs > LATE_MS - 500, `after ${answer.tookMs} ms`);
    });
  }

  test("a body that is announced as too long is refused before it is sent", async () => {
    const answer = await exchange(head("content-length: 131073"));
    assert.match(answer.head, /^HTTP\/1\.1 400 /);
    assert.match(JSON.parse(answer.body).Message, /longer than 131072 bytes/);
    assert.ok(answer.tookMs < LATE_MS / 2, `after ${answer.tookMs} ms`);
  });
});
