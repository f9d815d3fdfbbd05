// SPDX-License-Identifier: Apache-2.0

/** docs/command-line.md: its blocks run in order, in one shell, and print what stands below them; its table of codes is whole. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";
import { read, ROOT } from "../readme/lib/documents.mjs";
import { environment, MAIN, ok, workplace } from "./lib/cli.mjs";
import { readFileSync } from "node:fs";

const PATH = "docs/command-line.md";
const { blocks } = read(PATH);

describe(PATH, { skip: process.platform === "win32" }, () => {
  let worker;
  before(async () => (worker = await startWorker()));
  after(() => worker?.stop());

  test("its blocks run, and print what it says", async (t) => {
    const cwd = await workplace(t);
    const bin = join(cwd, "..", `${cwd.split("/").at(-1)}-bin`);
    await mkdir(bin);
    t.after(() => spawnSync("rm", ["-r", bin]));
    await writeFile(join(bin, "edgekms"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    await chmod(join(bin, "edgekms"), 0o755);
    const env = environment(cwd, { ...environmentFor(worker), PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` });
    // One shell for all: each block ends with a line that no block prints.
    const END = "--- the end of a block ---";
    const shell = blocks.filter(({ language }) => language === "sh");
    const script = ["set -eu", "exec 2>&1", ...shell.flatMap(({ text }) => [text, `echo '${END}'`])].join("\n");
    const { stdout, status } = spawnSync("bash", ["--norc", "-c", script], { cwd, env, encoding: "utf8" });
    const printed = stdout.split(`${END}\n`);
    for (const [index, block] of shell.entries()) {
      const next = blocks[blocks.indexOf(block) + 1];
      const expected = next?.language === "text" ? next.text : "";
      assert.equal(printed[index], expected, `${PATH}:${block.line}`);
    }
    assert.equal(status, 0);
    assert.ok(shell.length >= 9 && blocks.every(({ language }) => ["sh", "text"].includes(language)));
  });

  test("it has every exit code, in the program's words", async () => {
    const codes = JSON.parse((await ok(["help", "exit-codes", "--json"])).stdout);
    const rows = [...readFileSync(join(ROOT, PATH), "utf8").matchAll(/^\| (\d+) \| (.+) \|$/gm)];
    assert.deepEqual(rows.map(([, code, meaning]) => ({ code: Number(code), meaning })), codes);
  });
});
