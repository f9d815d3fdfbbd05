// SPDX-License-Identifier: Apache-2.0

/** Parts of a message on a server, by Range requests, and servers that do not do as they should. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, inspect, rawAesKeyring } from "edgekms";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { rangeServer } from "./lib/range-server.mjs";

const keyring = rawAesKeyring({ namespace: "ranges", name: "key", wrappingKey: patternedBytes(32, 7) });
const envelope = new Envelope({ keyring, frameLength: 10_000 });
const PLAINTEXT = patternedBytes(100_000);
const message = await envelope.encrypt(PLAINTEXT);
const { headerLength } = await inspect(message);

test("asks for the header, the frames of the range and the last one, and for nothing else", async (t) => {
  const server = await rangeServer(t, message);
  const reader = await envelope.rangeReader(server.url, { headers: { authorization: "Bearer x" } });
  const part = await reader.read({ start: 35_000, end: 45_000 });
  assert.deepEqual(part.plaintext, PLAINTEXT.slice(35_000, 45_000));
  assert.ok(part.endVerified && part.plaintextLength === PLAINTEXT.length);
  const frame = (number) => headerLength + (number - 1) * 10_032;
  const ranges = server.requests.map(({ range }) => range).sort();
  assert.deepEqual(ranges, [
    "bytes=0-4095",
    `bytes=${frame(4)}-${frame(6) - 1}`,
    `bytes=${frame(10)}-${message.length - 1}`,
  ]);
  assert.ok(server.requests.every(({ authorization }) => authorization === "Bearer x"));
});

test("a small message is read by one request", async (t) => {
  const server = await rangeServer(t, await envelope.encrypt("small"));
  const { plaintext } = await envelope.openRange(new URL(server.url), { start: 1, end: 3 });
  assert.equal(new TextDecoder().decode(plaintext), "ma");
  assert.equal(server.requests.length, 1);
});

test("a stream of the whole is read block by block, and a reader who stops stops the requests", async (t) => {
  const plaintext = patternedBytes(4_000_000);
  const server = await rangeServer(t, await envelope.encrypt(plaintext));
  const reader = await envelope.rangeReader(server.url);
  const parts = [];
  for await (const piece of reader.stream()) parts.push(piece);
  assert.deepEqual(concatBytes(parts), plaintext);
  const before = server.requests.length;
  for await (const piece of reader.stream()) {
    assert.ok(piece.length > 0);
    break;
  }
  assert.ok(server.requests.length - before <= 2);
});

test("the caller's own fetch is used, and his signal reaches it", async (t) => {
  const server = await rangeServer(t, message);
  const abort = new AbortController();
  const signals = [];
  const fetch = (url, init) => (signals.push(init.signal), globalThis.fetch(url, init));
  const reader = await envelope.rangeReader(server.url, { fetch, signal: abort.signal });
  assert.equal(signals[0], abort.signal);
  server.answer = () => {
    abort.abort(new Error("enough"));
    return true;
  };
  await assert.rejects(reader.read({ start: 50_000, end: 50_001, signal: abort.signal }), /enough/);
});

describe("servers that do not do as they should", () => {
  /** Opens a range of a server of which one answer is replaced. */
  async function open(t, answer, from = 1) {
    const server = await rangeServer(t, message);
    server.answer = (request, response, count) => count >= from && answer(request, response, server);
    return envelope.openRange(server.url, { start: 50_000, end: 50_010 });
  }
  const reply = (status, headers = {}, body = "") => (_request, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

  test("one that ignores the range sends the whole: its body is not read", async (t) => {
    let sent = 0;
    const whole = (_request, response) => {
      response.writeHead(200, { "content-length": 1 << 30 });
      response.on("error", () => {});
      const more = () => {
        while (!response.destroyed && response.write(new Uint8Array(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
      return true;
    };
    const error = await rejectsWithCode(open(t, whole), "RangesNotSupported");
    assert.match(error.message, /decryptStream/);
    assert.ok(sent < 1 << 26, `${sent} bytes were sent`);
  });

  test("one that says no length, or nothing of the range", async (t) => {
    const part = message.slice(0, 4096);
    await rejectsWithCode(open(t, reply(206, { "content-range": "bytes 0-4095/*" }, part)), "RangesNotSupported");
    const error = await rejectsWithCode(open(t, reply(206, {}, part)), "RangesNotSupported");
    assert.match(error.message, /Access-Control-Expose-Headers/);
  });

  test("one that sends another range, or lies about its length", async (t) => {
    const part = message.slice(0, 4096);
    const answers = [
      [{ "content-range": `bytes 1-4096/${message.length}` }, part],
      [{ "content-range": `bytes 0-4094/${message.length}` }, part],
      [{ "content-range": `bytes 0-4095/${message.length}` }, part.slice(1)],
      [{ "content-range": `bytes 0-4095/${message.length}` }, message],
      [{ "content-range": "bytes 0-4095/99999999999999999999" }, part],
      [{ "content-range": "pages 0-4095/99999" }, part],
    ];
    for (const [headers, body] of answers) {
      const error = await rejectsWithCode(open(t, reply(206, headers, body)), ["SourceFailed", "RangesNotSupported"]);
      assert.ok(error.message.length > 20);
    }
  });

  test("one whose file is shorter or longer than it says", async (t) => {
    const server = await rangeServer(t, message);
    const lie = (length) => (request, response) => {
      const [, first, last] = /(\d+)-(\d+)/.exec(request.headers.range).map(Number);
      const end = Math.min(last + 1, length);
      const body = new Uint8Array(end - first);
      body.set(message.subarray(first, end));
      response.writeHead(206, { "content-range": `bytes ${first}-${end - 1}/${length}` }).end(body);
      return true;
    };
    for (const length of [message.length - 1, message.length + 1, message.length - 10_032]) {
      server.answer = lie(length);
      const opening = envelope.openRange(server.url, { start: 0, end: 1 });
      await rejectsWithCode(opening, ["TruncatedMessage", "TrailingBytes", "FrameOutOfOrder"], `${length}`);
    }
  });

  test("one whose file changes between two requests", async (t) => {
    const other = await envelope.encrypt(patternedBytes(100_000, 2));
    const changes = [
      (server) => Object.assign(server, { etag: '"2"' }),
      (server) => Object.assign(server, { bytes: other.slice(1) }),
      (server) => Object.assign(server, { bytes: new Uint8Array(5000) }),
    ];
    for (const change of changes) {
      const opening = open(t, (_request, _response, server) => (change(server), false), 2);
      await rejectsWithCode(opening, "SourceChanged");
    }
    // A server without tags or dates: what it mixes does not open.
    const server = await rangeServer(t, message);
    server.answer = (_request, response, count) => {
      response.removeHeader("etag");
      server.etag = "same";
      if (count > 1) server.bytes = other;
      return false;
    };
    await rejectsWithCode(envelope.openRange(server.url, { start: 50_000, end: 50_001 }), "FrameNotAuthentic");
  });

  test("an empty file, one that is not there, and one that fails", async (t) => {
    const empty = await rangeServer(t, new Uint8Array(0));
    assert.equal((await rejectsWithCode(envelope.openRange(empty.url), "SourceFailed")).status, 416);
    for (const status of [404, 403, 500, 304]) {
      const error = await rejectsWithCode(open(t, reply(status)), "SourceFailed");
      assert.equal(error.status, status);
    }
  });

  test("one that hangs up, at once or in the middle, and one that is not there", async (t) => {
    const hangUp = (_request, response) => {
      response.destroy();
      return true;
    };
    const middle = (_request, response) => {
      response.writeHead(206, { "content-range": `bytes 0-4095/${message.length}`, "content-length": 4096 });
      response.write(message.slice(0, 100), () => response.destroy());
      return true;
    };
    for (const answer of [hangUp, middle]) {
      const error = await rejectsWithCode(open(t, answer), "NetworkFault");
      assert.ok(error.cause instanceof Error);
    }
    await rejectsWithCode(envelope.openRange("http://127.0.0.1:9/"), "NetworkFault");
  });
});
