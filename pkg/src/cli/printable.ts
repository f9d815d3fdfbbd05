// SPDX-License-Identifier: Apache-2.0
/** Texts of others on a terminal: names from a server, paths, contexts of messages that anyone can have written. */

/**
 * Controls move cursors, set titles and answer for the user; marks of direction make a text look like another. Each
 * is shown as its code. Line breaks too: an error is one line.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with all that a terminal would obey shown as its code. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same of a text of several lines, which stay; also of JSON, in which it is the same text in other signs. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
