// SPDX-License-Identifier: Apache-2.0

/**
 * Every block of every Markdown file is something: run, compiled, read, or said to be plain text. Programs of README.md
 * run in `snippets.test.mjs`, those of the package's README in `tests/package/readme.test.mjs`, commands are held against
 * their programs' help in `commands.test.mjs`; the rest is here.
 */

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readSeed } from "edgekms/seed";
import { parse as parseToml } from "smol-toml";

import { environmentFor } from "../lib/run-script.mjs";
import { startWorker } from "../lib/worker.mjs";
import { DOCUMENTS, ROOT } from "./lib/documents.mjs";

const run = promisify(execFile);
/** A translation, which has the same blocks: `chinese.test.mjs` sees to it. */
const TRANSLATED = ["README.zh-CN.md"];
const BLOCKS = DOCUMENTS.filter(({ path }) => !TRANSLATED.includes(path)).flatMap(({ path, blocks }) =>
  blocks.map((block) => ({ ...block, path, place: `${path}:${block.line}` })),
);
const inLanguage = (...languages) => BLOCKS.filter(({ language }) => languages.includes(language));

/** Where programs are run that are not run here. */
const RUN_ELSEWHERE = { "README.md": "js", "pkg/README.md": "js" };
/** Programs in pages. */
const scripts = inLanguage("html").flatMap((block) => scriptsIn(block.text, "module").map((text) => ({ ...block, text })));
const programs = [...inLanguage("js", "ts").filter(({ path, language }) => RUN_ELSEWHERE[path] !== language), ...scripts];

/** The scripts of a type that a page has. */
function scriptsIn(html, type) {
  return [...html.matchAll(/<script type="(\w+)"[^>]*>([^]*?)<\/script>/g)].filter(([, is]) => is === type).map(([, , text]) => text);
}

/** What is done with each language. */
const READ = {
  html(text) {
    const maps = scriptsIn(text, "importmap").map((map) => JSON.parse(map));
    assert.ok(maps.every(({ imports }) => "edgekms" in imports));
    assert.equal(maps.length + scriptsIn(text, "module").length, text.split("<script").length - 1, "each script is of a type that is looked at");
  },
  json(text) {
    const value = JSON.parse(text);
    if (value.$schema?.endsWith("seed.schema.json")) readSeed(text);
  },
  toml: (text) => parseToml(text),
  rust(text) {
    const { status, stderr } = spawnSync("rustfmt", ["--edition", "2024"], { input: text, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  },
};
const HELD_ELSEWHERE = {
  sh: "commands.test.mjs",
  diff: "tests/tests/walkthrough.rs, which applies it",
  html: "tests/packaging/script.test.mjs, which opens the page",
  text: "nothing: it is said to be no program",
};

describe("blocks", () => {
  test("are of languages that somebody looks at", () => {
    assert.ok(BLOCKS.length > 50);
    const known = ["js", "ts", ...Object.keys(READ), ...Object.keys(HELD_ELSEWHERE)];
    const others = BLOCKS.filter(({ language }) => !known.includes(language));
    assert.deepEqual(others.map(({ place, language }) => `${place}: ${language || "no language; text, if it is no program"}`), []);
    assert.deepEqual(inLanguage("diff").map(({ path }) => path), ["CONTRIBUTING.md"]);
    assert.deepEqual([...new Set(inLanguage("html").map(({ path }) => path))], ["pkg/README.md"]);
  });

  for (const { language, place, text } of inLanguage(...Object.keys(READ))) test(`${place} is ${language}`, () => READ[language](text));

  describe("that are programs", () => {
    let folder;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "edgekms-blocks-"));
      await symlink(`${ROOT}node_modules`, join(folder, "node_modules"), "dir");
    });
    after(() => rm(folder, { recursive: true, force: true }));

    test("compile", async () => {
      await copyFile(fileURLToPath(new URL("lib/given.d.ts", import.meta.url)), join(folder, "given.d.ts"));
      for (const { place, text } of programs) await writeFile(join(folder, `${place.replaceAll(/\W/g, "-")}.mts`), `${text}\nexport {};\n`);
      const compilerOptions = {
        // They are JavaScript, which says no types and looks at no `undefined`.
        strict: false,
        noEmit: true,
        skipLibCheck: true,
        preserveSymlinks: true,
        target: "es2022",
        module: "nodenext",
        lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
        types: ["node"],
      };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts", "given.d.ts"] }));
      const tsc = createRequire(import.meta.url).resolve("typescript/package.json").replace("package.json", "bin/tsc");
      await run(process.execPath, [tsc, "-p", folder, "--pretty", "false"]).catch(({ stdout }) => assert.fail(stdout));
    });

    describe("run", () => {
      const OPERATOR = { OPERATOR_ACCESS_KEY_ID: "LTAIoperator", OPERATOR_ACCESS_KEY_SECRET: "an operator's secret of a test" };
      /** A client of the account, or of the operator, in front of a block that has none. */
      const given = (id, secret) => `import { KmsClient } from "edgekms";
const { EDGEKMS_ENDPOINT: endpoint, EDGEKMS_REGION: region, ${id}: accessKeyId, ${secret}: accessKeySecret } = process.env;
const kms = new KmsClient({ endpoint, region, credentials: { accessKeyId, accessKeySecret } });
`;
      const asRoot = given("EDGEKMS_ACCESS_KEY_ID", "EDGEKMS_ACCESS_KEY_SECRET");
      const asOperator = given("OPERATOR_ACCESS_KEY_ID", "OPERATOR_ACCESS_KEY_SECRET");
      let worker;
      before(async () => {
        worker = await startWorker({ settings: OPERATOR });
      });
      after(() => worker?.stop());

      async function output(path, heading, prelude = "") {
        const [{ text }] = programs.filter((block) => block.path === path && block.heading === heading);
        const file = join(folder, `${heading.replaceAll(/\W/g, "-")}.mjs`);
        await writeFile(file, prelude + text);
        const env = { ...process.env, ...environmentFor(worker), ...OPERATOR };
        return (await run(process.execPath, [file], { cwd: folder, env })).stdout;
      }

      test("docs/seed.md, twice, with the seed that it shows", async () => {
        const [{ text }] = BLOCKS.filter(({ path, language }) => path === "docs/seed.md" && language === "json");
        await writeFile(join(folder, "seed.json"), text);
        const first = await output("docs/seed.md", "Seeds");
        assert.match(first, /^[1-9]\d* made, 0 there\napp: EKMS\w+\n$/);
        const [, ofApp] = first.split("\n");
        assert.match(await output("docs/seed.md", "Seeds"), new RegExp(`^0 made, \\d+ there\n${ofApp}\n$`));
      });
      test("docs/operations.md, as the operator", async () => {
        assert.equal(await output("docs/operations.md", "The operator", asOperator), "");
      });
      test("docs/operations.md, how often was called", async () => {
        assert.equal(await output("docs/operations.md", "Usage", asRoot), "");
      });
    });
  });
});
