// SPDX-License-Identifier: Apache-2.0
/** From what the core refused to an error that can be read. The texts are loaded when one is needed. */

import { EdgekmsError, toEdgekmsError } from "../errors.js";
import { part } from "../part.js";
import { Refused } from "./core.js";

/** The error as users see it; what is neither a refusal of the core nor its end goes through {@link toEdgekmsError}. */
export async function worded(error: unknown): Promise<unknown> {
  if (isTrap(error)) {
    const { WASM_FAILED } = await part(() => import("../wasm-trouble.js"));
    // Nobody has to see what a broken module answers.
    return new EdgekmsError("WasmFailed", WASM_FAILED, error instanceof Error ? { cause: error } : {});
  }
  if (!(error instanceof Refused)) return toEdgekmsError(error);
  const { ERRORS, POLICIES, REASONS } = await part(() => import("../generated/words.js"));
  const [code, text] = ERRORS[error.number] ?? ["InvalidArgument", "{reason:0}"];
  const message = text.replace(/\{(\w+):(\d)\}/g, (_, kind: string, index: string) => {
    const value = error.details[Number(index) as 0 | 1];
    if (kind === "reason") return REASONS[value] ?? "";
    if (kind === "policy") return POLICIES[value] ?? "";
    if (kind === "hex") return `0x${value.toString(16).padStart(4, "0")}`;
    return String(value);
  });
  // The name alone: values are nobody else's business.
  const pair = /Mismatch|Required/.test(code) && error.pair !== undefined ? ` (the pair "${error.pair}")` : "";
  return new EdgekmsError(code, message + pair);
}

/** A module's end (`WebAssembly.RuntimeError`, of whichever realm), or what it answers afterwards. */
function isTrap(error: unknown): boolean {
  return error instanceof Refused ? error.number > 255 : error instanceof Error && error.name === "RuntimeError";
}
