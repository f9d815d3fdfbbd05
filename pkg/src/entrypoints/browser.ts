// SPDX-License-Identifier: Apache-2.0
/** Browsers and bundlers: the files are fetched at the first use. */

import { once, provideRuntime } from "../runtime.js";
import * as core from "../wasm/edgekms.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

provideRuntime({
  name: "browser",
  digests: () => Promise.reject(new Error("INTERIM")),
  concurrentCalls: 16,
  bindings: once(async () => {
    await core.default({ module_or_path: coreUrl() });
    return core;
  }),
  signing: once(async () => {
    const signing = await import("../wasm/edgekms_extra.js");
    await signing.default({ module_or_path: extraUrl() });
    return signing;
  }),
});

export * from "../index.js";
