// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);

/**
 * A strict program that uses the package's types compiles, and each line of it that must not compile does not.
 *
 * @param {string} name of a file in `tests/package/types`
 */
export async function compiles(name) {
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  const file = fileURLToPath(new URL(`../types/${name}`, import.meta.url));
  const settings = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--target", "es2022"];
  const modules = ["--module", "nodenext", "--lib", "es2022,dom,dom.iterable,dom.asynciterable", "--types", ""];
  await promisify(execFile)(process.execPath, [tsc, "--ignoreConfig", ...settings, ...modules, file]).catch((error) =>
    assert.fail(error.stdout),
  );
}
