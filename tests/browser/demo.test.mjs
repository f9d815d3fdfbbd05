// SPDX-License-Identifier: Apache-2.0

/** The main job, `demo/demo.mjs`, as a whole: it succeeds, it says how, and it leaves nothing. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const DEMO = fileURLToPath(new URL("../../demo/demo.mjs", import.meta.url));
const WORKER_LINE = /Start the worker on loopback .*(http:\/\/127\.0\.0\.1:\d+)/;

describe("the demo", () => {
  let folder;
  let temporary;
  let file;
  const bytes = randomBytes(1_000_003);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgekms-test-"));
    temporary = await mkdtemp(join(folder, "tmp-"));
    file = join(folder, "mine.bin");
    await writeFile(file, bytes);
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  /** Starts the demo with a folder for temporary files of its own, so that what it leaves is seen. */
  function start(...args) {
    const child = spawn(process.execPath, [DEMO, ...args], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const run = { child, output: "", ended: once(child, "close") };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        run.output += text;
      });
    }
    return run;
  }

  async function leavesNothing({ output }) {
    assert.deepEqual(await readdir(temporary), []);
    const [, address] = WORKER_LINE.exec(output) ?? assert.fail(`no worker in:\n${output}`);
    await assert.rejects(fetch(address), "the worker still answers");
  }

  test("seals and opens a file of one's own both ways, and shows each refusal with its code", async () => {
    const run = start(file);
    const [status] = await run.ended;
    assert.equal(status, 0, run.output);
    for (const [where, code] of [
      ["A flipped byte is refused in Node", "FrameNotAuthentic"],
      ["A flipped byte is refused in Chromium", "FrameNotAuthentic"],
      ["A wrong context is refused in Node", "ContextMismatch"],
      ["A wrong context is refused in Chromium", "ContextMismatch"],
      ["A disabled key is refused in Node", "Rejected.Disabled"],
      ["A disabled key is refused in Chromium", "Rejected.Disabled"],
    ]) {
      const line = run.output.split("\n").find((text) => text.includes(where));
      assert.ok(line?.trimEnd().endsWith(`  ${code}`), `${where}: ${line}`);
    }
    await leavesNothing(run);
    assert.deepEqual(await readFile(file), bytes, "the file itself is as it was");
  });

  test("stops what it started when it is told to stop", async () => {
    const run = start(file);
    while (!WORKER_LINE.test(run.output)) await once(run.child.stdout, "data");
    run.child.kill("SIGINT");
    const [status] = await run.ended;
    assert.equal(status, 130, run.output);
    await leavesNothing(run);
  });

  test("a file that is not there fails at once, with a sentence", async () => {
    const run = start(join(folder, "nothing"));
    const [status] = await run.ended;
    assert.equal(status, 1);
    assert.match(run.output, /The demo failed\. .*nothing is not a file/);
  });
});
