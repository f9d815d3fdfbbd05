// SPDX-License-Identifier: Apache-2.0

/** What is in the tarballs; runtimes.test.mjs and types.test.mjs install the client's and use it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { build } from "esbuild";
import { PACKAGES } from "../../release/packages.mjs";
import { ROOT, runIn } from "../../release/run.mjs";
import { CONTENTS, ONE_FILE } from "./lib/contents.mjs";

const HOME = "https://github.com/edgekms/edgekms";

for (const { name, folder } of PACKAGES) {
  describe(name, () => {
    const { files, pieces, budget } = CONTENTS[folder];
    const read = (path) => readFile(join(ROOT, folder, path), "utf8");
    let packed;
    before(async () => {
      [packed] = JSON.parse(await runIn(join(ROOT, folder), "npm", "pack", "--dry-run", "--json"));
    });

    test("it has exactly these files", async () => {
      const shipped = packed.files.map(({ path }) => path);
      const others = shipped.filter((path) => !pieces?.test(path));
      assert.deepEqual(others.toSorted(), (await files()).toSorted());
      assert.equal(others.length < shipped.length, pieces !== undefined, "what is bundled in pieces");
      assert.ok(packed.files.every(({ size }) => size > 0), "no file is empty");
    });

    test("it is no larger than it is said to be", (t) => {
      for (const [what, most] of Object.entries(budget)) {
        t.diagnostic(`${what}: ${packed[what]} of ${most} bytes`);
        assert.ok(packed[what] <= most, `${what} is ${packed[what]}`);
      }
    });

    test("the licence and the changelog are the repository's, with links that lead there", async () => {
      const papers = ["LICENSE", "CHANGELOG.md"].flatMap((paper) => [read(paper), readFile(join(ROOT, paper), "utf8")]);
      const [licence, ownLicence, changelog, ownChangelog] = await Promise.all(papers);
      assert.equal(licence, ownLicence);
      const links = [...changelog.matchAll(/\]\((.*?)\)/g)].map(([, link]) => link);
      assert.deepEqual(links.filter((link) => !link.startsWith("https://")), []);
      const { version } = JSON.parse(await read("package.json"));
      assert.equal(changelog.replaceAll(`${HOME}/blob/v${version}/`, ""), ownChangelog);
    });

    test("npm shows where it comes from, and whoever publishes it proves that", async () => {
      const manifest = JSON.parse(await read("package.json"));
      assert.deepEqual(manifest.repository, { type: "git", url: `git+${HOME}.git`, directory: folder });
      assert.ok(manifest.homepage.startsWith(HOME));
      assert.ok(manifest.bugs.url.startsWith(HOME));
      assert.deepEqual(manifest.publishConfig, { access: "public", provenance: true });
      for (const word of ["author", "description", "keywords", "license"]) assert.ok(manifest[word]?.length > 0, word);
    });
  });
}

test("what must be one file imports nothing, neither at once nor later", async () => {
  for (const name of Object.values(ONE_FILE)) {
    const { metafile } = await build({
      entryPoints: [join(ROOT, "pkg/dist", `${name}.js`)],
      bundle: true,
      format: "esm",
      metafile: true,
      outdir: "out",
      write: false,
    });
    assert.equal(Object.keys(metafile.inputs).length, 1, `${name}.js stands alone`);
  }
});
