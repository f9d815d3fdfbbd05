// SPDX-License-Identifier: Apache-2.0

/** The pair of streams: backpressure inside one chunk, and an end of one side reaches the other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { duplex } from "../../pkg/dist/stream/duplex.js";
import { rejectsWithCode } from "../lib/expect.mjs";
import { settles } from "../lib/pump.mjs";

const PIECE = 64 * 1024;

/** One chunk in, a hundred pieces out. */
function hundredfold() {
  const stage = {
    emitted: 0,
    disposed: 0,
    async write(_chunk, emit) {
      for (let i = 0; i < 100; i += 1) {
        await emit(new Uint8Array(PIECE));
        this.emitted += 1;
      }
    },
    close() {},
    dispose() {
      this.disposed += 1;
    },
  };
  return stage;
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 20));

test("a chunk that becomes many pieces waits for the reader", async () => {
  const stage = hundredfold();
  const { readable, writable } = duplex(stage, undefined);
  const writer = writable.getWriter();
  const writing = writer.write(new Uint8Array(1)).then(() => writer.close());
  await tick();
  assert.ok(stage.emitted <= 5, `${stage.emitted} pieces without a reader`);
  let length = 0;
  for await (const piece of readable) length += piece.length;
  await writing;
  assert.equal(length, 100 * PIECE);
  assert.equal(stage.disposed, 1);
});

test("a reader that leaves ends a write that waits", async () => {
  const stage = hundredfold();
  const { readable, writable } = duplex(stage, undefined);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  const writing = writer.write(new Uint8Array(1));
  await tick();
  await readable.cancel("gone");
  await rejectsWithCode(writing, "StreamClosed");
  await rejectsWithCode(writer.write(new Uint8Array(1)), "StreamClosed");
  assert.equal(stage.disposed, 1);
});

test("a writer that aborts ends a write that waits, and the reader", async () => {
  const stage = hundredfold();
  const { readable, writable } = duplex(stage, undefined);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  const writing = writer.write(new Uint8Array(1));
  writing.catch(() => {});
  await tick();
  const reason = new Error("abandoned");
  const { value } = await settles(writer.abort(reason).then(() => "aborted"), "abort");
  assert.equal(value, "aborted");
  await assert.rejects(readable.getReader().read(), (error) => error === reason);
  assert.equal(stage.disposed, 1);
});

test("a signal ends both sides with its reason", async () => {
  const controller = new AbortController();
  const stage = hundredfold();
  const { readable, writable } = duplex(stage, controller.signal);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  const writing = writer.write(new Uint8Array(1));
  await tick();
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(writing, (error) => error === reason);
  await assert.rejects(readable.getReader().read(), (error) => error === reason);
  assert.equal(stage.disposed, 1);
});

test("a stage that fails ends both sides with one error", async () => {
  const failing = { write: () => Promise.reject(new Error("stage")), close() {}, dispose() {} };
  const { readable, writable } = duplex(failing, undefined);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  await assert.rejects(writer.write(new Uint8Array(1)), /stage/);
  await assert.rejects(readable.getReader().read(), /stage/);
});

test("what is not bytes is refused", async () => {
  const { writable, readable } = duplex(hundredfold(), undefined);
  readable.cancel().catch(() => {});
  const other = duplex(hundredfold(), undefined);
  const writer = other.writable.getWriter();
  writer.closed.catch(() => {});
  other.readable.getReader().closed.catch(() => {});
  await rejectsWithCode(writer.write("text"), "InvalidArgument");
  writable.abort().catch(() => {});
});
