// SPDX-License-Identifier: Apache-2.0

/** No Markdown file of the repository names a file, a folder or a heading that is not there. */

import assert from "node:assert/strict";
import { dirname, extname, join, normalize } from "node:path";
import { describe, test } from "node:test";

import { DOCUMENTS, exists, FILES } from "./lib/documents.mjs";

const byPath = new Map(DOCUMENTS.map((document) => [document.path, document]));

/** What is wrong with a link, if something is. */
function deadness(path, href) {
  if (/^[a-z]+:/i.test(href)) return externalFault(href);
  const [file, anchor] = decodeURIComponent(href).split("#");
  if (href.startsWith("/")) return "begins at the root of whatever shows it";
  const target = file === "" ? path : normalize(join(dirname(path), file));
  if (!exists(target)) return "is of no file or folder";
  if (anchor === undefined) return undefined;
  const document = byPath.get(target);
  if (document === undefined) return "has an anchor, and is no Markdown file";
  return document.headings.some((heading) => heading.anchor === anchor) ? undefined : "is of no heading";
}

/** Whether it is there, only the network knows; the tests do not ask it. */
function externalFault(href) {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url === undefined) return "is no URL";
  if (url.protocol !== "https:") return "is not https";
  return url.username === "" && url.hostname.includes(".") && !/\s/.test(href) ? undefined : "is no address that everybody has";
}

describe("links", () => {
  test("were found, in every folder", () => {
    assert.ok(DOCUMENTS.length >= 40);
    for (const path of ["README.md", "pkg/README.md", "docs/operations.md", "docs/api/README.md", "CONTRIBUTING.md"]) {
      assert.ok(byPath.get(path).links.length > 0 || path === "pkg/README.md", path);
    }
  });

  for (const { path, links } of DOCUMENTS) {
    test(path, () => {
      const dead = links.flatMap(({ href, line }) => {
        const why = deadness(path, href);
        return why === undefined ? [] : [`${path}:${line}: ${href} ${why}`];
      });
      assert.deepEqual(dead, []);
    });
  }

  test("the package's README, which npm shows alone, leads to nothing beside it", () => {
    const beside = byPath.get("pkg/README.md").links.filter(({ href }) => !/^(?:https:|#)/.test(href));
    assert.deepEqual(beside, []);
  });

  test("files that are named between backticks are there", () => {
    /** Extensions of what people look up, and what a path may begin with that is made later. */
    const SOURCES = new Set([".md", ".rs", ".mjs", ".ts", ".toml", ".json", ".js", ".py"]);
    const MADE = /^(?:pkg\/dist|dist|worker\/build|build|node_modules|target|public|\.edgekms|\.cargo)\//;
    const isPath = (text) => /^[\w.@-]+(?:\/[\w.@-]+)+$/.test(text) && SOURCES.has(extname(text)) && !MADE.test(text);
    const missing = DOCUMENTS.filter(({ path }) => path !== "CHANGELOG.md").flatMap(({ path, code }) =>
      code
        .filter(({ text }) => isPath(text))
        // From the root, from where it is said, or the end of a longer path.
        .filter(({ text }) => !exists(text) && !exists(normalize(join(dirname(path), text))) && !FILES.some((file) => file.endsWith(`/${text}`)))
        .map(({ text, line }) => `${path}:${line}: ${text}`),
    );
    assert.deepEqual(missing, []);
  });
});
