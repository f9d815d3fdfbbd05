// SPDX-License-Identifier: Apache-2.0

/**
 * Applies a seed and is killed at its nth change: after the service has made it, before the answer is read. The target,
 * the seed, the vault's file and n come in JSON, as the argument.
 */

import { applySeed, fileVault } from "edgekms/seed";
import { isChange } from "./seeds.mjs";

const { target, seed, vault, dies } = JSON.parse(process.argv[2]);

let changes = 0;
/** @type {typeof globalThis.fetch} */
async function fetch(url, init) {
  const answer = await globalThis.fetch(url, init);
  if (isChange(init) && (changes += 1) === dies) process.kill(process.pid, "SIGKILL");
  return answer;
}

await applySeed({ ...target, fetch, vault: fileVault(vault) }, seed);
