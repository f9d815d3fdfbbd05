// SPDX-License-Identifier: Apache-2.0

/**
 * A large file sealed and opened by streams in a page, in flat memory. 4 GiB, which is more than 32 bits count;
 * `EDGEKMS_BIG_STREAM_GIB` asks for another length.
 * It is made on the fly and checked on the fly, so the page itself holds nothing of it.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { processTree } from "../../demo/lib/memory.mjs";
import { servePackage } from "../lib/package-site.mjs";

const GIB = Number(process.env.EDGEKMS_BIG_STREAM_GIB ?? 4);
const MIB = 2 ** 20;
/** What the engine's frames in flight and the garbage between two collections may take. */
const GROWTH = 256 * MIB;
/** Six times what it takes on two cores. */
const MILLIS = 60_000 * GIB;

const PAGE = `
  import { Envelope, rawAesKeyring } from "./entrypoints/browser.js";
  const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  const envelope = new Envelope({ keyring });
  const BLOCK = 1 << 20;
  const words = new Uint32Array(BLOCK / 4);
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(at + 1, 0x9e3779b1);

  /** Every word of the file, by its place. */
  const source = (bytes) => {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        if (at === bytes) return controller.close();
        const block = new Uint32Array(words);
        block[0] = at / BLOCK;
        at += BLOCK;
        controller.enqueue(new Uint8Array(block.buffer));
      },
    }, { highWaterMark: 1 });
  };
  globalThis.progress = 0;
  const sink = () => {
    let at = 0;
    let wrong = 0;
    const stream = new WritableStream({
      write(piece) {
        const whole = new Uint32Array(piece.buffer, piece.byteOffset, piece.length / 4);
        for (let index = 0, place = (at % BLOCK) / 4; index < whole.length; index += 1, place += 1) {
          const word = place === 0 ? Math.floor(at / BLOCK) : words[place];
          if (whole[index] !== word) wrong += 1;
        }
        at += piece.length;
        globalThis.progress = at;
      },
    });
    return { stream, result: () => ({ bytes: at, wrong }) };
  };
  globalThis.sealAndOpen = async (bytes) => {
    const { stream, result } = sink();
    await source(bytes).pipeThrough(envelope.encryptStream()).pipeThrough(envelope.decryptStream()).pipeTo(stream);
    return result();
  };
`;

/** The memory that is the page's own: code that processes share is not in it. */
function pageMemory(profile) {
  let most = 0;
  for (const pid of processTree(profile)) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer")) continue;
      const kib = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0;
      most = Math.max(most, kib * 1024);
    } catch {
      // It has ended.
    }
  }
  return most;
}

test(`${GIB} GiB sealed and opened by streams in Chromium, in flat memory`, { timeout: MILLIS }, async (t) => {
  await using site = await servePackage(PAGE);
  const chromium = await startChromium();
  try {
    const { page, profile } = chromium;
    page.setDefaultTimeout(MILLIS);
    await page.goto(`${site.origin}/page.html`);
    await page.waitForFunction(() => "sealAndOpen" in globalThis);
    // Code is compiled and heaps have grown to what they need.
    await page.evaluate((bytes) => sealAndOpen(bytes), 64 * MIB);
    const start = pageMemory(profile);
    assert.ok(start > 0, "the page's process is measured");
    let peak = start;
    const timer = setInterval(() => (peak = Math.max(peak, pageMemory(profile))), 100);
    const began = performance.now();
    const result = await page.evaluate((bytes) => sealAndOpen(bytes), GIB * 1024 * MIB);
    clearInterval(timer);
    assert.deepEqual(result, { bytes: GIB * 1024 * MIB, wrong: 0 });
    const growth = peak - start;
    t.diagnostic(`${GIB} GiB in ${((performance.now() - began) / 1000).toFixed(1)} s; from ${(start / MIB).toFixed(0)} to at most ${(peak / MIB).toFixed(0)} MiB`);
    assert.ok(growth < GROWTH, `the page's memory grew by ${(growth / MIB).toFixed(0)} MiB`);
  } finally {
    await chromium.stop();
  }
});
