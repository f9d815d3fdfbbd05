// SPDX-License-Identifier: Apache-2.0

/** The shells themselves complete a line: bash and zsh in a terminal, fish by its own command. PowerShell is not tried. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { environment, MAIN, ok, workplace } from "./lib/cli.mjs";
import { plain, terminal } from "./lib/terminal.mjs";

const has = (shell) => spawnSync(shell, ["--version"]).status === 0;
const skip = (shell) => ({ skip: !has(shell) && `no ${shell} here` });

/** A folder with files, and `edgekms` on its path. */
async function place(t) {
  const cwd = await workplace(t);
  await mkdir(join(cwd, "bin"));
  const program = join(cwd, "bin", "edgekms");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  await chmod(program, 0o755);
  await writeFile(join(cwd, "photo one.jpg"), "");
  return { cwd, env: { PATH: `${join(cwd, "bin")}:${process.env.PATH}` } };
}

const TAB = "\t";

describe("what may come next", () => {
  const after = async (...words) => {
    const { stdout } = await ok(["complete", "--", ...words]);
    const [kind, ...lines] = stdout.trimEnd().split("\n");
    return [kind, lines.map((line) => line.split("\t")[0])];
  };

  test("commands, options, their values, files", async () => {
    assert.deepEqual(await after("=enc"), ["words", ["encrypt"]]);
    assert.deepEqual(await after("--json", "--region", "x", "=enc"), ["words", ["encrypt"]]);
    assert.deepEqual(await after("encrypt", "=--k"), ["words", ["--key", "--keep-going"]]);
    assert.deepEqual(await after("encrypt", "=--ver"), ["words", ["--verbose"]]);
    assert.deepEqual(await after("=--vers"), ["words", ["--version"]]);
    assert.deepEqual(await after("encrypt", "--suite", "="), ["words", ["0x0478", "0x0578"]]);
    assert.deepEqual(await after("encrypt", "=--suite=0x04"), ["words", ["--suite=0x0478"]]);
    for (const words of [["encrypt", "="], ["encrypt", "a", "=b"], ["encrypt", "--out", "="], ["encrypt", "=--out=x"], ["encrypt", "--", "=--k"]]) {
      assert.deepEqual(await after(...words), ["files", []], words.join(" "));
    }
    assert.deepEqual(await after("encrypt", "--key", "="), ["words", []]);
    assert.deepEqual((await after("help", "=exit"))[1], ["exit-codes"]);
    assert.deepEqual((await after("help", "=enc"))[1], ["encrypt"]);
    assert.ok(!(await after("="))[1].includes("complete"), "what is hidden is not offered");
    assert.deepEqual(await after("nonsense", "=x"), ["words", []]);
    assert.equal((await after())[0], "words");
  });
});

describe("bash", skip("bash"), () => {
  test("completes commands, options, values and files", async (t) => {
    const { cwd, env } = await place(t);
    const shell = terminal(["--norc", "--noprofile", "-i"], { cwd, env: { ...env, PS1: "ready> ", INPUTRC: "/dev/null" }, program: ["bash"] });
    await shell.until(/ready> /);
    shell.type("source <(edgekms completion bash)\n");
    await shell.until(/ready> /);
    shell.type(`edgekms encr${TAB}`);
    await shell.until(/edgekms encrypt /);
    shell.type(`pho${TAB}`);
    await shell.until(/photo\\ one\.jpg /);
    shell.type(`--sui${TAB}`);
    await shell.until(/--suite /);
    shell.type(`0x04${TAB}`);
    await shell.until(/0x0478 /);
    shell.type(`--suite=0x05${TAB}`);
    await shell.until(/--suite=0x0578 /);
    shell.type(`--ke${TAB}${TAB}`);
    await shell.until(/--keep-going\s+--key\s/);
    shell.kill();
    await shell.exit;
  });

  test("runs nothing of a line that is only being typed", async (t) => {
    const { cwd, env } = await place(t);
    const line = 'edgekms encrypt $(touch ran) `touch ran` > ran --k';
    const script = `source <(edgekms completion bash); COMP_LINE=$1; COMP_POINT=\${#1}; _edgekms; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const stdout = execFileSync("bash", ["--norc", "-c", script, "bash", line], { cwd, env: environment(cwd, env), encoding: "utf8" });
    assert.equal(stdout, "--key\n--keep-going\n");
    assert.equal(spawnSync("ls", ["ran"], { cwd }).status, 2);
  });
});

describe("zsh", skip("zsh"), () => {
  test("completes commands, options, values and files, and says what they are", async (t) => {
    const { cwd, env } = await place(t);
    const shell = terminal(["-f", "-i"], { cwd, env: { ...env, PS1: "ready> ", ZDOTDIR: cwd }, program: ["zsh"] });
    await shell.until(/ready> /);
    shell.type("autoload -Uz compinit && compinit -u -D && source <(edgekms completion zsh) && echo do''ne\n");
    await shell.until(/done/);
    await shell.until(/ready> /);
    shell.type(`edgekms encr${TAB}`);
    await shell.until(/rypt/);
    shell.type(`pho${TAB}`);
    await shell.until(/to\\ one\.jpg/);
    shell.type(`--suite 0x04${TAB}`);
    await shell.until(/78/);
    shell.type(`--suite=0x05${TAB}`);
    await shell.until(/78/);
    shell.type(`--ke${TAB}${TAB}`);
    await shell.until(/--keep-going\s+-- of several files, go on/);
    assert.match(plain(shell.shown()), /--key\s+-- a CMK: alias\/NAME/);
    shell.kill();
    await shell.exit;
  });
});

describe("fish", skip("fish"), () => {
  test("completes commands, options, values and files, and says what they are", async (t) => {
    const { cwd, env } = await place(t);
    const completed = (line) => {
      const script = "edgekms completion fish | source; complete -C $argv[1]";
      return execFileSync("fish", ["--no-config", "-c", script, line], { cwd, env: environment(cwd, env), encoding: "utf8" }).trimEnd().split("\n");
    };
    assert.deepEqual(completed("edgekms encr"), ["encrypt\tEncrypt files, folders and pipes"]);
    assert.deepEqual(completed("edgekms encrypt --ke").map((one) => one.split("\t")[0]), ["--keep-going", "--key"].sort());
    assert.deepEqual(completed("edgekms encrypt --suite 0x04").map((one) => one.trim()), ["0x0478"]);
    assert.deepEqual(completed("edgekms encrypt --suite=0x05").map((one) => one.trim()), ["--suite=0x0578"]);
    assert.deepEqual(completed("edgekms encrypt pho").map((one) => one.split("\t")[0]), ["photo one.jpg"]);
    assert.deepEqual(completed("edgekms encrypt --out=pho").map((one) => one.split("\t")[0]), ["--out=photo one.jpg"]);
    assert.ok(!completed("edgekms ").some((one) => one.startsWith("photo")), "no files where none are meant");
  });
});

test("PowerShell's script names the program and the protocol", async (t) => {
  const { cwd } = await place(t);
  const { stdout } = await ok(["completion", "powershell"], { cwd });
  assert.match(stdout, /Register-ArgumentCompleter -Native -CommandName edgekms/);
  assert.match(stdout, /edgekms complete '--' @before "=\$word"/);
});
