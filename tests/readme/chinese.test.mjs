// SPDX-License-Identifier: Apache-2.0

/** README.zh-CN.md says what README.md says: the same headings, blocks, tables, links and names, in the same order. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { read, ROOT } from "./lib/documents.mjs";

const ENGLISH = read("README.md");
const CHINESE = read("README.zh-CN.md");

/** A block without what its comments say; that there is one, both must have. */
const withoutComments = (text) =>
  text
    .split("\n")
    .map((line) => (/^\s*(?:\/\/|#)/.test(line) ? "<comment>" : line.replace(/\s+(?:\/\/|#) .*$/, " <comment>")))
    .join("\n");

/** Links in an order that a sentence does not change; one to a heading of the same file is one to its number. */
function linksOf({ headings, links, path }) {
  const other = { "README.md": "README.zh-CN.md", "README.zh-CN.md": "README.md" }[path];
  const numbered = links.map(({ href }) => {
    if (!href.startsWith("#")) return href;
    return `heading ${headings.findIndex(({ anchor }) => anchor === decodeURIComponent(href.slice(1)))}`;
  });
  return numbered.filter((href) => href !== other).sort();
}

describe("README.zh-CN.md", () => {
  test("has the headings of README.md, as deep and as many", () => {
    assert.deepEqual(CHINESE.headings.map(({ level }) => level), ENGLISH.headings.map(({ level }) => level));
  });

  test("has its blocks, but for what comments say, below the same headings", () => {
    const of = ({ blocks, headings }) =>
      blocks.map(({ language, text, heading }) => ({
        language,
        text: withoutComments(text),
        below: headings.findIndex((one) => one.text === heading),
      }));
    assert.deepEqual(of(CHINESE), of(ENGLISH));
  });

  test("has its tables, with as many rows", () => {
    assert.deepEqual(CHINESE.tables, ENGLISH.tables);
  });

  test("has its links", () => {
    assert.deepEqual(linksOf(CHINESE), linksOf(ENGLISH));
  });

  test("has what is between its backticks", () => {
    const names = ({ code }) => code.map(({ text }) => text).sort();
    assert.deepEqual(names(CHINESE), names(ENGLISH));
  });

  test("has its numbers", () => {
    // A number that changed there and not here is what nobody sees. Those of names are in code, and in links.
    const numbers = ({ path }) => {
      const prose = readFileSync(`${ROOT}${path}`, "utf8").replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`]*`|\]\([^)]*\)/g, "");
      return prose.match(/\d[\d,.]*(?<![,.])/g).sort();
    };
    assert.deepEqual(numbers(CHINESE), numbers(ENGLISH));
  });

  test("leads to the other, and is led to by it", () => {
    assert.ok(ENGLISH.links.some(({ href }) => href === "README.zh-CN.md"));
    assert.ok(CHINESE.links.some(({ href }) => href === "README.md"));
  });

  test("is in Chinese: no line of it is one of README.md's", () => {
    const lines = (path) => readFileSync(`${ROOT}${path}`, "utf8").replaceAll(/^```[^]*?^```$/gm, "").split("\n");
    const english = new Set(lines("README.md").filter((line) => /[a-z]+ [a-z]+ [a-z]+/.test(line)));
    assert.deepEqual(lines("README.zh-CN.md").filter((line) => english.has(line)), []);
  });
});
