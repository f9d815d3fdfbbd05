// SPDX-License-Identifier: Apache-2.0
// Puts what wasm-bindgen made in pkg/wasm beside the compiled TypeScript, and what the files are to TypeScript.
import { copyFileSync, mkdirSync } from "node:fs";

const from = new URL("../wasm/", import.meta.url);
const to = new URL("../dist/wasm/", import.meta.url);

mkdirSync(to, { recursive: true });
for (const name of ["edgekms", "edgekms_extra", "edgekms_api"]) {
  for (const file of [`${name}.js`, `${name}_bg.wasm`]) {
    copyFileSync(new URL(file, from), new URL(file, to));
  }
}
copyFileSync(new URL("../src/wasm-file.d.ts", import.meta.url), new URL("../wasm-file.d.ts", to));
