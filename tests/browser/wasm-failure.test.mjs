// SPDX-License-Identifier: Apache-2.0

/** Modules that break in a page: others take their places, of the files that the page has by then. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { limited } from "../package/lib/limited.mjs";
import { servePackage } from "../lib/package-site.mjs";

/** Bytes of memory that a module can have. */
const MEMORY = 24 << 20;

const page = (entry) => `
  import { Envelope, passwordKeyring, rawAesKeyring } from "./${entry}";
  const rawKeyring = (name) => rawAesKeyring({ namespace: "n", name, wrappingKey: new Uint8Array(32) });
  const withPassword = (length) => passwordKeyring({ password: "p".repeat(length), memoryKiB: 7168, iterations: 5 });
  const textOf = ({ plaintext }) => new TextDecoder().decode(plaintext);

  /** The code with which the module ends that keeps what these keyrings have. */
  async function fill(keyringOf) {
    const kept = [];
    for (let turn = 0; turn < 10_000; turn += 1) {
      kept.push(keyringOf(turn));
      const error = await new Envelope({ keyring: kept.at(-1) }).encrypt("x").then(() => undefined, (error) => error);
      if (error !== undefined) return error.code;
    }
  }

  globalThis.run = async () => {
    const envelopes = [new Envelope({ keyring: rawKeyring("k") }), new Envelope({ keyring: withPassword(1) })];
    const messages = await Promise.all(envelopes.map((envelope) => envelope.encrypt("before")));
    await fetch("gone");
    const told = [];
    for (const keyringOf of [(turn) => rawKeyring(turn + " long".repeat(13_000)), () => withPassword(8_000_000)]) {
      told.push(await fill(keyringOf));
      for (const [index, envelope] of envelopes.entries()) {
        told.push(textOf(await envelope.decrypt(messages[index])), textOf(await envelope.decrypt(await envelope.encrypt("after"))));
      }
    }
    return told;
  };`;

let browser;
before(async () => (browser = await startChromium()));
after(() => browser?.stop());

for (const entry of ["entrypoints/browser.js", "all.js"]) {
  test(`a page with ${entry}`, async () => {
    const files = Object.fromEntries(
      await Promise.all(
        ["edgekms", "edgekms_extra"].map(async (name) => {
          const file = await readFile(new URL(`../../pkg/dist/wasm/${name}_bg.wasm`, import.meta.url));
          return [`wasm/${name}_bg.wasm`, limited(file, MEMORY)];
        }),
      ),
    );
    let isGone = false;
    await using site = await servePackage(page(entry), (path) => {
      if (path === "gone") isGone = true;
      if (path === "gone" || (isGone && path in files)) return { status: 404 };
      return path in files && { headers: { "content-type": "application/wasm" }, body: files[path] };
    });
    await browser.page.goto(`${site.origin}/page.html`);
    await browser.page.waitForFunction(() => "run" in globalThis);
    const told = await browser.page.evaluate(() => globalThis.run());
    const goesOn = ["before", "after", "before", "after"];
    assert.deepEqual(told, ["WasmFailed", ...goesOn, "WasmFailed", ...goesOn]);
  });
}
