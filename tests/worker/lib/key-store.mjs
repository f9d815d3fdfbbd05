// SPDX-License-Identifier: Apache-2.0

/** The worker with a key store beside it (key-store-worker.mjs), which only a build for tests can reach. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startGatedWorker } from "./gated-worker.mjs";

/** The build with the feature `conformance`. */
export const STORE_BUILD = fileURLToPath(new URL("../../../worker/build-conformance", import.meta.url));
const BINDING = "KEY_STORE";

const moduleOf = async (name) => {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return { type: "ESModule", path, contents: await readFile(path, "utf8") };
};
const STORE = await Promise.all(["key-store-worker.mjs", "p256.mjs"].map(moduleOf));

/**
 * Runs `use` with the worker and its store, and ends both.
 *
 * @param {(worker: Awaited<ReturnType<typeof startGatedWorker>> & {
 *   mood: (mood: import("./key-store-worker.mjs").Mood) => Promise<unknown>,
 *   held: () => Promise<string[]>,
 * }) => Promise<void>} use `mood` says how the store is from now on, `held` tells the names of what it keeps
 * @param {Parameters<typeof startGatedWorker>[0]} [options]
 */
export async function withKeyStore(use, options) {
  const worker = await startGatedWorker({ build: STORE_BUILD, services: { [BINDING]: STORE }, ...options });
  const mood = (mood) => worker.askService(BINDING, "/mood", { method: "POST", body: JSON.stringify(mood) });
  const held = async () => (await worker.askService(BINDING, "/names")).json();
  try {
    await use({ ...worker, mood, held });
  } finally {
    await worker.stop();
  }
}
