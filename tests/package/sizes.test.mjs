// SPDX-License-Identifier: Apache-2.0

/**
 * A page's budget: bytes after brotli of the WebAssembly and of the scripts that it downloads before it does anything.
 * Each run tells what is in them, so that who went over it sees by what.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { weightOf } from "../lib/page-size.mjs";

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
