// SPDX-License-Identifier: Apache-2.0

/**
 * The checklist of a release, on a copy of the project as it would be on that day: all is well, and then one thing at a
 * time is not. What other tests show (contents, bills of materials, sizes, the second build) is theirs to show.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { copySources } from "../../release/again.mjs";
import { CHECKLIST } from "../../release/checklist.mjs";
import { ROOT, runIn } from "../../release/run.mjs";

const run = promisify(execFile);
const DOCUMENT = join(ROOT, "docs/releasing.md");

/** Items that look at sources alone, but for the generated files, which the kind `generated` compares. */
const QUICK = ["versions", "changelog", "tree", "tag", "toolchain", "locks", "provenance", "figures", "integrity", "tests"];

const DAY = 86_400_000;
const today = () => new Date().toISOString().slice(0, 10);
const inWords = (millis) => new Date(millis).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const VERSION = JSON.parse(await readFile(join(ROOT, "pkg/package.json"), "utf8")).version;
const RELEASED = `## [Unreleased]\n\n## [${VERSION}] - ${today()}`;

let root;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "edgekms-release-"));
  await copySources(ROOT, root);
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  await mkdir(join(root, "pkg/dist"), { recursive: true });
  await cp(join(ROOT, "pkg/dist/integrity.json"), join(root, "pkg/dist/integrity.json"));
  await runIn(root, "git", "init", "--quiet");
  await writeFile(join(root, ".git/info/exclude"), "/node_modules\n");
  await change("CHANGELOG.md", (text) => text.replace("## [Unreleased]", RELEASED));
  await runIn(root, process.execPath, "release/integrity.mjs", "--write");
  await commit("a release");
});
after(() => rm(root, { recursive: true, force: true }));

const change = async (path, how) => {
  const before = await readFile(join(root, path), "utf8");
  const changed = how(before);
  assert.notEqual(changed, before, `nothing changed in ${path}`);
  await writeFile(join(root, path), changed);
};

async function commit(subject) {
  const who = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"];
  await runIn(root, "git", "add", "--all");
  await runIn(root, "git", ...who, "commit", "--quiet", "--message", subject);
}

/** As `cargo xtask test` notes that all has passed. */
async function passed(id) {
  const note = join(root, "target/test-reports/passed");
  await mkdir(dirname(note), { recursive: true });
  await writeFile(note, id ?? (await runIn(root, "git", "rev-parse", "HEAD")));
}

/** What is said of each item, and the exit code. */
async function checked(program, ...parameters) {
  const { CARGO_TARGET_DIR: _, ...own } = process.env;
  const env = { ...own, NO_COLOR: "1", CARGO_MANIFEST_DIR: join(root, "crates/xtask") };
  const settings = { cwd: root, env, maxBuffer: 1 << 26 };
  const { stdout, stderr, code } = await run(program, parameters, settings).then((done) => ({ ...done, code: 0 }), (error) => error);
  const said = [...stdout.matchAll(/^(ok|FAILED) +(\w+): [^]*?(?=^(?:ok|FAILED) |$(?![^]))/gm)];
  return { code, stderr, of: Object.fromEntries(said.map(([text, verdict, name]) => [name, { verdict, text }])) };
}
const quick = () => checked(process.execPath, "release/check.mjs", ...QUICK);

test("all is well on the day of a release, by the developer's command", async () => {
  await passed();
  const xtask = process.env.EDGEKMS_XTASK ?? join(ROOT, "target/debug/edgekms-xtask");
  const { code, of, stderr } = await checked(xtask, "release", "--check", "--only", ...QUICK);
  assert.deepEqual(Object.values(of).filter(({ verdict }) => verdict !== "ok").map(({ text }) => text), [], stderr);
  assert.deepEqual(Object.keys(of).toSorted(), QUICK.toSorted());
  assert.equal(code, 0);
});

