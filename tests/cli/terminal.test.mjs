// SPDX-License-Identifier: Apache-2.0

/** What a person sees and types: questions, the progress bar, colours, Ctrl-C. */

import assert from "node:assert/strict";
import { open, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startKmsServer } from "../lib/kms-server.mjs";
import { KEY, MAIN, namesIn, ok, run, workplace } from "./lib/cli.mjs";
import { lines, plain, terminal } from "./lib/terminal.mjs";

const GiB = 1 << 30;
const [ENTER, CTRL_C, CTRL_D] = ["\r", "\u0003", "\u0004"];

/** What is asked, one after the other. A question that was answered is shown again: each has its own words here. */
const QUESTIONS = [/Password/, /The same again/];

/** A workplace with a short file and, where it is asked for, a long one, which is a hole. */
async function place(t, length) {
  const cwd = await workplace(t);
  await writeFile(join(cwd, "plain"), "a secret\n");
  if (length !== undefined) {
    await (await open(join(cwd, "long"), "w")).close();
    await truncate(join(cwd, "long"), length);
  }
  return cwd;
}

describe("a password", () => {
  test("is asked for twice to encrypt and once to decrypt, and never shown", async (t) => {
    const cwd = await place(t);
    const sealing = terminal(["encrypt", "plain", "--password"], { cwd });
    await sealing.until(/Password/);
    sealing.type(`correct horse${ENTER}`);
    await sealing.until(/The same again/);
    sealing.type(`correct horse${ENTER}`);
    assert.equal(await sealing.exit, 0, sealing.shown());
    assert.match(plain(sealing.shown()), /encrypted plain to plain\.encrypted/);
    assert.doesNotMatch(sealing.shown(), /horse/);
    const opening = terminal(["decrypt", "plain.encrypted", "--password", "--out", "back"], { cwd });
    await opening.until(/Password/);
    opening.type(`correct horse${ENTER}`);
    assert.equal(await opening.exit, 0, opening.shown());
    assert.doesNotMatch(opening.shown(), /again|horse/);
    assert.equal(await readFile(join(cwd, "back"), "utf8"), "a secret\n");
  });

  test("that was mistyped, is empty or wrong encrypts and decrypts nothing", async (t) => {
    const cwd = await place(t);
    const typed = async (args, ...answers) => {
      const it = terminal(args, { cwd });
      for (const [turn, answer] of answers.entries()) {
        await it.until(QUESTIONS[turn]);
        it.type(answer + ENTER);
      }
      return [await it.exit, plain(it.shown())];
    };
    const [differ, ofDiffering] = await typed(["encrypt", "plain", "--password"], "correct", "corect");
    assert.equal(differ, 2);
    assert.match(ofDiffering, /the two passwords differ/);
    const [empty, ofEmpty] = await typed(["encrypt", "plain", "--password"], "");
    assert.equal(empty, 2);
    assert.match(ofEmpty, /the password is empty/);
    assert.deepEqual(await namesIn(cwd), ["key", "plain"]);
    await ok(["encrypt", "plain", ...KEY, "--password-file", "-"], { cwd, input: "right" });
    const [wrong, ofWrong] = await typed(["decrypt", "plain.encrypted", "--password", "-o", "x"], "wrong");
    assert.equal(wrong, 6);
    assert.match(ofWrong, /NoDataKey/);
    assert.deepEqual(await namesIn(cwd), ["key", "plain", "plain.encrypted"]);
  });

  test("is asked for at the terminal while standard input is a pipe", { skip: process.platform === "win32" }, async (t) => {
    const cwd = await place(t);
    const it = terminal(["encrypt", "--password", "--armor", "--out", "text"], {
      cwd,
      program: ["sh", "-c", 'cat plain | "$@"', "sh", process.execPath, MAIN],
    });
    for (const question of QUESTIONS) {
      await it.until(question);
      it.type(`open${ENTER}`);
    }
    assert.equal(await it.exit, 0, it.shown());
    const { stdout } = await ok(["decrypt", "--password-file", "-", "text", "-o", "-"], { cwd, input: "open" });
    assert.equal(stdout, "a secret\n");
  });

  test("question is ended by Ctrl-C", async (t) => {
    const cwd = await place(t);
    const it = terminal(["encrypt", "plain", "--password"], { cwd });
    await it.until(/Password/);
    it.type(CTRL_C);
    assert.equal(await it.exit, 130, it.shown());
    assert.match(plain(it.shown()), /edgekms encrypt: interrupted/);
    assert.deepEqual(await namesIn(cwd), ["key", "plain"]);
  });
});

