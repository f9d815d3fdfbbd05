// SPDX-License-Identifier: Apache-2.0
/** What went wrong with WebAssembly, and what to do. Loaded after such a failure. */

/**
 * Each runtime has its own words for the same failure, of which only these are common. In this order: a page
 * of HTML fails to compile, too.
 */
const REMEDIES: readonly (readonly [words: RegExp, remedy: string])[] = [
  [
    /unsafe-eval|wasm-eval|\bCSP\b|Content.?Security|blocked by/i,
    "the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
  ],
  [
    /WebAssembly is not defined|Can't find variable: WebAssembly/i,
    "this runtime has no WebAssembly, or has it switched off (as Safari's lockdown mode does)",
  ],
  [
    /ENOENT|no such file|NotFound|HTTP status|status code|\b404\b/i,
    "its file is not where the program looks for it; copy node_modules/edgekms/dist/wasm beside the bundle, or use edgekms/slim",
  ],
  [
    /magic (word|number|header)|expected 00 ?61|doesn't parse|doesn't start with/i,
    "what was loaded is no WebAssembly, perhaps a page that says \"not found\"; copy node_modules/edgekms/dist/wasm beside the bundle",
  ],
  [/MIME|content-type/i, "the server must send .wasm files as application/wasm"],
  [
    /Failed to fetch|NetworkError|Load failed|fetch failed|ECONN|ENOTFOUND/i,
    "its file could not be fetched; is the page offline, does its connect-src not have the file's host, or is the file another version's?",
  ],
  [/memory/i, "there is not enough memory for it"],
];

/** After a trap, for whoever caused it and for those who had something in the same module. */
export const WASM_FAILED =
  "the WebAssembly module failed in the middle of a call, for want of memory or by a defect, and what was in it is lost; begin anew: there is another by then";

/** Why a file could not be loaded, in a sentence that says what to do. */
export function wasmTrouble(cause: unknown): string {
  const told = String(cause);
  const remedy = REMEDIES.find(([words]) => words.test(told))?.[1];
  return `the WebAssembly module could not be loaded: ${remedy ?? `${told}; see the bundler notes in README`}`;
}
