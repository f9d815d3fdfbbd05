// SPDX-License-Identifier: Apache-2.0
/** How old the figures are that the documents show. They have the day on which they were measured, as `29 November 2026`. */

import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const DOCUMENTS = ["README.md", "pkg/README.md", "docs/*.md"];
/** Documents that have figures: one without a date has lost it. */
const WITH_FIGURES = ["pkg/README.md", "docs/operations.md"];
const MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December";
const DAY = new RegExp(`\\b\\d{1,2} (?:${MONTHS})\\s\\d{4}\\b`, "g");
const MOST_DAYS = 180;
const MILLIS_A_DAY = 86_400_000;

export async function figures({ root, now }) {
  for (const path of globSync(DOCUMENTS, { cwd: root }).toSorted()) {
    const days = (await readFile(join(root, path), "utf8")).match(DAY) ?? [];
    if (days.length === 0 && WITH_FIGURES.includes(path)) return `${path} does not say when its figures were measured`;
    for (const day of days) {
      const age = (now.getTime() - Date.parse(`${day} UTC`)) / MILLIS_A_DAY;
      if (age > MOST_DAYS) return `${path} has figures of ${day}, ${Math.floor(age)} days ago`;
      if (age < -1) return `${path} has figures of ${day}, which is to come`;
    }
  }
}
