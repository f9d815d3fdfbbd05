// SPDX-License-Identifier: Apache-2.0
/** Where something is in a seed, as messages and reports name it. */

/** The names and numbers that lead to a value. */
export type Path = readonly (string | number)[];

/** As JSONPath has it (RFC 9535, normalized but for its shorthand): `$.keys["alias/photos"].tags.album`. */
export function shown(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${steps.join("")}`;
}

/** The path that a JSON pointer (RFC 6901) tells of a value. */
export function fromPointer(pointer: string, value: unknown): Path {
  let inner = value;
  const names = pointer.split("/").slice(1);
  return names.map((escaped) => {
    const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    const step = Array.isArray(inner) ? Number(name) : name;
    inner = (inner as Record<string, unknown>)[name];
    return step;
  });
}
