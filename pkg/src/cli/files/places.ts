// SPDX-License-Identifier: Apache-2.0
/** Where bytes come from and go to: a path, or the standard streams. */

import { CliError } from "../exit.js";
import { FILE_TROUBLE } from "../known-errors.js";

/** Standard input, or standard output. A file of this name is `./-`. */
export const STANDARD = "-";

/** A place, for people. */
export function placeName(place: string, role: "from" | "to"): string {
  if (place !== STANDARD) return place;
  return role === "from" ? "standard input" : "standard output";
}

/** What the system says about a file, as this program says it. */
export function fileTrouble(verb: string, path: string, cause: unknown): never {
  const { code } = cause as { code?: unknown };
  if (typeof code !== "string") throw cause;
  const remedy = code === "ENOENT" && path.includes("\ufffd") ? "Its name is not UTF-8: rename it." : FILE_TROUBLE[code];
  throw new CliError("file", `could not ${verb} ${path} (${code})`, remedy, { cause });
}
