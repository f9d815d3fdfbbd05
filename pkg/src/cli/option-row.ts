// SPDX-License-Identifier: Apache-2.0
/** An argument by its name. */
export interface OptionRow {
  /** As commander writes them: `-o, --out <path>`. */
  readonly flags: string;
  readonly about: string;
  /** May be given several times; its value is an array, `undefined` if it was not given. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  /** The heading in the help; the command's own options need none. */
  readonly group?: string;
  readonly hidden?: boolean;
  /** The value of a text, or a thrown {@link usage} error that says what it must be. */
  parse?(text: string): unknown;
}
