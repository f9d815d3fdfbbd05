// SPDX-License-Identifier: Apache-2.0

/** Test runners, which have module systems of their own. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { output } from "../lib/project.mjs";
import { tool } from "../lib/tools.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];

/** Runs a tester over the folder `testers`; the test there leaves its results in a file. */
function tester(runtime, how, file, ...command) {
  const run = async ({ folder }) => {
    await output(folder, process.execPath, ...command);
    return JSON.parse(await readFile(join(folder, "testers", `${file}.json`), "utf8"));
  };
  return { runtime, how, engines: ENGINES, run };
}

const JEST = [tool("jest/bin/jest.js"), "--rootDir=testers"];
const MODULES = "--experimental-vm-modules";

export const rows = [
  tester("Vitest", "its own settings", "vitest", tool("vitest/vitest.mjs"), "run", "--root=testers"),
  tester("Jest", "CommonJS, its own settings", "jest", ...JEST, "--testMatch=**/jest.cjs"),
  tester("Jest", `ES modules (\`${MODULES}\`)`, "jest-esm", MODULES, ...JEST, "--testMatch=**/jest-esm.mjs"),
];
