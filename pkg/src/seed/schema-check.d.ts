// SPDX-License-Identifier: Apache-2.0
/** The check that `pkg/scripts/compile-seed-schema.mjs` makes of `seed.schema.json`, by Ajv. */

/** A place where a value is not as the schema wants it. */
export interface SchemaError {
  /** A JSON pointer (RFC 6901). */
  readonly instancePath: string;
  /** The keyword of the schema that does not hold. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The value there. */
  readonly data?: unknown;
  readonly parentSchema?: { readonly errorMessage?: string; readonly properties?: Readonly<Record<string, unknown>> };
}

/** Whether a value is as the schema wants it; if not, `errors` has why. */
declare const check: { (value: unknown): boolean; errors?: readonly SchemaError[] | null };
export default check;
