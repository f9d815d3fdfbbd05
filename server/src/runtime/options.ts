// SPDX-License-Identifier: Apache-2.0
/** The worker with its bindings, as miniflare takes it. */

import type { V4MiniflareOptions } from "miniflare";

import { modulesOf, PACKED, readAbout } from "./modules.js";

/** What the worker runs with. */
export interface WorkerSetup {
  /** Settings and secrets. */
  bindings: Record<string, unknown>;
  /** The folder with the worker's sources. The package's own, if it is not given. */
  worker?: string | undefined;
  /** The folder of the build. The one beside the sources, if it is not given. */
  build?: string | undefined;
  /** Where data is kept; in memory if it is not given. */
  state?: string | undefined;
  host: string;
  /** 0 for one that is free. */
  port: number;
  movableClock: boolean;
  clockOffsetMillis?: number | undefined;
}

/** Names the worker in miniflare. */
export const NAME = "edgekms";

/**
 * Requests go straight into the worker (a direct socket), not through miniflare's own entry worker: three times
 * the speed, and the Host header arrives as it was signed.
 */
export function miniflareOptions(setup: WorkerSetup): V4MiniflareOptions {
  const { worker = PACKED, build = `${worker}/build`, state, bindings, host, port } = setup;
  const { movableClock, clockOffsetMillis = 0 } = setup;
  const about = readAbout();
  const objects = Object.entries(about.objects);
  return {
    // Miniflare's own entry, which nobody uses.
    host: "127.0.0.1",
    port: 0,
    cf: false,
    ...(state === undefined ? {} : { resourcePersistencePath: state }),
    workers: [
      {
        name: NAME,
        modules: modulesOf(worker, build, movableClock),
        modulesRoot: worker,
        compatibilityDate: about.compatibilityDate,
        compatibilityFlags: about.compatibilityFlags,
        bindings: movableClock ? { ...bindings, CLOCK_OFFSET_MILLIS: clockOffsetMillis } : bindings,
        durableObjects: Object.fromEntries(
          objects.map(([name, className]) => [name, { className, useSQLite: true }]),
        ),
        kvNamespaces: Object.fromEntries(about.namespaces.map((name) => [name, idOf(name)])),
        unsafeDirectSockets: [{ host, port }],
      },
    ],
  } as V4MiniflareOptions;
}

/** `key-views` of `KEY_VIEWS`: part of a state folder's names, so it stays. */
function idOf(namespace: string): string {
  return namespace.toLowerCase().replaceAll("_", "-");
}
