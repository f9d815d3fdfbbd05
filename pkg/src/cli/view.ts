// SPDX-License-Identifier: Apache-2.0
/** What a person is shown, before it is drawn. */

/** What a cell of a table shows. */
export type Cell = string | number | boolean | null | undefined;

/** How a person sees a result. */
export type View =
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[]; readonly empty: string }
  | { readonly kind: "list"; readonly pairs: readonly (readonly [name: string, value: Cell])[] }
  | { readonly kind: "text"; readonly text: string };
