// SPDX-License-Identifier: Apache-2.0
/** The package itself, which the command line uses as anybody does: loaded when a command runs, not before. */

/** All that `edgekms` exports. */
export type Package = typeof import("../entrypoints/node.js");

/** Loads it. */
export const edgekms = (): Promise<Package> => import("../entrypoints/node.js");
