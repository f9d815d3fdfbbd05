// SPDX-License-Identifier: Apache-2.0

/**
 * Every snippet of README.md runs. The JavaScript ones are programs: they run in order, unchanged
 * but for the address, in one folder against one worker. The shell ones are commands that exist.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(`${ROOT}README.md`, "utf8");
const ADDRESS = "127.0.0.1:8787";

/**
 * Runs the developer's command: the one that runs these tests, if it does, since cargo would wait
 * until the other half of the tests has compiled.
 */
function xtask(...args) {
  const running = process.env.EDGEKMS_XTASK;
  const [program, ...first] = running ? [running] : ["cargo", "xtask"];
  return run(program, [...first, ...args], { cwd: ROOT, timeout: 300_000 });
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(path) {
  const headings = readFileSync(`${ROOT}${path}`, "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text]) => text.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-"));
}

/** The fenced blocks, with the heading above each. */
function blocks() {
  const found = [];
  let heading = "";
  let block;
  for (const line of README.split("\n")) {
    const fence = /^```(\w*)$/.exec(line);
    if (block && line === "```") {
      found.push(block);
      block = undefined;
    } else if (block) block.text += `${line}\n`;
    else if (fence) block = { heading, language: fence[1], text: "" };
    else if (line.startsWith("## ")) heading = line.slice(3);
  }
  return found;
}

/** What each program prints, by the heading above it. */
const PRINTS = {
  "Encrypt a field": "a secret",
  "Stream a file": "photo-again.jpg",
  "Point an official Alibaba SDK at it": "a secret",
  "Or an AWS SDK": "a secret",
};

describe("README.md", () => {
  const all = blocks();
  const programs = all.filter(({ language }) => language === "js");
  const shell = all.filter(({ language }) => language === "sh");
  let worker;
  let folder;

  before(async () => {
    worker = await startWorker();
    folder = await mkdtemp(join(tmpdir(), "edgekms-readme-"));
    // As after `npm install`.
    await symlink(`${ROOT}node_modules`, join(folder, "node_modules"), "dir");
    await writeFile(join(folder, "photo.jpg"), Buffer.alloc(200_000, "photo"));
  });
  after(async () => {
    await worker?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  test("has no block of a kind that is not checked here", () => {
    assert.deepEqual(all.filter(({ language }) => language !== "js" && language !== "sh"), []);
    assert.deepEqual(
      programs.map(({ heading }) => heading),
      Object.keys(PRINTS),
    );
  });

  // In order: the second recipe uses the key that the first one makes.
  for (const [index, { heading, text }] of programs.entries()) {
    test(`"${heading}" runs as it stands`, async () => {
      assert.ok(text.includes(ADDRESS), "the snippet names the address that serve uses");
      const script = join(folder, `${index}.mjs`);
      await writeFile(script, text.replaceAll(ADDRESS, worker.host));
      const env = { ...process.env, ...environmentFor(worker) };
      const { stdout } = await run(process.execPath, [script], { cwd: folder, env, timeout: 60_000 });
      assert.equal(stdout.trim(), PRINTS[heading]);
    });
  }

  for (const lib of ["es2022", "es2022,dom,dom.iterable,dom.asynciterable"]) {
    test(`the recipe that streams a file compiles, strictly, with the types of ${lib} and Node`, async () => {
      const [{ text }] = programs.filter(({ heading }) => heading === "Stream a file");
      await writeFile(join(folder, "stream.mts"), text);
      const tsc = createRequire(import.meta.url).resolve("typescript/package.json").replace("package.json", "bin/tsc");
      const settings = "--ignoreConfig --strict --noEmit --skipLibCheck --preserveSymlinks --target es2022 --module nodenext".split(" ");
      const types = ["--lib", lib, "--types", "node"];
      const compiling = run(process.execPath, [tsc, ...settings, ...types, "stream.mts"], { cwd: folder });
      await compiling.catch(({ stdout }) => assert.fail(stdout));
    });
  }

  test("the streamed file came back whole", async () => {
    assert.deepEqual(await readFile(join(folder, "photo-again.jpg")), await readFile(join(folder, "photo.jpg")));
  });

  test("every shell line is a command that xtask has", async () => {
    const inText = [...README.matchAll(/`(cargo xtask [^`\n]+)`/g)].map(([, line]) => line);
    const lines = [...shell.flatMap(({ text }) => text.trim().split("\n")), ...inText];
    assert.ok(lines.length >= 3);
    for (const line of new Set(lines)) {
      const [, command] = /^cargo xtask (\w+)/.exec(line) ?? assert.fail(`not an xtask command: ${line}`);
      await xtask(command, "--help");
    }
  });

  test("every file and folder that it names exists", () => {
    const links = [...README.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path]) => path);
    const map = README.slice(README.indexOf("## The folders"));
    const folders = [...map.matchAll(/^\| ((?:`[\w/-]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path),
    );
    assert.ok(folders.length >= 10);
    for (const named of [...links, ...folders]) {
      const [path, anchor] = named.split("#");
      assert.ok(existsSync(`${ROOT}${path}`), `${path} does not exist`);
      if (anchor !== undefined) assert.ok(anchorsOf(path).includes(anchor), `${path} has no heading for #${anchor}`);
    }
  });
});
