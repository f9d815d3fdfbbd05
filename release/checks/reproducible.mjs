// SPDX-License-Identifier: Apache-2.0
/** Every file of the packages, built twice. */

import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { builtAgain } from "../again.mjs";

/** What is built and shipped. */
const BUILT = ["pkg/dist/**/*.*", "pkg/*.{json,txt}", "server/dist/**/*.*", "server/*.{json,txt}"];

export async function reproducible({ root }) {
  await using again = await builtAgain(root);
  const [first, second] = [root, again.copy].map((cwd) => globSync(BUILT, { cwd }).toSorted());
  const missing = first.filter((path) => !second.includes(path));
  const more = second.filter((path) => !first.includes(path));
  const differs = [];
  for (const path of first.filter((path) => second.includes(path))) {
    const [one, other] = await Promise.all([root, again.copy].map((from) => readFile(join(from, path))));
    if (!one.equals(other)) differs.push(path);
  }
  const wrong = { "not there again": missing, "there besides": more, differ: differs };
  const told = Object.entries(wrong).filter(([, paths]) => paths.length > 0);
  if (told.length > 0) return told.map(([what, paths]) => `${what}: ${paths.join(", ")}`).join("; ");
}
