// SPDX-License-Identifier: Apache-2.0

/**
 * A process of its own, whose memory is measured: argument 1 is what it does, argument 2 how often or how many bytes.
 * Prints JSON: what came out, and the peak of resident memory before and after, in bytes.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { Envelope, rawAesKeyring } from "edgekms";
import { countSlots } from "./slots.mjs";

const MIB = 2 ** 20;
const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
const envelope = new Envelope({ keyring });

/** `VmHWM`: `maxRSS` would begin with the parent's. */
const peak = () => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
const resident = () => process.memoryUsage.rss();
const same = (a, b) => Buffer.compare(a, b) === 0;

const block = Buffer.alloc(MIB);
for (let at = 0; at < MIB; at += 4) block.writeUInt32LE(Math.imul(at + 1, 0x9e3779b1) >>> 0, at);

/** Bytes through sealing and opening, made and compared on the fly. */
async function stream(bytes) {
  let made = 0;
  const source = new ReadableStream({
    pull(controller) {
      if (made >= bytes) return controller.close();
      const chunk = Buffer.from(block);
      chunk.writeUInt32LE(made / MIB, 0);
      made += MIB;
      controller.enqueue(chunk);
    },
  });
  let at = 0;
  let wrong = 0;
  const expected = Buffer.from(block);
  for await (const piece of source.pipeThrough(envelope.encryptStream()).pipeThrough(envelope.decryptStream())) {
    for (let done = 0; done < piece.length; ) {
      const place = at % MIB;
      if (place === 0) expected.writeUInt32LE(at / MIB, 0);
      const length = Math.min(piece.length - done, MIB - place);
      if (!same(piece.subarray(done, done + length), expected.subarray(place, place + length))) wrong += 1;
      done += length;
      at += length;
    }
  }
  return { bytes: at, wrong };
}

const message = (turn) => Buffer.alloc(1024, `${turn} `);

async function streams(count) {
  let right = 0;
  await Promise.all(
    Array.from({ length: count }, async (_, turn) => {
      const sealing = new Blob([message(turn)]).stream().pipeThrough(envelope.encryptStream());
      const opened = await new Response(sealing.pipeThrough(envelope.decryptStream())).arrayBuffer();
      if (same(new Uint8Array(opened), message(turn))) right += 1;
    }),
  );
  return { right };
}

async function calls(count, engine) {
  let right = 0;
  await Promise.all(
    Array.from({ length: count }, async (_, turn) => {
      const sealed = await envelope.encrypt(message(turn), { engine });
      if (same((await envelope.decrypt(sealed, { engine })).plaintext, message(turn))) right += 1;
    }),
  );
  return { right };
}

/** In a function of its own, so that no variable has the last one. */
async function abandon(turn) {
  const pair = turn % 2 === 0 ? envelope.encryptStream() : envelope.decryptStream();
  if (turn % 3 > 0) void pair.writable.getWriter().write(turn % 2 === 0 ? message(turn) : await envelope.encrypt(message(turn)));
  if (turn % 5 > 0) void pair.readable.getReader().read();
  await null;
}

/** Streams that nobody ends: begun, written to or not, read or not, and let go. */
async function abandoned(count) {
  for (let turn = 0; turn < count; turn += 1) await abandon(turn);
  for (let turn = 0; turn < 100 && slots.held() > 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    globalThis.gc();
  }
  return { held: slots.held(), made: slots.made(), wrong: slots.wrong };
}

const WORKS = { stream, streams, calls, abandoned };
const [, , name, amount, more] = process.argv;
await envelope.decrypt(await envelope.encrypt("x"));
await stream(32 * MIB);
const slots = await countSlots();
const start = resident();
const began = performance.now();
const result = await WORKS[name](Number(amount), more);
writeFileSync(1, JSON.stringify({ ...result, held: slots.held(), growth: Math.max(0, peak() - start), millis: performance.now() - began }));
