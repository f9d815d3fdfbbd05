// SPDX-License-Identifier: Apache-2.0

/** The package, as it is installed, in every runtime and behind every bundler that is promised: one row, one test. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { transform } from "esbuild";
import { expected } from "./fixtures/scenario.mjs";
import { table } from "./lib/runtimes-table.mjs";
import { installedProject } from "./lib/project.mjs";
import { TOOLS } from "./lib/tools.mjs";
import { rows as bundledForNode } from "./runtimes/bundled-for-node.mjs";
import { rows as frameworks } from "./runtimes/frameworks.mjs";
import { rows as node } from "./runtimes/node.mjs";
import { rows as pages } from "./runtimes/pages.mjs";
import { rows as testers } from "./runtimes/testers.mjs";
import { rows as unbundled } from "./runtimes/unbundled.mjs";
import { rows as workerd } from "./runtimes/workerd.mjs";

const DOCUMENT = new URL("../../docs/runtimes.md", import.meta.url);
/** As users look for them: programs, browsers and bundlers, frameworks, testers. */
const ROWS = [...node, ...bundledForNode, ...pages, ...unbundled, ...workerd, ...frameworks, ...testers];

let project;
before(async () => {
  const parent = join(TOOLS, "projects");
  await mkdir(parent, { recursive: true });
  project = await installedProject(parent);
  // A bundle for Node must not find the package near it.
  project.elsewhere = await mkdtemp(join(tmpdir(), "edgekms-bundled-"));
  const source = await readFile(join(project.folder, "scenario.mjs"), "utf8");
  const { code } = await transform(source, { format: "cjs", platform: "node" });
  await writeFile(join(project.folder, "scenario.cjs"), code);
});
after(async () => {
  await project?.remove();
  if (project?.elsewhere) await rm(project.elsewhere, { recursive: true, force: true });
});

for (const runtime of new Set(ROWS.map(({ runtime }) => runtime))) {
  describe(runtime, () => {
    for (const row of ROWS.filter((row) => row.runtime === runtime)) {
      test(row.how, async () => {
        const results = await row.run(project);
        assert.deepEqual(results, { ...row.before, ...expected(row.engines, { subtle: row.subtle }) });
      });
    }
  });
}

test("docs/runtimes.md lists what is run here, and nothing else", async () => {
  const text = await readFile(DOCUMENT, "utf8");
  const current = text.replace(/(<!-- rows -->\n)[^]*?(<!-- end -->)/, (_, start, end) => start + table(ROWS) + end);
  if (process.env.EDGEKMS_WRITE_RUNTIMES) await writeFile(DOCUMENT, current);
  else assert.equal(text, current, "write it with EDGEKMS_WRITE_RUNTIMES=1");
});
