// SPDX-License-Identifier: Apache-2.0
/** Cloudflare Workers: the files are modules, compiled before the worker starts. */

import { another } from "../core/another.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreModule from "../wasm/edgekms_bg.wasm";
import extraModule from "../wasm/edgekms_extra_bg.wasm";

provideRuntime({
  name: "workerd",
  concurrentCalls: 16,
  core: (spent) => another(spent) ?? hot.initSync({ module: coreModule }),
  extra: once(async () => {
    const extra = await import("../wasm/edgekms_extra.js");
    extra.initSync({ module: extraModule });
    return extra;
  }),
  orphanedAfterMillis: 15_000,
});

export * from "../index.js";
