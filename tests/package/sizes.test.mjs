// SPDX-License-Identifier: Apache-2.0

/**
 * A page's budget: bytes after brotli of the WebAssembly and of the scripts that it downloads before it does anything.
 * Each run tells what is in them, so that who went over it sees by what.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { rejectsWithCode } from "../lib/expect.mjs";
import { startKmsServer } from "../lib/kms-server.mjs";
import { brotli, weightOf } from "../lib/page-size.mjs";

const KIB = 1024;

const PAGES = [
  { what: "a raw AES key", names: "Envelope, rawAesKeyring", budget: 42 * KIB },
  { what: "a KMS client", names: "Envelope, KmsClient", budget: 48 * KIB },
];

/** The modules, the largest first: bytes of minified code, before compression. */
function table({ total, wasm, scripts, modules }, budget) {
  const inOrder = modules.toSorted((one, other) => other.bytes - one.bytes);
  const line = (bytes, name) => `${String(bytes).padStart(7)}  ${name}`;
  return [
    line(total, `after brotli, of ${budget}`),
    line(wasm, "edgekms_bg.wasm"),
    ...scripts.map((bytes, index) => line(bytes, index === 0 ? "the page's own script" : "a script that it imports")),
    "  minified, by module:",
    ...inOrder.map(({ bytes, name }) => line(bytes, name)),
  ].join("\n");
}

for (const { what, names, budget } of PAGES) {
  test(`a page that encrypts and decrypts with ${what} downloads at most ${budget / KIB} KiB`, async (t) => {
    const weight = await weightOf(`import { ${names} } from "edgekms"; console.log(${names});`);
    const inside = table(weight, budget);
    t.diagnostic(`\n${inside}`);
    assert.ok(weight.modules.some(({ name }) => name === "envelope/envelope.js"), "the package is in it");
    assert.ok(weight.total <= budget, `${weight.total} bytes:\n${inside}`);
  });
}

/** Modules that are loaded at their first use, and what each may weigh after brotli. */
const LATER = [
  { name: "edgekms_extra", budget: 125 * KIB },
  { name: "edgekms_api", budget: 230 * KIB },
];

for (const { name, budget } of LATER) {
  test(`${name} has at most ${budget / KIB} KiB`, (t) => {
    const bytes = brotli(readFileSync(new URL(`../../pkg/dist/wasm/${name}_bg.wasm`, import.meta.url)));
    t.diagnostic(`${bytes} after brotli`);
    assert.ok(bytes <= budget, `${bytes} bytes`);
  });
}

test("a page that encrypts and decrypts loads neither of them, whatever its client would check", async () => {
  const loaded = [];
  const fetched = globalThis.fetch;
  globalThis.fetch = async (address, ...more) => {
    if (!String(address).startsWith("file:")) return fetched(address, ...more);
    loaded.push(String(address));
    return new Response(await readFile(address), { headers: { "content-type": "application/wasm" } });
  };
  const hooks = registerHooks({
    load(url, context, next) {
      loaded.push(url);
      return next(url, context);
    },
  });
  const isLoaded = (name) => [`${name}.js`, `${name}_bg.wasm`].map((file) => loaded.some((url) => url.endsWith(`/${file}`)));
  try {
    await using server = await startKmsServer();
    server.createKey("alias/photos");
    const { Envelope, KmsClient, rawAesKeyring } = await import("../../pkg/dist/entrypoints/browser.js");
    const credentials = { accessKeyId: "testid", accessKeySecret: "testsecret" };
    const kms = new KmsClient({ endpoint: server.endpoint, region: server.region, credentials, validate: true });
    const wrappingKey = new Uint8Array(32);
    for (const keyring of [kms.keyring("alias/photos"), rawAesKeyring({ namespace: "n", name: "k", wrappingKey })]) {
      const envelope = new Envelope({ keyring });
      const bytes = new Uint8Array(100_000);
      assert.equal((await envelope.decrypt(await envelope.encrypt(bytes))).plaintext.length, bytes.length);
      const pieces = new Blob([bytes]).stream().pipeThrough(envelope.encryptStream()).pipeThrough(envelope.decryptStream());
      assert.equal((await new Response(pieces).arrayBuffer()).byteLength, bytes.length);
    }
    const { ciphertextBlob } = await kms.encrypt({ keyId: "alias/photos", plaintext: new Uint8Array(8) });
    assert.equal((await kms.decrypt({ ciphertextBlob })).plaintext.length, 8);
    assert.deepEqual(isLoaded("edgekms_extra"), [false, false]);
    assert.deepEqual(isLoaded("edgekms_api"), [false, false]);
    assert.ok(isLoaded("edgekms")[1], "the control");

    const calls = server.calls.length;
    await rejectsWithCode(kms.listKeys({ pageSize: 0 }), "InvalidParameter");
    assert.equal(server.calls.length, calls);
    assert.deepEqual(isLoaded("edgekms_api"), [true, true]);
    assert.deepEqual(isLoaded("edgekms_extra"), [false, false]);
  } finally {
    hooks.deregister();
    globalThis.fetch = fetched;
  }
});
