// SPDX-License-Identifier: Apache-2.0
/** What the worker is made of. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ServerError } from "../errors.js";

/** The main module, and what it imports beside the build: in the folder `src` of a worker. */
export const SOURCES = ["entry.js", "hosted.js", "microtasks.js"] as const;
/** The main module of a worker whose clock can be moved: only tests have it. */
export const CLOCK = "clock.js";
/** What the build makes, in the folder `build` of a worker. */
export const BUILT = ["index.js", "index_bg.wasm"] as const;

/** The worker that this package brings. */
export const PACKED = fileURLToPath(new URL("../worker/", import.meta.url));

/** As miniflare takes it. The first one is the main one. */
export interface Module {
  type: "ESModule" | "CompiledWasm";
  path: string;
  contents: Uint8Array;
}

/** What wrangler.toml says, as the package was built. */
export interface About {
  compatibilityDate: string;
  compatibilityFlags: string[];
  /** Classes of Durable Objects, by the names of their bindings. */
  objects: Record<string, string>;
  /** Bindings of KV namespaces. */
  namespaces: string[];
  /** Steps by which Cloudflare brings the classes of objects up to date, each once. */
  migrations: object[];
  /** What goes to Cloudflare's log. */
  observability: object;
  /** Settings of a deployment, unless it has others. */
  variables: Record<string, string>;
}

/** @throws ServerError `WorkerMissing`. */
export function readAbout(): About {
  return JSON.parse(readPart(join(PACKED, "worker.json")).toString()) as About;
}

/**
 * The modules, as if they lay in the folder `worker`: those that the build made are found in `build` wherever
 * that is.
 *
 * @throws ServerError `WorkerMissing`.
 */
export function modulesOf(worker: string, build: string, movableClock: boolean): Module[] {
  if (!existsSync(join(build, BUILT[0]))) throw missing(join(build, BUILT[0]));
  const built = readdirSync(build).filter((name) => /\.(js|wasm)$/.test(name));
  const source = (name: string, from = worker): Module => ({
    type: "ESModule",
    path: join(worker, "src", name),
    contents: readPart(join(from, "src", name)),
  });
  return [
    ...(movableClock ? [source(CLOCK, PACKED)] : []),
    ...SOURCES.map((name) => source(name)),
    ...built.map((name): Module => ({
      type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: join(worker, "build", name),
      contents: readPart(join(build, name)),
    })),
  ];
}

function readPart(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw missing(path, cause);
  }
}

function missing(path: string, cause?: unknown): ServerError {
  return new ServerError("WorkerMissing", `${path} is not there: build the worker with \`cargo xtask build\``, cause);
}
