// SPDX-License-Identifier: Apache-2.0

/**
 * A stranger's path: an empty folder, Node, the packages as they are packed, and the first two blocks of README.md, word by
 * word. Then once more, in the same folder.
 */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { startRegistry } from "../lib/registry.mjs";
import { until } from "../lib/eventually.mjs";
import { read } from "../readme/lib/documents.mjs";
import { environment, workplace } from "./lib/cli.mjs";

const run = promisify(execFile);
const WORKSPACES = ["pkg", "server"].map((name) => fileURLToPath(new URL(`../../${name}`, import.meta.url)));
/** What README promises. */
const LIMIT_MS = 60_000;
const PORT = 8787;

async function isTaken(port) {
  const server = createServer();
  try {
    await new Promise((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
    return false;
  } catch {
    return true;
  } finally {
    server.close();
  }
}

test("README's first blocks, in an empty folder, twice", { timeout: 4 * LIMIT_MS }, async (t) => {
  if (await isTaken(PORT)) return t.skip(`something else listens at port ${PORT}`);
  const [commands, program] = read("README.md").blocks;
  assert.deepEqual([commands.language, program.language], ["sh", "js"]);
  const lines = commands.text.trim().split("\n");
  const dev = lines.pop();
  assert.match(dev, /^npx edgekms dev /);

  const packs = await workplace(t);
  await using registry = await startRegistry(WORKSPACES, packs);
  const folder = await workplace(t);
  const env = environment(folder, { npm_config_registry: registry.address, npm_config_update_notifier: "false" });
  // What was downloaded before, as a person has it.
  const { stdout: cache } = await run("npm", ["config", "get", "cache"]);
  env.npm_config_cache = cache.trim();

  for (const turn of ["first", "second"]) {
    const began = performance.now();
    for (const line of lines) await run("sh", ["-c", line], { cwd: folder, env });
    // Its own process group: npx starts a shell, which starts Node.
    const kms = spawn("sh", ["-c", dev], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const exited = once(kms, "exit");
    t.after(() => kms.exitCode === null && kms.signalCode === null && process.kill(-kms.pid, "SIGKILL"));
    let printed = "";
    kms.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
    kms.stderr.resume();
    await until("it has printed its lines", () => /EDGEKMS_ACCESS_KEY_SECRET=.*\n/.test(printed), LIMIT_MS);
    await writeFile(join(folder, "try.mjs"), program.text);
    const other = 'eval "$PRINTED"; node try.mjs && node try.mjs';
    const { stdout } = await run("sh", ["-c", other], { cwd: folder, env: { ...env, PRINTED: printed } });
    assert.equal(stdout, "a secret\na secret\n");
    const seconds = (performance.now() - began) / 1000;
    t.diagnostic(`the ${turn} time: ${seconds.toFixed(1)} s`);
    assert.ok(seconds * 1000 < LIMIT_MS, `${seconds} s`);
    process.kill(-kms.pid, "SIGINT");
    await exited;
  }
});
