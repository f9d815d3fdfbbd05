// SPDX-License-Identifier: Apache-2.0
/** Cloudflare Workers: the files are modules, compiled before the worker starts. */

import { another } from "../core/another.js";
import { bound, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreModule from "../wasm/edgekms_bg.wasm";
import apiModule from "../wasm/edgekms_api_bg.wasm";
import extraModule from "../wasm/edgekms_extra_bg.wasm";

provideRuntime({
  name: "workerd",
  concurrentCalls: 16,
  core: (spent) => another(spent) ?? hot.initSync({ module: coreModule }),
  extra: bound(() => import("../wasm/edgekms_extra.js"), () => extraModule),
  api: bound(() => import("../wasm/edgekms_api.js"), () => apiModule),
  orphanedAfterMillis: 15_000,
});

export * from "../index.js";
