// SPDX-License-Identifier: Apache-2.0
/** Seeds: what a KMS begins with, in a file, applied as often as one likes. */

// What the runtime can do, which whatever calls must know.
import "../entrypoints/node.js";

export { applySeed, type SeedTarget } from "./apply.js";
export { readSeed } from "./read.js";
export type { SeedEntry, SeedReport } from "./report.js";
export type { Seed, SeedContent, SeedGroup, SeedKey, SeedPolicy, SeedRole, SeedUser } from "./seed.js";
export { fileVault, type KeptAccessKey, type SeedAccessKey, type SeedSecrets, type SeedVault } from "./vault.js";
