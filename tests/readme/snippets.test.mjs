// SPDX-License-Identifier: Apache-2.0

/**
 * Every program of README.md runs: in order, unchanged but for the address, in one folder against one worker. Its
 * commands and links are looked at with those of all other files, in the tests beside this one.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { applySeed } from "edgekms/seed";
import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";
import { exists, read, ROOT } from "./lib/documents.mjs";

const run = promisify(execFile);
const README = readFileSync(`${ROOT}README.md`, "utf8");
const ADDRESS = "127.0.0.1:8787";

/** What each program prints, by the heading above it. */
const PRINTS = {
  "Try it": "a secret",
  "Stream a file": "photo-again.jpg",
  "Point an official Alibaba SDK at it": "a secret",
  "Or an AWS SDK": "a secret",
};

describe("README.md", () => {
  const all = read("README.md").blocks;
  const programs = all.filter(({ language }) => language === "js");
  let worker;
  let folder;

  before(async () => {
    worker = await startWorker();
    // What "Try it" writes into seed.json, with which `edgekms dev` begins; tests/cli/stranger.test.mjs does that too.
    const [, seed] = /^echo '(.*)' > seed\.json$/m.exec(README);
    await applySeed({ endpoint: worker.address, region: worker.region, credentials: worker.credentials }, JSON.parse(seed));
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

  for (const [index, { heading, text }] of programs.entries()) {
    test(`"${heading}" runs as it stands`, async () => {
      assert.ok(text.includes(ADDRESS) || text.includes("fromEnv"), "the snippet finds the worker that dev starts");
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

  test("every folder that its map names exists", () => {
    const map = README.slice(README.indexOf("## The folders"));
    const folders = [...map.matchAll(/^\| ((?:`[\w/-]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path),
    );
    assert.ok(folders.length >= 10);
    for (const path of folders) assert.ok(exists(path), `${path} does not exist`);
  });
});
