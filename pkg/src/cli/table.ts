// SPDX-License-Identifier: Apache-2.0
/** Tables for people: no lines, two spaces between columns, as other command lines have them. */

import Table from "cli-table3";

import type { Colors } from "./colors.js";
import { printable } from "./printable.js";
import type { Cell, View } from "./view.js";

const NO_LINES = {
  "top": "", "top-mid": "", "top-left": "", "top-right": "",
  "bottom": "", "bottom-mid": "", "bottom-left": "", "bottom-right": "",
  "left": "", "left-mid": "", "mid": "", "mid-mid": "",
  "right": "", "right-mid": "", "middle": "  ",
};

/** A table or a list as lines. */
export function drawn(view: Exclude<View, { kind: "text" }>, colors: Colors): string {
  const isTable = view.kind === "table";
  const cells = new Table({
    ...(isTable && { head: view.head.map((name) => colors.bold(name)) }),
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  if (isTable) cells.push(...view.rows.map((row) => row.map(shown)));
  else cells.push(...view.pairs.map(([name, value]) => [colors.bold(name), shown(value)]));
  // The last column is padded to the widest cell; nobody wants the spaces.
  return `${cells.toString().replaceAll(/ +$/gm, "")}\n`;
}

function shown(cell: Cell): string {
  if (cell === undefined || cell === null || cell === "") return "-";
  return printable(String(cell));
}
