// SPDX-License-Identifier: Apache-2.0

/**
 * The same sources give the same WebAssembly wherever they lie. The hot module is built a second time, by the same
 * command, in another folder and with cargo's home elsewhere, and compared byte by byte with the one that is shipped.
 * To build the others again takes minutes, which `cargo xtask release` takes; of these it is only shown here that no
 * path of the machine is in them.
 */

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtAgain } from "../../release/again.mjs";
import { sourcePathsIn } from "./lib/wasm-paths.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SHIPPED = ["pkg/dist/wasm/edgekms_bg.wasm", "pkg/dist/wasm/edgekms_extra_bg.wasm", "pkg/dist/wasm/edgekms_api_bg.wasm", "worker/build/index_bg.wasm"];

/**
 * What a path may begin with: our folders, the names of others, and what Rust's own builds say instead of theirs. Texts
 * stand side by side, so that there may be the end of a word before it.
 */
const NAME = /^[A-Za-z]*(crates|worker\/src|crates\.io|target|\/rustc\/[0-9a-f]{40}|\/rust\/deps)\//;

describe("no path of the machine that built it is in", () => {
  test("any of the modules, of which there are several", () => assert.ok(SHIPPED.length >= 3));

  for (const file of SHIPPED) {
    test(file, async () => {
      const bytes = await readFile(join(ROOT, file));
      const text = bytes.toString("latin1");
      const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
      for (const path of [ROOT, `${homedir()}/`, `${cargo}/`, `${tmpdir()}/`]) {
        assert.ok(!text.includes(path), `${path} is in ${file}`);
      }
      const paths = sourcePathsIn(bytes);
      assert.ok(paths.length > 5, "there are paths to look at");
      assert.deepEqual(paths.filter((path) => !NAME.test(path)), []);
    });
  }
});

describe("built again in another folder, with cargo's home elsewhere", () => {
  let again;
  before(async () => (again = await builtAgain(ROOT, "hot-module")));
  after(() => again?.[Symbol.asyncDispose]());

  for (const file of ["edgekms_bg.wasm", "edgekms.js", "edgekms.d.ts"]) {
    test(`${file} has the same bytes`, async () => {
      const [first, second] = await Promise.all([ROOT, again.copy].map((root) => readFile(join(root, "pkg/wasm", file))));
      assert.ok(first.equals(second), "they differ");
    });
  }
});
