// SPDX-License-Identifier: Apache-2.0
// Puts what wasm-bindgen made in pkg/wasm beside the compiled TypeScript, and what the files are to TypeScript.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const from = new URL("../wasm/", import.meta.url);
const to = new URL("../dist/wasm/", import.meta.url);

mkdirSync(to, { recursive: true });
for (const name of ["edgekms", "edgekms_extra"]) {
  // It names its declarations, which only our compiler reads: to Deno they would be a file that is missing.
  const glue = readFileSync(new URL(`${name}.js`, from), "utf8").replace(/^\/\* @ts-self-types=.* \*\/\n/, "");
  writeFileSync(new URL(`${name}.js`, to), glue);
  copyFileSync(new URL(`${name}_bg.wasm`, from), new URL(`${name}_bg.wasm`, to));
}
copyFileSync(new URL("../src/wasm-file.d.ts", import.meta.url), new URL("../wasm-file.d.ts", to));
