// SPDX-License-Identifier: Apache-2.0
/** Vercel's edge runtime: it compiles no WebAssembly from bytes, only what is imported as a module. */

import { another } from "../core/another.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreModule from "../wasm/edgekms_bg.wasm?module";
import extraModule from "../wasm/edgekms_extra_bg.wasm?module";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async (spent) => another(spent) ?? hot.default({ module_or_path: coreModule })),
  extra: once(async () => {
    const extra = await import("../wasm/edgekms_extra.js");
    await extra.default({ module_or_path: extraModule });
    return extra;
  }),
});

export * from "../index.js";