/** What is broken, the item that says so, and its words. */
const BROKEN = [
  ["versions", "the version in jsr.json", () => change("pkg/jsr.json", (text) => text.replace(VERSION, "9.9.9")), /pkg\/jsr\.json has 9\.9\.9/],
  ["versions", "a crate's version in Cargo.lock", () => change("Cargo.lock", (text) => text.replace(/(name = "edgekms-core"\nversion = )".*"/, '$1"0.0.9"')), /Cargo\.lock of edgekms-core has 0\.0\.9/],
  ["versions", "the server's package", () => change("server/package.json", (text) => text.replace(`"version": "${VERSION}"`, '"version": "0.0.8"')), /server\/package\.json has 0\.0\.8/],
  ["versions", "a server of another version beside the client", () => change("pkg/package.json", (text) => text.replace(`"edgekms-server": "${VERSION}"`, '"edgekms-server": "0.0.7"')), /wants an edgekms-server that has 0\.0\.7/],
  ["changelog", "something left under Unreleased", () => change("CHANGELOG.md", (text) => text.replace("## [Unreleased]\n", "## [Unreleased]\n\n- A thing\n")), /under \[Unreleased\]: - A thing/],
  ["changelog", "an entry without a date", () => change("CHANGELOG.md", (text) => text.replace(` - ${today()}`, "")), /no date for/],
  ["changelog", "a date to come", () => change("CHANGELOG.md", (text) => text.replace(today(), "2999-01-01")), /2999-01-01, which is to come/],
  ["changelog", "no entry for the version", () => change("CHANGELOG.md", (text) => text.replace(`[${VERSION}] -`, "[0.0.1] -")), /newest version is 0\.0\.1/],
  ["toolchain", "another compiler", () => change("Cargo.toml", (text) => text.replace(/rust-version = ".*"/, 'rust-version = "1.85"')), /rust-version 1\.85, and this is rustc/],
  ["locks", "a mirror in package-lock.json", () => change("package-lock.json", (text) => text.replace(/("node_modules\/ajv": \{\n)/, '$1      "resolved": "https://mirror.example/ajv.tgz",\n')), /takes node_modules\/ajv from https:\/\/mirror\.example/],
  ["provenance", "a package that is published without provenance", () => change("server/package.json", (text) => text.replace('"provenance": true', '"provenance": false')), /server\/package\.json has no "provenance": true/],
  ["figures", "figures of half a year ago", () => change("pkg/README.md", (text) => text.replace(/Measured on \d+ \w+ \d{4}/, `Measured on ${inWords(Date.now() - 181 * DAY)}`)), /181 days ago/],
  ["figures", "figures of nobody knows when", () => change("docs/operations.md", (text) => text.replaceAll(/\b\d{1,2} \w+ \d{4}\b/g, "some day")), /docs\/operations\.md does not say when/],
  ["integrity", "the hash of another file", () => change("pkg/README.md", (text) => text.replace(/sha384-./, "sha384-_")), /has another hash/],
];

describe("one thing is broken, and one item says so", () => {
  for (const [item, what, damage, words] of BROKEN) {
    test(`${item}: ${what}`, async () => {
      await damage();
      await commit(what);
      await passed();
      const { code, of } = await quick();
      await runIn(root, "git", "reset", "--quiet", "--hard", "HEAD~1");
      assert.deepEqual(Object.keys(of).filter((name) => of[name].verdict === "FAILED"), [item], of[item].text);
      assert.match(of[item].text, words);
      assert.ok(of[item].text.includes(CHECKLIST.find(({ name }) => name === item).remedy), "and what to do");
      assert.equal(code, 1);
    });
  }

  test("tree: a file that nobody committed", async () => {
    await passed();
    await writeFile(join(root, "forgotten.txt"), "");
    const { of } = await quick();
    await rm(join(root, "forgotten.txt"));
    assert.deepEqual(Object.keys(of).filter((name) => of[name].verdict === "FAILED"), ["tree"]);
    assert.match(of.tree.text, /not committed: \?\? forgotten\.txt/);
  });

  test("tag: a version that is tagged already", async () => {
    await passed();
    await runIn(root, "git", "tag", `v${VERSION}`);
    const { of } = await quick();
    await runIn(root, "git", "tag", "--delete", `v${VERSION}`);
    assert.deepEqual(Object.keys(of).filter((name) => of[name].verdict === "FAILED"), ["tag"]);
  });

  test("tests: they passed on another commit", async () => {
    await passed("0".repeat(40));
    const { of } = await quick();
    assert.deepEqual(Object.keys(of).filter((name) => of[name].verdict === "FAILED"), ["tests"]);
  });
});

test("an item that is not there is refused, with those that are", async () => {
  const { code, stderr } = await checked(process.execPath, "release/check.mjs", "weather");
  assert.equal(code, 2);
  assert.match(stderr, /no item is called weather; there are: versions, /);
});

test("docs/releasing.md has the list that the command walks through", async () => {
  const lines = CHECKLIST.map(({ name, asks, remedy }) => `| \`${name}\` | ${asks} | ${remedy} |\n`);
  const table = `\n| item | what must be true | what to do if it is not |\n|---|---|---|\n${lines.join("")}\n`;
  const text = await readFile(DOCUMENT, "utf8");
  const current = text.replace(/(<!-- checklist -->\n)[^]*?(<!-- end -->)/, (_, start, end) => start + table + end);
  if (process.env.EDGEKMS_WRITE_RELEASING) await writeFile(DOCUMENT, current);
  else assert.equal(text, current, "write it with EDGEKMS_WRITE_RELEASING=1");
});
