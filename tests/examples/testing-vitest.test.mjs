// SPDX-License-Identifier: Apache-2.0

/** `examples/testing-vitest`, run as its README says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runScript } from "../lib/run-script.mjs";

const VITEST = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

test("testing-vitest: its tests pass, and they are tests", async () => {
  const { status, stdout, stderr } = await runScript("examples/testing-vitest", [VITEST, "run"], { NO_COLOR: "1" });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^\s*Tests +3 passed \(3\)$/m);
});
