// SPDX-License-Identifier: Apache-2.0

/** Memory: flat over a long stream, bounded over ten thousand messages at once, and given back when one is abandoned. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("./lib/flat-memory.mjs", import.meta.url));
const MIB = 2 ** 20;

async function measured(...work) {
  const { stdout } = await run(process.execPath, ["--expose-gc", SCRIPT, ...work.map(String)]);
  return JSON.parse(stdout);
}
const shown = (t, { growth, millis }) => t.diagnostic(`${(growth / MIB).toFixed(0)} MiB more at most, ${(millis / 1000).toFixed(1)} s`);

// V8 lets buffers lie that nobody has any more, on a busy machine up to 160 MiB (bench/README.md, Memory).
test("1 GiB sealed and opened by streams: under 256 MiB more", { timeout: 300_000 }, async (t) => {
  const result = await measured("stream", 1024 * MIB);
  shown(t, result);
  assert.deepEqual([result.bytes, result.wrong, result.held], [1024 * MIB, 0, 0]);
  assert.ok(result.growth < 256 * MIB, `${result.growth / MIB} MiB`);
});

test("10,000 streams of 1 KiB at once, each sealed and opened", { timeout: 300_000 }, async (t) => {
  const result = await measured("streams", 10_000);
  shown(t, result);
  assert.deepEqual([result.right, result.held], [10_000, 0]);
  // Six web streams a message, each with its promises: some 50 KiB.
  assert.ok(result.growth < 1024 * MIB, `${result.growth / MIB} MiB`);
});

for (const engine of ["auto", "node", "webcrypto", "wasm"]) {
  test(`10,000 messages of 1 KiB at once, each sealed and opened: ${engine}`, { timeout: 300_000 }, async (t) => {
    const result = await measured("calls", 10_000, engine);
    shown(t, result);
    assert.deepEqual([result.right, result.held], [10_000, 0]);
    // With WebCrypto each waits for a thread, with promises of its own: some 26 KiB.
    assert.ok(result.growth < 512 * MIB, `${result.growth / MIB} MiB`);
  });
}

test("streams that are abandoned give their keys back", { timeout: 300_000 }, async () => {
  const { held, made, wrong } = await measured("abandoned", 300);
  assert.ok(made >= 200, `${made}`);
  assert.deepEqual([held, wrong], [0, []]);
});
