// SPDX-License-Identifier: Apache-2.0

/** The engines of a browser, WebCrypto and WebAssembly, on Wycheproof's vectors in real Chromium. */

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { vectors } from "../package/lib/vectors.mjs";
import { outcomeOf } from "./lib/page.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

test("Chromium's engines agree with every vector", async () => {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-engines-"));
  try {
    await build({
      entryPoints: { page: here("fixtures/engines.mjs") },
      bundle: true,
      format: "esm",
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      alias: { "edgekms-dist": here("../../pkg/dist") },
      logLevel: "error",
    });
    await cp(here("../../pkg/dist/wasm"), join(folder, "wasm"), { recursive: true });
    await cp(here("fixtures/index.html"), join(folder, "index.html"));
    const all = vectors("aes-gcm");
    await writeFile(join(folder, "vectors.json"), JSON.stringify(all));
    const { webcrypto, wasm } = await outcomeOf(folder);
    assert.deepEqual(wasm, { passed: all.length, failed: [], unavailable: 0 });
    // Chromium's WebCrypto has no AES-192; the package then takes WebAssembly.
    const aes192 = all.filter(({ keySize }) => keySize === 192).length;
    assert.deepEqual(webcrypto, { passed: all.length - aes192, failed: [], unavailable: aes192 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
