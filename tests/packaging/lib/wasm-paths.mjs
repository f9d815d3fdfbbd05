// SPDX-License-Identifier: Apache-2.0

/** Paths of source files in a WebAssembly module: rustc puts them there for what a panic says. */

/** Printable ASCII, as `strings` finds it. */
function* texts(bytes) {
  for (const [text] of Buffer.from(bytes).toString("latin1").matchAll(/[ -~]{4,}/g)) yield text;
}

/**
 * Every path of a Rust source file, from its first folder on. Texts stand side by side with nothing between, so what
 * precedes one may be the end of a word.
 */
export function sourcePathsIn(bytes) {
  const found = [...texts(bytes)].flatMap((text) => text.match(/[\w./+-]+?\.rs(?![a-z])/g) ?? []);
  return [...new Set(found)];
}

/** Crates of crates.io whose sources are named, as `name-version`. */
export function cratesNamedIn(bytes) {
  const crates = sourcePathsIn(bytes).flatMap((path) => /crates\.io\/([^/]+)\/.*\.rs$/.exec(path)?.[1] ?? []);
  return [...new Set(crates)].toSorted();
}
