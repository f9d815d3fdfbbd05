// SPDX-License-Identifier: Apache-2.0

/** Chromium with what other browsers lack taken away before the package loads: everything works all the same. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Envelope, rawAesKeyring } from "edgekms";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { servePackage } from "../lib/package-site.mjs";

/** What is taken away, and the check that it is gone. */
const LIMITS = {
  "nothing (the control)": "",
  "no ArrayBuffer.prototype.transfer": `
    for (const name of ["transfer", "transferToFixedLength", "detached"]) delete ArrayBuffer.prototype[name];`,
  "no buffers that can be resized": `
    for (const name of ["resize", "resizable", "maxByteLength"]) delete ArrayBuffer.prototype[name];`,
  "no ReadableStream.from": `delete ReadableStream.from;`,
  "streams that are not iterable": `
    delete ReadableStream.prototype[Symbol.asyncIterator];
    delete ReadableStream.prototype.values;`,
  "streams that cannot be transferred": `
    const post = Worker.prototype.postMessage;
    const clone = structuredClone;
    const refuse = (list) => {
      if (list?.some((one) => one instanceof ReadableStream || one instanceof WritableStream)) throw new DOMException("not transferable", "DataCloneError");
    };
    Worker.prototype.postMessage = function (message, list) { refuse(list?.transfer ?? list); return post.call(this, message, list); };
    globalThis.structuredClone = (value, options) => { refuse(options?.transfer); return clone(value, options); };`,
  "no byte streams and no BYOB": `
    delete globalThis.ReadableByteStreamController;
    delete globalThis.ReadableStreamBYOBReader;`,
  "no signal of a writer": `delete WritableStreamDefaultController.prototype.signal;`,
  "no newer helpers": `
    for (const name of ["toBase64", "toHex", "setFromBase64"]) delete Uint8Array.prototype[name];
    for (const name of ["fromBase64", "fromHex"]) delete Uint8Array[name];
    delete Promise.withResolvers; delete Promise.try; delete Array.fromAsync; delete Object.groupBy;
    delete AbortSignal.any; delete AbortSignal.timeout; delete Response.prototype.bytes; delete Blob.prototype.bytes;`,
};
const ALL = Object.values(LIMITS).join("\n");

const PAGE = `
  import { Envelope, rawAesKeyring } from "./entrypoints/browser.js";
  const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const gathered = async (readable) => new Uint8Array(await new Response(readable).arrayBuffer());
  const base64 = (bytes) => { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
  const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  /** Everything that a page does with a message; gives one of its own, or throws. */
  globalThis.everything = async (theirs, expected) => {
    const plaintext = bytesOf(expected);
    for (const engine of ["auto", "webcrypto", "wasm"]) {
      for (const suite of [0x0478, 0x0578]) {
        for (const frameLength of [undefined, 1000]) {
          const envelope = new Envelope({ keyring, engine, suite, ...(frameLength && { frameLength }) });
          const what = engine + " " + suite + " " + frameLength;
          const message = await envelope.encrypt(plaintext, { encryptionContext: { a: "b" } });
          if (!equal((await envelope.decrypt(message)).plaintext, plaintext)) throw new Error("whole, " + what);
          const sealed = await gathered(new Blob([plaintext]).stream().pipeThrough(envelope.encryptStream()));
          const opened = await gathered(new Blob([sealed]).stream().pipeThrough(envelope.decryptStream()));
          if (!equal(opened, plaintext)) throw new Error("stream, " + what);
          const parts = [];
          for await (const part of envelope.decryptStream().through([sealed.subarray(0, 100), sealed.subarray(100)])) parts.push(part);
          if (!equal(new Uint8Array(await new Blob(parts).arrayBuffer()), plaintext)) throw new Error("generator, " + what);
          const reason = new Error("enough");
          const controller = new AbortController();
          const stopped = envelope.encryptStream({ signal: controller.signal });
          const writer = stopped.writable.getWriter();
          writer.closed.catch(() => {});
          const writing = writer.write(new Uint8Array(3_000_000)).catch((error) => error);
          controller.abort(reason);
          if ((await writing) !== reason) throw new Error("abort, " + what);
          const given = envelope.encryptStream();
          const other = given.writable.getWriter();
          other.closed.catch(() => {});
          const left = other.write(new Uint8Array(3_000_000)).catch((error) => error);
          await other.abort(reason);
          const read = await given.readable.getReader().read().catch((error) => error);
          if (read !== reason && read.value === undefined) throw new Error("the writer's abort, " + what + ": " + read);
          await left;
        }
      }
    }
    const envelope = new Envelope({ keyring });
    if (!equal((await envelope.decrypt(bytesOf(theirs))).plaintext, plaintext)) throw new Error("another's message");
    if ((await envelope.decryptText(await envelope.encryptText("text"))) !== "text") throw new Error("text");
    const damaged = bytesOf(theirs);
    damaged[damaged.length - 1] ^= 1;
    const { code } = await envelope.decrypt(damaged).catch((error) => error);
    if (code !== "FrameNotAuthentic") throw new Error("damage: " + code);
    return base64(await envelope.encrypt(plaintext));
  };
  globalThis.problems = [];
  addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
`;

let chromium;
let site;
before(async () => {
  chromium = await startChromium();
  site = await servePackage(PAGE);
});
after(async () => {
  await chromium?.stop();
  await site?.[Symbol.asyncDispose]();
});

const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
const envelope = new Envelope({ keyring });

for (const [what, script] of [...Object.entries(LIMITS), ["all of these", ALL]]) {
  test(what, { timeout: 120_000 }, async () => {
    const plaintext = patternedBytes(30_000);
    const message = await envelope.encrypt(plaintext);
    const page = await chromium.context.newPage();
    try {
      await page.addInitScript({ content: `{${script}}` });
      await page.goto(`${site.origin}/page.html`);
      await page.waitForFunction(() => "problems" in globalThis);
      if (script.includes("ReadableStream.from;")) assert.equal(await page.evaluate(() => "from" in ReadableStream), false);
      if (script.includes('"transfer"')) assert.equal(await page.evaluate(() => "transfer" in ArrayBuffer.prototype), false);
      const theirs = await page.evaluate(([bytes, expected]) => everything(bytes, expected), [toBase64(message), toBase64(plaintext)]);
      const opened = await envelope.decrypt(Buffer.from(theirs, "base64"));
      assert.deepEqual(opened.plaintext, plaintext);
      assert.deepEqual(await page.evaluate(() => problems), []);
    } finally {
      await page.close();
    }
  });
}
