// SPDX-License-Identifier: Apache-2.0
/** The worker that does nothing (`bench/noop-worker`), in the runtime that ours runs in. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { childrenWith } from "./pin.mjs";

const COMPATIBILITY_DATE = "2026-11-01";
const BUILD = fileURLToPath(new URL("../noop-worker/build/", import.meta.url));

/** @returns `{ address, pid, stop() }` */
export async function startNoopWorker() {
  return startBareWorker("noop", await manifest());
}

/**
 * The same worker, which first awaits something.
 *
 * @param {string} name
 * @param {string} contents a main module that extends the default export of `./index.js`
 */
export async function startAwaitingWorker(name, contents) {
  const { modules, ...rest } = await manifest();
  return startBareWorker(name, { ...rest, mainModule: "main.js", modules: { "main.js": { type: "esm", contents }, ...modules } });
}

/**
 * A worker of these modules behind its direct socket.
 *
 * @param {string} name
 * @param {object} modules what miniflare calls a manifest
 * @returns `{ address, pid, stop() }`
 */
export async function startBareWorker(name, modules) {
  const before = runtimes();
  const runtime = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    workers: [
      {
        config: { name, compatibilityDate: COMPATIBILITY_DATE, manifest: modules },
        dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
    ],
  });
  await runtime.ready;
  const { origin } = await runtime.unsafeGetDirectURL(name);
  const [pid] = runtimes().filter((one) => !before.includes(one));
  return { address: origin, pid, stop: () => runtime.dispose() };
}

/** The runtimes that this process has started. */
function runtimes() {
  return childrenWith("workerd");
}

async function manifest() {
  if (!existsSync(`${BUILD}index.js`)) {
    throw new Error("bench/noop-worker is not built; `cargo xtask bench server` builds it.");
  }
  return {
    mainModule: "index.js",
    modulesRoot: BUILD,
    modules: {
      "index.js": { type: "esm", contents: await readFile(`${BUILD}index.js`, "utf8") },
      "index_bg.wasm": { type: "wasm", contents: new Uint8Array(await readFile(`${BUILD}index_bg.wasm`)) },
    },
  };
}
