// SPDX-License-Identifier: Apache-2.0
/** What seeds fail with. */

import { EdgekmsError, invalidArgument, kindOf } from "../errors.js";
import { nearest } from "../kms/nearest.js";
import { type Path, shown } from "./path.js";
import type { SchemaError } from "./schema-check.js";

/** A seed that cannot be one. */
export const wrongAt = (path: Path, says: string): EdgekmsError => invalidArgument(`${shown(path)} ${says}`);

/** A seed that says otherwise than what exists. */
export function conflictAt(path: Path, says: string): EdgekmsError {
  const end = says.endsWith("?") ? "" : ".";
  return new EdgekmsError("SeedConflict", `${shown(path)} ${says}${end} Nothing was changed.`);
}

/** What a call failed with, and at which place of the seed. */
export function atStep(error: unknown, path: Path): unknown {
  if (!(error instanceof EdgekmsError)) return error;
  const { code, message, status, requestId } = error;
  const text = `${shown(path)} could not be made: ${message} What was made before stays; apply the seed again to go on.`;
  return new EdgekmsError(code, text, { status, requestId, cause: error });
}

/** `; did you mean "photos"?`, if there is something that may have been meant. */
export function meant(wanted: string, names: readonly string[]): string {
  const found = nearest(wanted, names);
  return found === undefined ? "" : `; did you mean ${JSON.stringify(found)}?`;
}

/** What a keyword of the schema says that does not hold, as the end of a sentence. */
const SENTENCES: Record<string, (error: SchemaError) => string> = {
  type: ({ params, data }) => `must be ${kindNamed(String(params.type))}, not ${kindOf(data)}`,
  const: ({ params }) => `must be ${JSON.stringify(params.allowedValue)}`,
  enum: ({ params, data }) => {
    const allowed = params.allowedValues as string[];
    const list = allowed.map((value) => JSON.stringify(value)).join(", ");
    return `must be one of ${list}${typeof data === "string" ? meant(data, allowed) : ""}`;
  },
  required: ({ params }) => `must have the field ${JSON.stringify(params.missingProperty)}`,
  minimum: ({ params }) => `must be at least ${String(params.limit)}`,
  maximum: ({ params }) => `must be at most ${String(params.limit)}`,
  maxLength: ({ params }) => `must have at most ${String(params.limit)} characters`,
  minItems: () => "must not be empty",
  minProperties: () => "must not be empty",
  maxItems: ({ params }) => `must have at most ${String(params.limit)} entries`,
  maxProperties: ({ params }) => `must have at most ${String(params.limit)} entries`,
  uniqueItems: () => "must have each entry once",
};

/**
 * The sentence for a place where the schema does not hold. `path` leads to the value of `error`, the first of `all`,
 * which are of one place: the others say in which rule it is.
 */
export function schemaSentence(path: Path, error: SchemaError, all: readonly SchemaError[]): { path: Path; says: string } {
  const { keyword, params, parentSchema } = error;
  const propertyName = all.find((other) => other.keyword === "propertyNames")?.params.propertyName;
  if (keyword === "additionalProperties") {
    const name = String(params.additionalProperty);
    const known = Object.keys(parentSchema?.properties ?? {});
    const hint = meant(name, known) || (known.length === 0 ? "" : `; there are ${known.join(", ")}`);
    return { path: [...path, name], says: `is a field that is not known${hint}` };
  }
  const at = propertyName === undefined ? path : [...path, String(propertyName)];
  const prefix = propertyName === undefined ? "" : "has a name that is not possible: it ";
  const says = parentSchema?.errorMessage ?? SENTENCES[keyword]?.(error) ?? `breaks the schema's rule ${keyword}`;
  return { path: at, says: prefix + says };
}

function kindNamed(type: string): string {
  if (type === "string") return "a text";
  if (type === "integer") return "a whole number";
  return `${/^[aou]/.test(type) ? "an" : "a"} ${type}`;
}
