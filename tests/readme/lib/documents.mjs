// SPDX-License-Identifier: Apache-2.0

/** Every Markdown file of the repository, as GitHub reads it. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import GithubSlugger from "github-slugger";
import MarkdownIt from "markdown-it";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What is made here, or is somebody else's: names, and paths from the root. */
const NOT_OURS = new Set([
  ".edgekms",
  ".git",
  ".wrangler",
  "dist",
  "node_modules",
  "target",
  "fuzz/artifacts",
  "pkg/CHANGELOG.md",
  "pkg/wasm",
  "server/CHANGELOG.md",
  "worker/build",
  "worker/build-conformance",
]);

/** All files of the repository, by their paths from its root. */
export const FILES = filesOf("").sort();
const KNOWN = new Set(FILES);
const FOLDERS = new Set(FILES.flatMap((path) => ancestors(path)));

function filesOf(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || NOT_OURS.has(path) ? [] : filesOf(path);
    return entry.isFile() && !NOT_OURS.has(path) ? [path] : [];
  });
}

function ancestors(path) {
  const folder = dirname(path);
  return folder === "." ? ["."] : [folder, ...ancestors(folder)];
}

/** Whether the repository has a file or a folder of this name, in these very letters. */
export const exists = (path) => KNOWN.has(path) || FOLDERS.has(path.replace(/\/$/, "") || ".");

const markdown = new MarkdownIt({ html: true });

/**
 * @typedef {object} Block
 * @property {string} language what the fence says; empty if nothing
 * @property {string} text
 * @property {number} line of the fence
 * @property {string} heading the nearest one above
 */

/**
 * @typedef {object} Document
 * @property {string} path from the repository's root
 * @property {{ level: number, text: string, anchor: string }[]} headings
 * @property {Block[]} blocks
 * @property {{ href: string, line: number }[]} links those of images too
 * @property {{ text: string, line: number }[]} code between backticks
 * @property {number[]} tables how many rows each has
 */

/** @returns {Document} */
export function read(path) {
  const tokens = markdown.parse(readFileSync(join(ROOT, path), "utf8"), {});
  const slugger = new GithubSlugger();
  const document = { path, headings: [], blocks: [], links: [], code: [], tables: [] };
  let heading = "";
  let line = 1;
  for (const [index, token] of tokens.entries()) {
    // What is in a table's cell has no line of its own; its row has.
    if (token.map) line = token.map[0] + 1;
    if (token.type === "heading_open") {
      heading = textOf(tokens[index + 1]);
      document.headings.push({ level: Number(token.tag.slice(1)), text: heading, anchor: slugger.slug(heading) });
    }
    // GitHub shows what is indented by four as code too; nobody here means that.
    if (token.type === "code_block") throw new Error(`${path}:${line} is indented code: use a fence`);
    if (token.type === "fence") document.blocks.push({ language: token.info.trim(), text: token.content, line, heading });
    if (token.type === "table_open") document.tables.push(0);
    if (token.type === "tr_open") document.tables[document.tables.length - 1] += 1;
    for (const child of token.children ?? []) {
      const href = child.attrGet("href") ?? child.attrGet("src");
      if (href !== null) document.links.push({ href, line });
      if (child.type === "code_inline") document.code.push({ text: child.content, line });
    }
  }
  return document;
}

function textOf(inline) {
  return inline.children.map((child) => (["text", "code_inline"].includes(child.type) ? child.content : "")).join("");
}

/** @type {Document[]} */
export const DOCUMENTS = FILES.filter((path) => path.endsWith(".md")).map(read);
