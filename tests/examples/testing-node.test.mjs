// SPDX-License-Identifier: Apache-2.0

/** `examples/testing-node`, run as its README says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript } from "../lib/run-script.mjs";

test("testing-node: its tests pass, and they are tests", async () => {
  // The runner of this file must not be taken for theirs.
  const env = { NODE_TEST_CONTEXT: undefined };
  const { status, stdout, stderr } = await runScript("examples/testing-node", ["--test", "--test-reporter=tap"], env);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^# pass 3$/m);
});
