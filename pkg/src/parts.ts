// SPDX-License-Identifier: Apache-2.0
/**
 * What is loaded at its first use: a page that seals and opens downloads none of it.
 *
 * A record of functions, so that an entry point for where nothing can be loaded later (a service worker, one
 * file of CommonJS) puts in what it has imported already.
 */
export const parts = {
  words: () => import("./generated/words.js"),
};
