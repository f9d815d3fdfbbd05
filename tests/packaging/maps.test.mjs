// SPDX-License-Identifier: Apache-2.0

/** Source maps: every file has one, whose sources are in the package, and which leads to the right line of them. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { dirname, join, relative } from "node:path";
import { before, describe, test } from "node:test";
import { PACKAGES } from "../../release/packages.mjs";
import { ROOT, runIn } from "../../release/run.mjs";
import { output } from "./lib/project.mjs";

/** Made by wasm-bindgen, or written by hand; and bundles with libraries in them, whose sources are not ours to ship. */
const WITHOUT = [/^dist\/wasm\//, /^dist\/worker\//, /^dist\/wasm-file\.d\.ts$/, /^dist\/seed\/schema-check\.d\.ts$/, /^dist\/cli\//, /^dist\/seed\/index\.js$/];

const NAME = /^export (?:declare )?(?:abstract )?(?:class|function|interface|type|const) (\w+)/;

for (const { name, folder } of PACKAGES) {
  describe(name, () => {
    const root = join(ROOT, folder);
    /** Paths in the tarball. */
    let shipped;
    /** Files with maps: its path, text, map, and the folder that the map's paths are from. */
    let mapped;
    before(async () => {
      const [packed] = JSON.parse(await runIn(root, "npm", "pack", "--dry-run", "--json"));
      shipped = packed.files.map(({ path }) => path);
      const files = shipped.filter((path) => /^dist\/.*(\.js|\.d\.ts)$/.test(path) && !WITHOUT.some((no) => no.test(path)));
      mapped = await Promise.all(
        files.map(async (path) => {
          const text = await readFile(join(root, path), "utf8");
          const [, map] = /\n\/\/# sourceMappingURL=([^\s/]+)\s*$/.exec(text) ?? assert.fail(`${path} names no map`);
          const place = join(root, dirname(path));
          return { path, text, place, map: JSON.parse(await readFile(join(place, map), "utf8")) };
        }),
      );
    });

    test("every source that a map names is in the package, and none is in a map", () => {
      const known = new Set(shipped);
      assert.ok(mapped.length > 20);
      for (const { path, place, map } of mapped) {
        // What wasm-bindgen made is its own source, and so are the texts.
        const named = map.sources.map((source) => relative(root, join(place, source)));
        assert.deepEqual(named.filter((source) => !known.has(source)), [], path);
        assert.equal(map.sourcesContent, undefined, path);
      }
    });

    test("from each declaration an editor gets to the same name in the source", async () => {
      let found = 0;
      for (const { path, text, place, map } of mapped.filter(({ path }) => path.endsWith(".d.ts"))) {
        const lookup = new SourceMap(map);
        for (const [line, content] of text.split("\n").entries()) {
          const name = NAME.exec(content)?.[1];
          if (!name) continue;
          const { originalSource, originalLine, originalColumn } = lookup.findEntry(line, content.indexOf(` ${name}`) + 1);
          const source = (await readFile(join(place, originalSource), "utf8")).split("\n")[originalLine];
          assert.ok(source.slice(originalColumn).startsWith(name), `${path}:${line + 1}: ${name} is not at ${source}`);
          found += 1;
        }
      }
      assert.ok(found > 20, `${found} names`);
    });
  });
}

/** What is run of the package differs, and the line that throws does not. */
for (const [how, load] of [
  ["import", `await import("edgekms")`],
  ["require", `require("../pkg/dist/cjs/entrypoints/node.js")`],
  ["the one file", `await import("edgekms/inline")`],
  ["the one minified file", `await import("edgekms/edgekms.min.js")`],
]) {
  test(`a stack trace leads to the source: ${how}`, async () => {
    const type = how === "require" ? "commonjs" : "module";
    const program = `const { rawAesKeyring } = ${load}; rawAesKeyring({})`;
    const parameters = ["--enable-source-maps", `--input-type=${type}`, "--eval", program];
    const error = await output(join(ROOT, "tests"), process.execPath, ...parameters).catch(({ message }) => message);
    const frames = [...error.matchAll(/(\/\S*\/src\/\S+\.ts):(\d+)/g)];
    const lines = frames.map(async ([, path, line]) => (await readFile(path, "utf8")).split("\n")[line - 1]);
    const stack = (await Promise.all(lines)).join("\n");
    assert.match(stack, /^ *return new EdgekmsError\("InvalidArgument"/m, error);
    assert.match(stack, /checkedNames\(/, error);
  });
}