describe("progress", () => {
  const BAR = /^[█░]{24} {2}\d+% {2}[\d.]+ [KMG]?i?B of 40\.0 GiB {2}[\d.]+ [KMG]iB\/s {2}[\d:]+( s)? left$/;
  const wraps = (text) => assert.equal(text.split("\u001b[?7l").length, text.split("\u001b[?7h").length, "lines are wrapped again");

  test("of long work is a bar with rate and time left, which gives way to Ctrl-C and leaves one line", async (t) => {
    const cwd = await place(t, 40 * GiB);
    const it = terminal(["encrypt", "long", ...KEY], { cwd });
    await it.until(/[1-9]\d* [MG]iB of 40\.0 GiB.*left/);
    it.type(CTRL_C);
    assert.equal(await it.exit, 130, it.shown());
    const shown = lines(it.shown());
    assert.ok(shown.some((line) => BAR.test(line)), shown.join("\n"));
    assert.equal(shown.at(-1), "edgekms encrypt: interrupted");
    wraps(it.shown());
    assert.deepEqual(await namesIn(cwd), ["key", "long", "plain"]);
  });

  test("goes when all is done", async (t) => {
    const cwd = await place(t);
    await using kms = await startKmsServer({ delayMillis: 1500 });
    const { keyId } = kms.createKey();
    const env = { EDGEKMS_ENDPOINT: kms.endpoint, EDGEKMS_ACCESS_KEY_ID: "testid", EDGEKMS_ACCESS_KEY_SECRET: "testsecret" };
    await writeFile(join(cwd, "other"), "other");
    const it = terminal(["encrypt", "plain", "other", "--key", keyId, "--out", "sealed"], { cwd, env });
    await it.until(/[█░]{24}.*file 1 of 2/);
    assert.equal(await it.exit, 0, it.shown());
    assert.equal(lines(it.shown()).at(-1), "encrypted 2 files, 14 B");
    assert.match(it.shown().slice(it.shown().lastIndexOf("of 2")), /\u001b\[[02]?K.*encrypted 2 files/s, "the line was cleared");
    wraps(it.shown());
  });

  test("of what does not say how long it is has no end, but a rate", { skip: process.platform === "win32" }, async (t) => {
    const cwd = await place(t, 40 * GiB);
    const it = terminal(["encrypt", "--out", "x", ...KEY], { cwd, program: ["sh", "-c", 'cat long | "$@"', "sh", process.execPath, MAIN] });
    await it.until(/[MG]iB {2}[\d.]+ [KMG]iB\/s/);
    it.type(CTRL_C);
    assert.equal(await it.exit, 130, it.shown());
    assert.doesNotMatch(plain(it.shown()), /%|left/);
    assert.deepEqual(await namesIn(cwd), ["key", "long", "plain"]);
  });

  test("is not shown in a pipe, nor to a program, nor for what is short", async (t) => {
    const cwd = await place(t);
    await using kms = await startKmsServer({ delayMillis: 1000 });
    const env = { EDGEKMS_ENDPOINT: kms.endpoint, EDGEKMS_ACCESS_KEY_ID: "testid", EDGEKMS_ACCESS_KEY_SECRET: "testsecret" };
    const args = ["encrypt", "plain", "--force", "--key", kms.createKey().keyId];
    assert.equal((await ok(args, { cwd, env })).stderr, "encrypted plain to plain.encrypted\n");
    const json = terminal([...args, "--json"], { cwd, env });
    assert.equal(await json.exit, 0);
    assert.equal(JSON.parse(json.shown()).files.length, 1);
    const short = terminal(["encrypt", "plain", ...KEY, "--force"], { cwd });
    assert.equal(await short.exit, 0);
    assert.equal(short.shown(), "encrypted plain to plain.encrypted\r\n");
  });
});

describe("a terminal", () => {
  test("is not sent what it cannot show", async (t) => {
    const cwd = await place(t);
    const binary = terminal(["encrypt", "plain", ...KEY, "--out", "-"], { cwd });
    assert.equal(await binary.exit, 2);
    assert.match(plain(binary.shown()), /a terminal cannot show a message\. Give --armor, or --out FILE/);
    const armored = terminal(["encrypt", "plain", ...KEY, "--armor", "--out", "-"], { cwd });
    assert.equal(await armored.exit, 0);
    assert.match(armored.shown(), /-----BEGIN EDGEKMS MESSAGE-----/);
    await writeFile(join(cwd, "controls"), "\u001b]0;owned\u0007");
    for (const [name, more] of [["plain", []], ["plain", ["--armor"]], ["controls", []], ["controls", ["--armor"]]]) {
      await ok(["encrypt", name, ...KEY, ...more, "-o", "sealed", "-f"], { cwd });
      const shown = terminal(KEY, { cwd, program: ["sh", "-c", '"$@" < sealed', "sh", process.execPath, MAIN, "decrypt"] });
      const code = await shown.exit;
      if (name === "plain") assert.deepEqual([code, shown.shown()], [0, "a secret\r\n"]);
      else {
        assert.equal(code, 2);
        assert.match(plain(shown.shown()), /no text, which a terminal could show/);
        assert.doesNotMatch(shown.shown(), /owned/);
      }
    }
    const asked = terminal(["decrypt", "sealed", ...KEY, "--out", "-"], { cwd });
    assert.equal(await asked.exit, 0);
    assert.match(asked.shown(), /owned/, "whoever asks for it gets it");
  });

  test("is asked for a file where none was named, and may type one", async (t) => {
    const cwd = await place(t);
    for (const command of ["encrypt", "decrypt", "inspect"]) {
      const it = terminal([command, ...(command === "inspect" ? [] : KEY)], { cwd });
      assert.equal(await it.exit, 2);
      assert.match(plain(it.shown()), /no file was given\. Name one, or give -/);
    }
    const typing = terminal(["encrypt", "-", ...KEY, "--out", "typed"], { cwd });
    typing.type(`hello\n${CTRL_D}`);
    assert.equal(await typing.exit, 0, typing.shown());
    assert.equal((await ok(["decrypt", "typed", ...KEY, "-o", "-"], { cwd })).stdout, "hello\n");
  });

  test("has colours; a pipe has none; NO_COLOR, --no-color and FORCE_COLOR decide", async (t) => {
    const cwd = await place(t);
    const COLOURED = /\u001b\[\d+m/;
    const shown = async (args, env) => {
      const it = terminal(args, { cwd, env });
      await it.exit;
      return it.shown();
    };
    assert.match(await shown(["encrypt", "--help"]), COLOURED);
    assert.match(await shown(["nothing"]), COLOURED);
    for (const [args, env] of [[["encrypt", "--help", "--no-color"]], [["encrypt", "--help"], { NO_COLOR: "1" }], [["nothing"], { NO_COLOR: "1" }], [["nothing", "--no-color"]], [["encrypt", "--help"], { TERM: "dumb" }]]) {
      assert.doesNotMatch(await shown(args, env), COLOURED, JSON.stringify([args, env]));
    }
    const { stdout, stderr } = await run(["encrypt", "--help"], { cwd });
    assert.doesNotMatch(stdout + stderr + (await run(["nothing"], { cwd })).stderr, COLOURED);
    assert.doesNotMatch((await run(["encrypt", "--help"], { cwd, env: { CI: "1" } })).stdout, COLOURED);
    assert.match((await run(["encrypt", "--help"], { cwd, env: { FORCE_COLOR: "1" } })).stdout, COLOURED);
    assert.doesNotMatch((await run(["encrypt", "--help"], { cwd, env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout, COLOURED);
  });
});
