// SPDX-License-Identifier: Apache-2.0

/** Every example is complete: a README, a test, and only files that the README's reader can find. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const TESTED_BY = {
  "browser-encrypt-file": "../browser/encrypt-file.test.mjs",
  "browser-sts": "../browser/sts.test.mjs",
  "browser-video": "../browser/video.test.mjs",
};

describe("examples", () => {
  for (const name of names) {
    test(`${name} has a README whose files and commands exist, and a test`, () => {
      const readme = readFileSync(`${EXAMPLES}${name}/README.md`, "utf8");
      for (const [, file] of readme.matchAll(/`((?:src\/)?[\w-]+\.mjs)`/g)) {
        assert.ok(existsSync(`${EXAMPLES}${name}/${file}`), `README names ${file}`);
      }
      for (const [, file] of readme.matchAll(/\bnode ([\w-]+\.mjs)/g)) {
        assert.ok(existsSync(`${EXAMPLES}${name}/${file}`), `README runs ${file}`);
      }
      const tested = new URL(TESTED_BY[name] ?? `./${name}.test.mjs`, import.meta.url);
      assert.ok(existsSync(tested), `${name} has no test`);
    });
  }
});
