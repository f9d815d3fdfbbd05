// SPDX-License-Identifier: Apache-2.0
/** What git knows, and the changelog. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runIn } from "../run.mjs";
import { versionOf } from "./versions.mjs";
import { workspace } from "./workspace.mjs";

const HEADING = /^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$/gm;

export async function changelog({ root, now }) {
  const version = await versionOf(root);
  const text = await readFile(join(root, "CHANGELOG.md"), "utf8");
  const [unreleased, newest] = [...text.matchAll(HEADING)];
  if (unreleased?.[1] !== "Unreleased") return "CHANGELOG.md has no heading [Unreleased] above the others";
  const left = text.slice(unreleased.index + unreleased[0].length, newest?.index).trim();
  if (left !== "") return `CHANGELOG.md has this under [Unreleased]: ${left.split("\n")[0]}`;
  const [, name, date] = newest ?? [];
  if (name !== version) return `CHANGELOG.md's newest version is ${name}, and ${version} is to be released`;
  if (date === undefined || Number.isNaN(Date.parse(date))) return `CHANGELOG.md has no date for ${version}`;
  if (Date.parse(date) > now.getTime()) return `CHANGELOG.md has ${version} on ${date}, which is to come`;
}

export async function tree({ root }) {
  const changed = (await runIn(root, "git", "status", "--porcelain")).trimEnd();
  if (changed !== "") return `not committed: ${changed.split("\n").join(", ")}`;
}

export async function tag({ root }) {
  const name = `v${await versionOf(root)}`;
  if ((await runIn(root, "git", "tag", "--list", name)).trim() !== "") return `there is a tag ${name}`;
}

/** `cargo xtask test` writes the commit down when all of it passed on a tree in which everything was committed. */
export async function tested({ root }) {
  const { target_directory: target } = await workspace(root);
  const passed = await readFile(join(target, "test-reports/passed"), "utf8").catch(() => "");
  const head = (await runIn(root, "git", "rev-parse", "HEAD")).trim();
  if (passed.trim() !== head) return `the tests passed last on ${passed.trim() || "no commit"}, and this is ${head}`;
}
