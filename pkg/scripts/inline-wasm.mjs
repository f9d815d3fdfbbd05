// SPDX-License-Identifier: Apache-2.0
// Writes each WebAssembly file once more as JavaScript: base64 text over a raw deflate stream (src/inflate.ts).
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

const folder = new URL("../dist/wasm/", import.meta.url);

for (const name of ["edgekms", "edgekms_extra", "edgekms_api"]) {
  const file = readFileSync(new URL(`${name}_bg.wasm`, folder));
  const text = deflateRawSync(file, { level: 9 }).toString("base64");
  writeFileSync(new URL(`${name}_inline.js`, folder), `export default "${text}";\n`);
}
