// SPDX-License-Identifier: Apache-2.0

/** What each command says of itself, and how soon. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fails, KEY, MAIN, ok, run, workplace } from "./lib/cli.mjs";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
/** Writes what is said now in place of what was said; look at the difference before it is committed. */
const WRITES = process.env.EDGEKMS_WRITE_HELP === "1";

/** What a group does when no command of it is named, and how it is called then. */
const BY_DEFAULT = { "configure set": "configure" };

describe("help", () => {
  test("of every command is what it was, and has an example that begins with it", async () => {
    mkdirSync(SNAPSHOTS, { recursive: true });
    const all = JSON.parse((await ok(["help", "--all", "--json"])).stdout);
    assert.ok(all.length > 50, "commands were found");
    const fileOf = (name) => `${["edgekms", ...name.split(" ")].filter(Boolean).join("-")}.txt`;
    const gone = readdirSync(SNAPSHOTS).filter((file) => !all.some(({ command }) => fileOf(command) === file));
    assert.deepEqual(gone, [], "commands that are no more");
    for (const { command: name, help } of all) {
      const file = new URL(fileOf(name), SNAPSHOTS);
      if (WRITES) writeFileSync(file, help);
      assert.equal(help, readFileSync(file, "utf8"), name);
      if (name === "") continue;
      const [, examples = ""] = help.split("\nExamples:\n");
      assert.match(examples, new RegExp(`edgekms ${BY_DEFAULT[name] ?? name}\\b`), name);
    }
  });

  test("of a command is the same asked for in any way", async () => {
    const all = JSON.parse((await ok(["help", "--all", "--json"])).stdout);
    for (const name of [[], ["encrypt"], ["keys"], ["keys", "list"]]) {
      const { stdout } = await ok([...name, "--help"]);
      assert.equal((await ok(["help", ...name])).stdout, stdout);
      assert.equal(all.find(({ command }) => command === name.join(" ")).help, stdout);
    }
  });

  test("is for people and for programs", async () => {
    const { stdout } = await ok(["help", "exit-codes"]);
    const { stdout: json } = await ok(["help", "exit-codes", "--json"]);
    const codes = JSON.parse(json);
    assert.ok(codes.length > 10);
    assert.equal(new Set(codes.map(({ code }) => code)).size, codes.length, "each code means one thing");
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/));
    for (const { code, meaning } of codes) assert.ok(lines.some(([number, words]) => number === String(code) && words === meaning), meaning);
  });

  test("of what is not there says what is", async () => {
    await fails(["help", "encypt"], 2, /no command 'encypt'. Did you mean encrypt\?/);
    await fails(["help", "exit-code"], 2, /Did you mean exit-codes\?/);
    await fails(["help", "encrypt", "more"], 2, /no command 'encrypt more'/);
  });

  test("comes with nothing but the name, without an error", async () => {
    const { stdout } = await ok([]);
    assert.equal(stdout, (await ok(["--help"])).stdout);
  });

  test("says which version it is", async () => {
    const { version } = JSON.parse(readFileSync(join(MAIN, "../../../package.json"), "utf8"));
    for (const flag of ["--version", "-V"]) assert.equal((await ok([flag])).stdout, `${version}\n`);
  });

  /**
   * 150 ms where Node itself takes 40, in processor time: what else runs on the machine must not decide. The least of
   * several, as nothing makes a program need less than it does.
   */
  test("takes less than 150 ms", { skip: process.platform === "win32" }, async (t) => {
    const folder = await workplace(t);
    const count = join(folder, "count.cjs");
    writeFileSync(count, `process.on("exit", () => {
      const { user, system } = process.cpuUsage();
      require("node:fs").writeFileSync("used", String(user + system));
    });`);
    const least = async (args) => {
      let best = Infinity;
      for (let turn = 0; turn < 5; turn += 1) {
        execFileSync(process.execPath, ["--require", count, ...args], { cwd: folder });
        best = Math.min(best, Number(readFileSync(join(folder, "used"), "utf8")));
      }
      return best;
    };
    const bare = await least(["-e", "0"]);
    for (const args of [["--help"], ["help", "encrypt"], ["encrypt", "--help"]]) {
      const times = (await least([MAIN, ...args])) / bare;
      assert.ok(times < 150 / 40, `edgekms ${args.join(" ")} takes ${times} times what Node takes`);
    }
  });

  test("needs nothing of the package but the command line", async (t) => {
    const folder = await workplace(t);
    cpSync(join(MAIN, ".."), join(folder, "dist/cli"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const alone = (...args) => spawnSync(process.execPath, [join(folder, "dist/cli/main.js"), ...args], { encoding: "utf8", cwd: folder });
    for (const name of ["encrypt", "rewrap"]) assert.match(alone(name, "--help").stdout, /^Usage: edgekms/, name);
    assert.match(alone("encrypt", "key", ...KEY).stderr, /Cannot find module/, "the control");
  });
});

describe("a line that cannot be meant", () => {
  const CASES = [
    [["encrpt"], /unknown command 'encrpt'. Did you mean encrypt\?/],
    [["encrypt", "--forse"], /unknown option '--forse'. Did you mean --force\?/],
    [["encrypt", "--jsom"], /unknown option '--jsom'. Did you mean --json\?/],
    [["encrypt", "--out"], /'-o, --out <path>' argument missing/],
    [["encrypt", "a", "--out", "b", "--out", "c"], /--out was given twice/],
    [["encrypt", "a", "--out="], /--out needs a value/],
    [["encrypt", "--frame-length", "x"], /--frame-length must be a whole number/],
    [["encrypt", "--frame-length", "0"], /--frame-length must be a whole number/],
    [["encrypt", "--suite", "0x0014"], /--suite must be one of 0x0478, 0x0578/],
    [["encrypt", "--context", "novalue"], /--context must be NAME=VALUE/],
    [["completion", "tcsh"], /must be one of bash, zsh, fish, powershell|Allowed choices are bash, zsh, fish, powershell/],
    [["completion"], /missing required argument 'shell'/],
    [["completion", "bash", "zsh"], /too many arguments/],
    [["--endpoint"], /argument missing/],
  ];
  for (const [args, line] of CASES) test(`edgekms ${args.join(" ")}`, () => fails(args, 2, line));

  test("is told to programs as JSON, with the same code", async () => {
    const { code, stdout, stderr } = await run(["encrypt", "--forse", "--json"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    const { error } = JSON.parse(stderr);
    assert.deepEqual(error, { code: "usage", message: "unknown option '--forse'", remedy: "Did you mean --force?", exitCode: 2 });
  });

  test("shows whence it comes with --verbose, and not without", async () => {
    const { stderr } = await run(["encrypt", "--forse", "--verbose"]);
    assert.match(stderr, /^\s+at /m);
  });
});
