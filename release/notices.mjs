// SPDX-License-Identifier: Apache-2.0
/**
 * THIRD-PARTY-NOTICES.txt: whose work is in a package, and the texts that their licences ask to be shown.
 * What may be had under the package's own licence is taken under it (its text is in LICENSE), and then only a NOTICE
 * must come along (section 4 of Apache-2.0).
 */

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import satisfies from "spdx-satisfies";

const OWN = ["Apache-2.0"];
const NOTICE = /^notice/i;
const TEXT = /^(licen[cs]e|copying|copyright|unlicense|notice)/i;
const RULE = "-".repeat(80);

/** @param {import("./inventory.mjs").Inventory} inventory @returns {Promise<string>} */
export async function notices({ manifest, crates, libraries, rustc }) {
  const foreign = [...crates.values(), ...libraries].filter(({ purl }) => purl).toSorted(byName);
  const ours = foreign.filter(({ licence }) => satisfies(licence, OWN));
  const others = foreign.filter(({ licence }) => !satisfies(licence, OWN));
  const texts = await Promise.all([
    ...ours.map((part) => withTexts(part, NOTICE)),
    ...others.map((part) => withTexts(part, TEXT, "its licence's text")),
  ]);
  return [
    `${manifest.name} ${manifest.version} has the work of others in it: crates in its WebAssembly, packages in its JavaScript.`,
    "",
    "Under the Apache License 2.0, whose text is in the file LICENSE:",
    "",
    `  the standard library of Rust ${rustc.version}, https://github.com/rust-lang/rust`,
    ...ours.map(line),
    "",
    "Under the licences whose texts follow:",
    "",
    ...others.map((part) => `${line(part)} (${part.licence})`),
    "",
    ...grouped(texts.flat()).flatMap(({ parts, text }) => [RULE, ...parts, "", text, ""]),
  ].join("\n");
}

const byName = (one, other) => (one.name < other.name ? -1 : 1);
const line = ({ name, version, repository }) => `  ${name} ${version}${repository ? `, ${repository}` : ""}`;

/** The texts in a part's folder; one that `must` be there and is not ends the build. */
async function withTexts({ name, version, folder }, pattern, must) {
  const names = (await readdir(folder)).filter((file) => pattern.test(file)).toSorted();
  if (must && names.length === 0) throw new Error(`${name} ${version}: ${must} is not in ${folder}`);
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), "utf8")));
  return texts.map((text) => ({ part: `${name} ${version}`, text: text.replaceAll("\r\n", "\n").trim() }));
}

/** Parts of one project have one text. */
function grouped(texts) {
  const groups = Map.groupBy(texts, ({ text }) => text);
  return [...groups].map(([text, members]) => ({ text, parts: members.map(({ part }) => part) }));
}
