// SPDX-License-Identifier: Apache-2.0

/**
 * `examples/browser-video` in headless Chromium: a sealed recording on a server of another origin, played and seeked
 * through the service worker. A recording and not a film: the browser's own decoder for PCM needs no licence, and the
 * way of the bytes is the same.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { Envelope, rawAesKeyring } from "edgekms";

import { startChromium } from "../../demo/lib/chromium.mjs";
import { servePage } from "../../demo/lib/page-server.mjs";
import { buildPage } from "../../examples/browser-video/build.mjs";
import { keyringOf } from "../../examples/browser-video/src/keyring.mjs";
import { patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { rangeServer } from "../package/lib/range-server.mjs";

const KEY = toBase64(patternedBytes(32, 5));
const SECONDS = 120;
const RATE = 44_100;

/** A WAV file: 16 bits, two channels, a tone that rises. */
function recording() {
  const samples = Buffer.alloc(SECONDS * RATE * 4);
  for (let at = 0; at < samples.length; at += 4) {
    const value = Math.round(8000 * Math.sin((at * at) / 1e12));
    samples.writeInt16LE(value, at);
    samples.writeInt16LE(value, at + 2);
  }
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

describe("the page of browser-video", () => {
  const stops = [];
  let tab;
  let origin;
  let films;
  let sealed;

  before(async () => {
    const envelope = new Envelope({ keyring: keyringOf(rawAesKeyring, { key: KEY }), frameLength: 65_536 });
    sealed = await envelope.encrypt(recording(), { encryptionContext: { type: "audio/wav" } });
    const folder = await mkdtemp(join(tmpdir(), "edgekms-page-"));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const site = await servePage(await buildPage(folder));
    stops.push(site.stop);
    ({ origin } = site);
    films = await rangeServer({ after: (stop) => stops.push(stop) }, sealed);
    const allowed = {
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "content-range, etag",
    };
    films.answer = (_request, response) => {
      for (const [name, value] of Object.entries(allowed)) response.setHeader(name, value);
      return false;
    };
    const chromium = await startChromium();
    stops.push(chromium.stop);
    tab = chromium.page;
  });
  after(async () => {
    while (stops.length > 0) await stops.pop()();
  });
  beforeEach(async () => {
    films.bytes = sealed;
    await tab.goto(origin);
    films.requests.length = 0;
  });

  const play = async (key = KEY) => {
    await tab.getByTestId("film").fill(films.url);
    await tab.getByTestId("key").fill(key);
    await tab.getByTestId("play").click();
  };
  const said = (text) =>
    tab.waitForFunction((text) => document.getElementById("status").textContent.includes(text), text);
  const seek = (seconds) =>
    tab.evaluate(async (seconds) => {
      const video = document.getElementById("video");
      const outcome = new Promise((resolve) => {
        video.addEventListener("seeked", () => resolve("seeked"), { once: true });
        video.addEventListener("error", () => resolve("error"), { once: true });
      });
      video.currentTime = seconds;
      return { outcome: await outcome, at: video.currentTime, ready: video.readyState };
    }, seconds);
  /** Bytes that were asked of the server: what it sent is at most this. */
  const places = () => films.requests.map(({ range }) => Number(/=(\d+)/.exec(range)[1]));

  test("plays, seeks, and fetches the parts that are watched", async () => {
    await play();
    await said(`${SECONDS} seconds`);
    films.requests.length = 0;
    const { outcome, at, ready } = await seek(100);
    assert.equal(outcome, "seeked");
    assert.ok(at > 99 && at < 101 && ready >= 2, `${at} ${ready}`);
    const wanted = (100 / SECONDS) * sealed.length;
    assert.ok(places().some((place) => place > wanted - (2 << 20)), `${places()}`);
    assert.ok(places().every((place) => place < (1 << 20) || place > (10 / SECONDS) * sealed.length), `${places()}`);
    assert.equal(await tab.evaluate(() => document.getElementById("video").error), null);
  });

  test("a wrong key is named, and nothing plays", async () => {
    await play(toBase64(patternedBytes(32, 6)));
    await said("NoDataKey");
  });

  test("a film that was cut is named", async () => {
    films.bytes = sealed.subarray(0, sealed.length - 1000);
    await play();
    await said("TruncatedMessage");
  });

  test("a part that was changed does not play; what comes before it does", async () => {
    films.bytes = Buffer.from(sealed);
    films.bytes.fill(0, Math.round(sealed.length * 0.8), Math.round(sealed.length * 0.8) + 100);
    await play();
    await said(`${SECONDS} seconds`);
    assert.equal((await seek(20)).outcome, "seeked");
    const { outcome, ready } = await seek((SECONDS * 0.8) | 0);
    assert.ok(outcome === "error" || ready < 2, `${outcome} ${ready}`);
  });
});
