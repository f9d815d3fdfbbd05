// SPDX-License-Identifier: Apache-2.0
/** Lines that set variables, for shells to read. */

/** How a shell sets a variable. Values are quoted so that nothing in them is obeyed. */
const LINES = {
  sh: (name: string, value: string) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  fish: (name: string, value: string) => `set -gx ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
  powershell: (name: string, value: string) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
} as const;

/** A shell. */
export type Shell = keyof typeof LINES;

/** Those that are known. */
export const SHELLS = Object.keys(LINES) as readonly Shell[];

/** A line for each variable. */
export function exportLines(shell: Shell, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).map(([name, value]) => LINES[shell](name, value)).join("\n");
}
