// SPDX-License-Identifier: Apache-2.0

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * An empty folder that goes with the test.
 *
 * @param {import("node:test").TestContext} t
 */
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
