// SPDX-License-Identifier: Apache-2.0

/** The table of docs/conformance.md: what each client was answered, step by step. */

const TITLES = { alibaba: "Alibaba Cloud KMS", accounts: "Alibaba Cloud RAM, STS and IMS", trail: "Alibaba Cloud ActionTrail", aws: "AWS KMS" };
const CELLS = { ok: "ok", refused: "refused", absent: "-" };
/** What a cell can be, as `cellOf` of run.mjs says it. */
export const isCell = (cell) => cell in CELLS;

const INTRODUCTION = `<!-- Made by tests/foreign/conformance.test.mjs: see CONTRIBUTING.md. -->
# Conformance

What other people's clients, unmodified and over HTTP, are answered by edgekms. Every client of a protocol goes through
the same steps, each with a worker of its own; after each step the test looks at the answer and at what became of the
key. \`ok\`: the answer is right, and so is what can be seen afterwards. \`refused\`: the call is refused with the code
that the row names ([api-choices](api-choices.md) tells where the cloud's manual leaves it open). \`-\`: this client does
not have the action, or a parameter of the step. The test fails if a cell becomes another.`;

const row = (cells) => `| ${cells.join(" | ")} |`;
const rule = (columns) => `|${columns.map(() => "---|").join("")}`;

/**
 * @param {{ column: string, is: string }[]} clients
 * @param {import("./step.mjs").Step[]} steps
 * @param {Record<string, string[]>} cells by the client's column, one for each step
 */
function table(clients, steps, cells) {
  const columns = clients.map(({ column }) => column);
  const count = (column, kind) => String(cells[column].filter((cell) => cell === kind).length);
  const lines = steps.map((step, index) => {
    const what = step.refused ? `${step.is}: \`${step.refused}\`` : step.is;
    return row([step.action, what, ...columns.map((column) => CELLS[cells[column][index]])]);
  });
  return [
    row(["client", "", "ok", "refused", "-"]),
    rule([1, 2, 3, 4, 5]),
    ...clients.map(({ column, is }) => row([column, is, ...Object.keys(CELLS).map((kind) => count(column, kind))])),
    "",
    row(["action", "step", ...columns]),
    rule(["action", "step", ...columns]),
    ...lines,
  ].join("\n");
}

/** Actions of a client that the steps do not have. */
function untold(column, actions, steps) {
  const told = new Set(steps.map(({ action }) => action));
  const left = actions.filter((action) => !told.has(action)).sort();
  return row([column, left.join(", ") || "none"]);
}

/**
 * @param {Record<"alibaba" | "accounts" | "trail" | "aws", {
 *   clients: { column: string, is: string }[], steps: import("./step.mjs").Step[],
 *   cells: Record<string, string[]>, actions: Record<string, string[]>,
 * }>} run `actions`: all that a client has, of those that say
 */
export function document(run) {
  const chapters = Object.entries(run).map(([dialect, { clients, steps, cells, actions }]) => {
    const others = Object.entries(actions).map(([column, all]) => untold(column, all, steps));
    return [
      `## ${TITLES[dialect]}`,
      table(clients, steps, cells),
      "### What these clients have besides\n\nSecrets, certificates, key stores, grants, passwords and the like, which edgekms does not have.",
      [row(["client", "actions"]), rule([1, 2]), ...others].join("\n"),
    ].join("\n\n");
  });
  return `${[INTRODUCTION, ...chapters].join("\n\n")}\n`;
}
