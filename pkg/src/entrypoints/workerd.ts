// SPDX-License-Identifier: Apache-2.0
/** Cloudflare Workers: the files are modules, compiled before the worker starts. */

import { once, provideRuntime } from "../runtime.js";
import * as core from "../wasm/edgekms.js";
import coreModule from "../wasm/edgekms_bg.wasm";
import signingModule from "../wasm/edgekms_extra_bg.wasm";

let started = false;

provideRuntime({
  name: "workerd",
  digests: () => Promise.reject(new Error("INTERIM")),
  concurrentCalls: 16,
  bindings() {
    if (!started) core.initSync({ module: coreModule });
    started = true;
    return core;
  },
  signing: once(async () => {
    const signing = await import("../wasm/edgekms_extra.js");
    signing.initSync({ module: signingModule });
    return signing;
  }),
  orphanedAfterMillis: 15_000,
});

export * from "../index.js";
